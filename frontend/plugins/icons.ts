import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Plugin } from "vite";

const IN_TEMPLATES = /\{%\s*icon\s+"([a-z0-9-]+)"/g;
const IN_CODE = /\bicon\(\s*["']([a-z0-9-]+)["']/g;
const AS_FIELD = /\bicon=["']([a-z0-9-]+)["']/g;

/**
 * One sprite of exactly the icons the pages use: `icons/list.txt` and every `{% icon "name" %}`, `icon("name")` or
 * `icon="name"` found in templates, Python and TypeScript. Names are Tabler's outline icons; a file in `icons/` of ours wins.
 * Writes `icons.<hash>.svg` and `icons.json` {file, names} for the template tag.
 */
export function icons(where: { here: string; web: string }): Plugin {
  let out = "";
  return {
    name: "lachan-icons",
    apply: "build",
    configResolved(config) {
      out = config.build.outDir;
    },
    closeBundle: {
      order: "pre",
      sequential: true,
      handler() {
        const names = [...namesUsed(where)].sort();
        const sprite = `<svg xmlns="http://www.w3.org/2000/svg">${names.map((name) => symbol(where.here, name)).join("")}</svg>`;
        const file = `icons.${createHash("sha256").update(sprite).digest("hex").slice(0, 12)}.svg`;
        mkdirSync(out, { recursive: true });
        writeFileSync(join(out, file), sprite);
        writeFileSync(join(out, "icons.json"), JSON.stringify({ file, names }));
      },
    },
  };
}

function namesUsed({ here, web }: { here: string; web: string }): Set<string> {
  const listed = readFileSync(resolve(here, "icons/list.txt"), "utf8").split("\n");
  const names = new Set(listed.map((line) => line.trim()).filter((line) => line !== "" && !line.startsWith("#")));
  const sources = [join(web, "templates"), join(web, "parts"), join(web, "templatetags"), join(here, "islands"), join(here, "lib")];
  for (const path of sources.flatMap(sourceFiles)) {
    const text = readFileSync(path, "utf8");
    for (const pattern of [IN_TEMPLATES, IN_CODE, AS_FIELD]) for (const match of text.matchAll(pattern)) names.add(match[1]!);
  }
  return names;
}

function sourceFiles(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return sourceFiles(path);
    return /\.(html|py|ts)$/.test(name) && !name.endsWith(".test.ts") ? [path] : [];
  });
}

function symbol(here: string, name: string): string {
  const ours = resolve(here, `icons/${name}.svg`);
  const theirs = resolve(here, `node_modules/@tabler/icons/icons/outline/${name}.svg`);
  const path = [ours, theirs].find((candidate) => existsSync(candidate));
  if (path === undefined) throw new Error(`No icon named "${name}": see tabler.io/icons for names, or draw icons/${name}.svg`);
  const svg = readFileSync(path, "utf8");
  const inner = svg.replace(/^[\s\S]*?<svg[^>]*>/, "").replace(/<\/svg>\s*$/, "").replace(/\s*\n\s*/g, "");
  const box = /viewBox="([^"]+)"/.exec(svg)?.[1] ?? "0 0 24 24";
  return `<symbol id="${name}" viewBox="${box}">${inner}</symbol>`;
}
