import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const root = fileURLToPath(new URL(".", import.meta.url));

/** The two pages that bench/browser.py compares, built as the product is. */
export default defineConfig({
  root,
  base: "./",
  plugins: [react()],
  build: {
    emptyOutDir: true,
    manifest: "manifest.json",
    chunkSizeWarningLimit: 640,
    rollupOptions: { input: ["bare.html", "ours.html"].map((page) => root + page) },
  },
});
