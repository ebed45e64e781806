// Builds the console's modules into the package: content-hashed names, compressed copies, and a manifest that maps names to them.
import { createHash } from "node:crypto";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { fileURLToPath } from "node:url";
import path from "node:path";
import { build } from "esbuild";

const here = path.dirname(fileURLToPath(import.meta.url));
const out = path.join(here, "..", "src", "milkglass", "web", "static", "built");
const manifest = {};

async function put(name, bytes) {
  const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 12);
  const { name: stem, ext } = path.parse(name);
  const file = `${stem}-${hash}${ext}`;
  await writeFile(path.join(out, file), bytes);
  await writeFile(path.join(out, `${file}.br`), brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }));
  await writeFile(path.join(out, `${file}.gz`), gzipSync(bytes, { level: 9 }));
  manifest[name] = file;
  const kilobytes = brotliCompressSync(bytes).length / 1000;
  console.log(`${file}: ${bytes.length} bytes, ${kilobytes.toFixed(1)} kB brotli`);
}

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
const result = await build({
  entryPoints: ["player", "heatmap", "living", "install", "passkeys", "vocabulary"].map((name) => path.join(here, "src", `${name}.ts`)),
  bundle: true,
  format: "esm",
  target: ["chrome115", "firefox115", "safari16"],
  minify: true,
  legalComments: "eof",
  outdir: out,
  write: false,
  logLevel: "warning",
});
for (const file of result.outputFiles) await put(path.basename(file.path), file.contents);
// rrweb's own rules for its pointer and its frame; set into the page, whose policy loads no file.
await put("replay.css", await readFile(path.join(here, "node_modules", "@rrweb", "replay", "dist", "style.min.css")));
await writeFile(path.join(out, "manifest.json"), `${JSON.stringify(manifest, null, 1)}\n`);
