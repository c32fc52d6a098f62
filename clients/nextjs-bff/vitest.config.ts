/** Test runner of the back end for front end: Node, and real HTTP servers on loopback for provider and backend. */

import { defineConfig } from "vitest/config";

export default defineConfig({
  test: { include: ["tests/**/*.test.ts"], environment: "node", restoreMocks: true, testTimeout: 10_000 },
});
