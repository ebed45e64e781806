/** Builds `dist/`: the classic file, the ES modules, content-hashed copies and their manifest. */

import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { build as bundle, type BuildOptions } from "esbuild";
import { rrwebCut } from "./rrweb.mjs";
import { table } from "./tables.mjs";

const root = new URL("..", import.meta.url).pathname;
const { version } = JSON.parse(readFileSync(`${root}package.json`, "utf8")) as { version: string };

const common: BuildOptions = {
  bundle: true,
  minify: true,
  target: "es2022",
  charset: "utf8",
  legalComments: "inline",
  banner: { js: `/*! Milkglass SDK ${version}, MIT licence. Contains @rrweb/record 2.1.6, MIT licence, (c) rrweb contributors. */` },
  write: false,
  logLevel: "warning",
};

const files: readonly (readonly [string, BuildOptions])[] = [
  ["milkglass.js", { entryPoints: [`${root}src/index.ts`], format: "iife", globalName: "milkglass", plugins: [rrwebCut, table(false)] }],
  ["milkglass.mjs", { entryPoints: [`${root}src/index.ts`], format: "esm", plugins: [rrwebCut, table(false)] }],
  ["milkglass-clicks.js", { entryPoints: [`${root}src/clicks-only.ts`], format: "iife", globalName: "milkglass", plugins: [table(true)] }],
  ["milkglass-clicks.mjs", { entryPoints: [`${root}src/clicks-only.ts`], format: "esm", plugins: [table(true)] }],
];

const dist = `${root}dist/`;
rmSync(dist, { recursive: true, force: true });
mkdirSync(dist, { recursive: true });
const manifest: Record<string, object> = {};
for (const [name, options] of files) {
  const made = await bundle({ ...common, ...options });
  const bytes = made.outputFiles?.[0]?.contents;
  if (!bytes) throw new Error(`${name} was not built`);
  const hashed = name.replace(/(\.m?js)$/, `-${version}-${createHash("sha256").update(bytes).digest("hex").slice(0, 8)}$1`);
  const facts = {
    sri: `sha384-${createHash("sha384").update(bytes).digest("base64")}`,
    bytes: bytes.length,
    gzip: gzipSync(bytes, { level: 9 }).length,
    brotli: brotliCompressSync(bytes).length,
  };
  for (const file of [name, hashed]) {
    writeFileSync(dist + file, bytes);
    writeFileSync(`${dist}${file}.gz`, gzipSync(bytes, { level: 9 }));
    writeFileSync(`${dist}${file}.br`, brotliCompressSync(bytes));
    manifest[file] = facts;
  }
}
writeFileSync(`${dist}manifest.json`, JSON.stringify(manifest, null, 1) + "\n");
