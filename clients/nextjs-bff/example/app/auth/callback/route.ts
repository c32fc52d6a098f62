/** Back from the provider. */

import { bff } from "../../../bff";

export const GET = (request: Request) => bff().callback(request);
