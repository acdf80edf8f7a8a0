import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { VitePWA } from "vite-plugin-pwa";
import { themeCss } from "./build/theme-css.ts";
import { mockPortal, mockServer } from "./tests/fake/mock-server.ts";

/** The server that `npm run dev` hands requests for data to. */
const SERVER = process.env["CONSILIUM_SERVER"] ?? "http://127.0.0.1:8787";

/** Paths that belong to the server, never to the app. */
const SERVER_PATHS = ["/api", "/sync", "/yjs", "/healthz", "/readyz", "/metrics"];

export default defineConfig(({ mode }) => ({
  plugins: [
    react(),
    themeCss(),
    mode === "mock" ? mockServer() : mode === "mock-portal" ? mockPortal() : null,
    VitePWA({
      registerType: "prompt",
      injectRegister: null,
      manifest: {
        name: "Consilium",
        short_name: "Consilium",
        description: "Write binding texts together, with or without a network.",
        lang: "en",
        id: "/",
        start_url: "/",
        display: "standalone",
        background_color: "#fbfaf6",
        theme_color: "#fbfaf6",
        categories: ["productivity", "medical"],
        icons: [
          { src: "/icon-192.png", sizes: "192x192", type: "image/png" },
          { src: "/icon-512.png", sizes: "512x512", type: "image/png" },
          { src: "/icon-512-maskable.png", sizes: "512x512", type: "image/png", purpose: "maskable" },
          { src: "/icon.svg", sizes: "any", type: "image/svg+xml" },
        ],
      },
      workbox: {
        globPatterns: ["**/*.{html,js,css,wasm,woff2,svg,png}"],
        // Two megabytes that only a text with citations wants. Without it they stand as their authors saw them.
        globIgnores: ["**/consilium_cite*"],
        // The replica's WASM module and the editor are part of the shell that has to work offline.
        maximumFileSizeToCacheInBytes: 4 * 1024 * 1024,
        navigateFallback: "/index.html",
        navigateFallbackDenylist: SERVER_PATHS.map((path) => new RegExp(`^${path}(/|$)`)),
        cleanupOutdatedCaches: true,
        // From the first visit on: a page without it would not hear of newer versions, nor survive a reload offline.
        clientsClaim: true,
        inlineWorkboxRuntime: true,
      },
    }),
  ],
  resolve: {
    // One copy each: two of them would not recognise each other's types.
    dedupe: ["yjs", "y-protocols", "react", "react-dom"],
  },
  worker: { format: "es" as const },
  build: {
    target: "es2023",
    // Data addresses would need an exception in the content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    sourcemap: true,
    rolldownOptions: {
      output: {
        codeSplitting: {
          // What every page begins with, as two files, of which the libraries stay when the app is replaced: each file is a
          // question to the server, and a ward's network is slow to answer. What only some pages share stays in small
          // pieces: in larger ones, whoever signs in would load half of the editor.
          groups: [
            { name: "libraries", tags: ["$initial"], test: /[\\/]node_modules[\\/]/, priority: 2 },
            { name: "start", tags: ["$initial"], priority: 1 },
          ],
        },
      },
    },
  },
  server: {
    proxy: mode.startsWith("mock")
      ? {}
      : Object.fromEntries(SERVER_PATHS.map((path) => [path, { target: SERVER, ws: true, changeOrigin: false }])),
  },
}));
