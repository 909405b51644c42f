// Builds static/build/ from static/src/: `npm run build`. The same sources give the same bytes.
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { compile } from "sass";
import { build } from "esbuild-wasm";

const src = dirname(fileURLToPath(import.meta.url));
const root = join(src, "..", "..");
const out = join(root, "static", "build");

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });

for (const name of ["portal", "admin"]) {
  const { css } = compile(join(src, "scss", `${name}.scss`), {
    style: "compressed",
    loadPaths: [join(root, "node_modules")],
    quietDeps: true,
  });
  await writeFile(join(out, `${name}.css`), `${css}\n`);
}

await build({
  entryPoints: ["portal", "month", "chart"].map((name) => join(src, "js", `${name}.js`)),
  outdir: out,
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2020",
  charset: "utf8",
  legalComments: "none",
  logLevel: "warning",
});

await cp(join(src, "images"), out, { recursive: true });

// What the style sheets point to lies beside them; nothing is fetched from another host or inlined as data.
const icons = join(root, "node_modules", "nhsuk-frontend", "dist", "nhsuk", "assets", "images");
await mkdir(join(out, "images"), { recursive: true });
for (const name of ["portal.css", "admin.css"]) {
  const css = await readFile(join(out, name), "utf8");
  const outside = css.match(/(?:https?:)?\/\/[a-z]|data:|@font-face|@import/gi);
  if (outside) throw new Error(`${name} holds ${[...new Set(outside)].join(", ")}`);
  for (const [, path] of css.matchAll(/url\("?([^")]*)"?\)/g)) {
    if (!/^images\/nhsuk-icon-[a-z-]+\.svg$/.test(path)) throw new Error(`${name} points to ${path}`);
    await cp(join(icons, basename(path)), join(out, path));
  }
}
