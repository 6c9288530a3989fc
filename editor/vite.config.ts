import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const root = fileURLToPath(new URL(".", import.meta.url));

// The server-rendered pages share this build: their styles and behaviours are the second entry.
const entries = ["src/main.tsx", "src/pages.ts"].map((path) => root + path).filter(existsSync);

export default defineConfig({
  root,
  base: "/static/editor/",
  plugins: [react()],
  build: {
    outDir: "../static/editor",
    emptyOutDir: true,
    manifest: "manifest.json",
    // Every browser that can run the rest of this knows it by itself.
    modulePreload: { polyfill: false },
    // React and the canvas are most of it, and needed at once: splitting would only add a request.
    chunkSizeWarningLimit: 640,
    rollupOptions: { input: entries },
  },
  test: { environment: "jsdom", include: ["src/**/*.test.{ts,tsx}"] },
});
