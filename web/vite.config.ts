import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";

/** The medshape server that `npm run dev` passes API requests on to. */
const server = process.env.MEDSHAPE_URL ?? "http://127.0.0.1:8080";

export default defineConfig({
  // Relative, so that the page also works below a path of another site.
  base: "./",
  plugins: [svelte()],
  server: { proxy: { "/api": server, "/healthz": server } },
  build: {
    target: "es2022",
    // No data: URLs: the server's content security policy need not allow them.
    assetsInlineLimit: 0,
    // three.js is one chunk, loaded only when a shape is looked at.
    chunkSizeWarningLimit: 800,
  },
  test: { include: ["src/**/*.test.ts"], environment: "node" },
});
