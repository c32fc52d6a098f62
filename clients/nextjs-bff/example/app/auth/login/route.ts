/** To the provider, and back to `returnUrl` afterwards. */

import { bff } from "../../../bff";

export const GET = (request: Request) => bff().login(request);
