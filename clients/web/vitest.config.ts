/** Test runner of the browser package: a document in memory, real HTTP servers on loopback. The package is known by its own name, as in an application. */

import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const source = (name: string) => fileURLToPath(new URL(`./src/${name}`, import.meta.url));

export default defineConfig({
  resolve: {
    alias: [
      { find: "@fashionistar/auth-web/react", replacement: source("react.tsx") },
      { find: "@fashionistar/auth-web", replacement: source("index.ts") },
    ],
  },
  test: {
    include: ["tests/**/*.test.{ts,tsx}"],
    environment: "happy-dom",
    environmentOptions: { happyDOM: { url: "http://localhost:5173/" } },
    unstubGlobals: true,
    restoreMocks: true,
    testTimeout: 10_000,
  },
});
