/** Test runner of the front end: plain Node, except where a file asks for a document (`@vitest-environment happy-dom`). No network but loopback. */

import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  esbuild: { jsx: "automatic" },
  resolve: { alias: { "@fashionistar/auth-web": fileURLToPath(new URL("../clients/web/src/index.ts", import.meta.url)) } },
  test: {
    include: ["tests/**/*.test.{ts,tsx}"],
    // The page's own origin in tests with a document: the storefront's, so that session storage and addresses are as in the browser.
    environmentOptions: { happyDOM: { url: "http://localhost:5173/" } },
    unstubGlobals: true,
    restoreMocks: true,
    testTimeout: 10_000,
  },
});
