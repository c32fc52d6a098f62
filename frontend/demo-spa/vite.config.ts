/** Build of the demo storefront and its staff desk: two pages, hashed assets, nothing inlined (the strict CSP of serve.mjs allows neither data: nor inline code). */

import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  // The browser package from its source beside us: what the storefront shows is what an application gets.
  resolve: { alias: { "@fashionistar/auth-web": fileURLToPath(new URL("../../clients/web/src/index.ts", import.meta.url)) } },
  build: {
    outDir: fileURLToPath(new URL("../dist/demo-spa", import.meta.url)),
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: { input: ["index.html", "desk.html"].map((page) => fileURLToPath(new URL(page, import.meta.url))) },
  },
});
