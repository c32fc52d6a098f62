/**
 * Build of the account console: one classic script and one style sheet under fixed names, which the provider serves hashed and
 * compressed like the islands. Nothing is inlined and nothing is loaded later, so the strict policy of every page holds.
 */

import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  esbuild: { jsx: "automatic", legalComments: "none" },
  build: {
    outDir: fileURLToPath(new URL("../dist/console", import.meta.url)),
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0,
    // A sheet of its own: a classic script would otherwise write its styles into the page, which the policy forbids.
    cssCodeSplit: false,
    rollupOptions: {
      input: fileURLToPath(new URL("./src/main.tsx", import.meta.url)),
      // Packages mark modules for frameworks that render on servers; here everything runs in the browser.
      onwarn: (warning, warn) => warning.code === "MODULE_LEVEL_DIRECTIVE" || warn(warning),
      output: { format: "iife", entryFileNames: "console.js", assetFileNames: "console[extname]" },
    },
  },
});
