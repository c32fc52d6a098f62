/** Who is signed in, as far as a page may know. */

import { bff } from "../../../bff";

export const GET = (request: Request) => bff().session(request);
