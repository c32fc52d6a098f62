/** The provider says that a session ended. */

import { bff } from "../../../bff";

export const POST = (request: Request) => bff().backchannelLogout(request);
