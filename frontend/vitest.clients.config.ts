/** Test runner of the independent clients: they need a running provider, so the provider's own tests start them (`idp/tests/clients`). */

import { defineConfig } from "vitest/config";

export default defineConfig({ test: { include: ["tests/clients/*.live.ts"], fileParallelism: false, testTimeout: 60_000 } });
