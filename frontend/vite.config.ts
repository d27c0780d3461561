/// <reference types="vitest/config" />
import { existsSync, readdirSync } from "node:fs";
import { resolve } from "node:path";
import { defineConfig } from "vite";
import { compress } from "./plugins/compress.ts";
import { icons } from "./plugins/icons.ts";

const here = import.meta.dirname;
const web = resolve(here, "../src/lachan/web");

/** Every `islands/<name>/main.ts` is one entry, named after its folder: add a folder, get an asset. */
function entries(): Record<string, string> {
  const found: Record<string, string> = { styles: resolve(here, "styles/main.scss") };
  for (const name of readdirSync(resolve(here, "islands"))) {
    const main = resolve(here, "islands", name, "main.ts");
    if (existsSync(main)) found[name] = main;
  }
  // The guard's page stands alone, and keeps itself: offline/README.md.
  found["verifier"] = resolve(here, "offline/verifier/page/main.ts");
  found["door"] = resolve(here, "offline/door/page/main.ts");
  found["verifier-worker"] = resolve(here, "offline/verifier/worker/main.ts");
  return found;
}

export default defineConfig({
  root: here,
  // Relative addresses: the pages may be served below any prefix.
  base: "./",
  publicDir: false,
  css: { preprocessorOptions: { scss: { loadPaths: [resolve(here, "node_modules")], quietDeps: true } } },
  build: {
    outDir: resolve(web, "static/dist"),
    // A server that runs goes on with the files it started with; lachan.web.build takes away old ones days later.
    emptyOutDir: false,
    manifest: "manifest.json",
    // Chrome 111 is where color-mix() begins, which Tabler needs; light-dark() is compiled down to it.
    target: ["chrome111", "firefox115", "safari16.4"],
    cssTarget: ["chrome111", "firefox115", "safari16.4"],
    // Inlined files would be data: addresses, which the content policy forbids for fonts and WebAssembly.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 700,
    rollupOptions: {
      input: entries(),
      output: {
        // Twelve hexadecimal digits between dots: the form WhiteNoise knows as never changing.
        hashCharacters: "hex",
        entryFileNames: "assets/[name].[hash:12].js",
        chunkFileNames: "assets/[name].[hash:12].js",
        assetFileNames: "assets/[name].[hash:12][extname]",
      },
    },
  },
  plugins: [icons({ here, web }), compress()],
  test: { include: ["tests/**/*.test.ts", "islands/**/*.test.ts", "offline/**/*.test.ts"], environment: "node" },
});
