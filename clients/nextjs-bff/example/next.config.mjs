/** Settings of the example: the package it uses is linked from this repository, whose packages stand two folders up. */

import { fileURLToPath } from "node:url";

const clients = fileURLToPath(new URL("../..", import.meta.url));

export default { turbopack: { root: clients }, outputFileTracingRoot: clients };
