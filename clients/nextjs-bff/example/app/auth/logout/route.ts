/** Signed out here and at the provider. */

import { bff } from "../../../bff";

export const POST = (request: Request) => bff().logout(request);
