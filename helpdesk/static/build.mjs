// Bundles helpdesk/static/src and css into helpdesk/static/dist.
// Names hold a hash of the content, so that browsers keep the files for ever; manifest.json says
// which file is current: {"desk.js": "desk-ABC123.js"}. The loader that other sites embed keeps its
// name. A page loads the scripts with <script type="module">, the loader as a plain script.
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, "dist");

const options = {
  absWorkingDir: here,
  outdir: dist,
  bundle: true,
  minify: true,
  sourcemap: true,
  metafile: true,
  legalComments: "linked",
  target: ["es2022", "safari16"],
  loader: { ".svg": "file", ".png": "file", ".woff2": "file" },
  assetNames: "[name]-[hash]",
  logLevel: "error",
};

const existing = (paths) => paths.filter((path) => existsSync(join(here, path)));
const styles = () => (existsSync(join(here, "css")) ? readdirSync(join(here, "css")) : [])
  .filter((name) => name.endsWith(".css"))
  .map((name) => `css/${name}`);

async function bundle(entryPoints, special) {
  if (!entryPoints.length) return {};
  try {
    return (await build({ ...options, entryPoints, ...special })).metafile.outputs;
  } catch {
    process.exit(1); // esbuild has said where and why
  }
}

const outputs = Object.assign(
  {},
  await bundle(existing(["src/desk.js", "src/widget.js", "src/demo.js", "src/help.js", "src/editor.js", "src/imports.js"]), {
    format: "esm",
    splitting: true,
    entryNames: "[name]-[hash]",
    chunkNames: "part-[hash]",
  }),
  await bundle(existing(["src/loader.js"]), { format: "iife", entryNames: "[name]" }),
  await bundle(styles(), { entryNames: "[name]-[hash]" }),
);

const manifest = {};
const current = new Set(["manifest.json"]);
for (const [path, output] of Object.entries(outputs)) {
  const name = relative(dist, join(here, path));
  current.add(name);
  if (output.entryPoint && !name.startsWith("part-")) manifest[basename(output.entryPoint)] = name;
}

mkdirSync(dist, { recursive: true });
writeFileSync(join(dist, "manifest.new"), `${JSON.stringify(manifest, null, 2)}\n`);
renameSync(join(dist, "manifest.new"), join(dist, "manifest.json"));
for (const name of readdirSync(dist)) {
  if (!current.has(name)) rmSync(join(dist, name), { recursive: true });
}
