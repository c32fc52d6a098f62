/**
 * Island of oidc/form_post.html: sends the form at once, so that nobody has to press its button. The button stays for where no script
 * runs, and for whoever comes back to the page.
 */

import { island } from "../shared/island";

island<HTMLFormElement>("form-post", "form#form-post", (form) => form.submit());
