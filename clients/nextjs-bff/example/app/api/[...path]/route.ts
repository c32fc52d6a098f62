/** The backend's API, in the name of who is signed in. */

import { bff } from "../../../bff";

const call = (request: Request) => bff().api(request);

export { call as DELETE, call as GET, call as PATCH, call as POST, call as PUT };
