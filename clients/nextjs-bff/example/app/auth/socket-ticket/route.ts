/** A ticket for one WebSocket. */

import { bff } from "../../../bff";

export const POST = (request: Request) => bff().socketTicket(request);
