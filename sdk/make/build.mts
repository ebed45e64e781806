/** Builds `dist/`: the classic files, the ES modules, content-hashed copies and their manifest. */

import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { build as bundle, type BuildOptions, type Plugin } from "esbuild";
import { rrwebCut } from "./rrweb.mjs";
import { table } from "./tables.mjs";

const root = new URL("..", import.meta.url).pathname;
const { version } = JSON.parse(readFileSync(`${root}package.json`, "utf8")) as { version: string };

type Manifest = Record<string, { readonly sri: string; readonly bytes: number; readonly gzip: number; readonly brotli: number }>;

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

const iife: BuildOptions = { format: "iife", globalName: "milkglass" };
// A function where a file names one that was built before it.
/** A file that was built before, by the beginning of its name, as the files that fetch it hold it. */
const held = (made: Manifest, name: string): string => {
  const [file = "", { sri = "" } = {}] = Object.entries(made).find(([one]) => new RegExp(`^milkglass-${name}-.*-[0-9a-f]{8}\\.js$`).test(one)) ?? [];
  return JSON.stringify({ file, sri });
};
// The module leaves the consent part to its own file, which a bundler of the page's makes a chunk of.
const apart: BuildOptions = { format: "esm" };
const consentApart: Plugin = {
  name: "consent-apart",
  setup: (build) => {
    build.onResolve({ filter: /^\.\/consent\/module$/ }, () => ({ path: "./milkglass-consent.mjs", external: true }));
  },
};
const files: readonly (readonly [string, BuildOptions | ((made: Manifest) => BuildOptions)])[] = [
  ["milkglass-consent.js", { entryPoints: [`${root}src/consent/file.ts`], format: "iife" }],
  ["milkglass-consent.mjs", { entryPoints: [`${root}src/consent/module.ts`], format: "esm" }],
  ["milkglass.js", (made) => ({ entryPoints: [`${root}src/classic.ts`], ...iife, define: { CONSENT: held(made, "consent") }, plugins: [rrwebCut, table(false)] })],
  ["milkglass.mjs", { entryPoints: [`${root}src/index.ts`], ...apart, plugins: [rrwebCut, table(false), consentApart] }],
  ["milkglass-clicks.js", (made) => ({ entryPoints: [`${root}src/clicks-classic.ts`], ...iife, define: { CONSENT: held(made, "consent") }, plugins: [table(true)] })],
  ["milkglass-clicks.mjs", { entryPoints: [`${root}src/clicks-only.ts`], ...apart, plugins: [table(true), consentApart] }],
  ["milkglass-recorder.js", { entryPoints: [`${root}src/recorder-file.ts`], format: "iife", plugins: [rrwebCut, table(false)] }],
  [
    "milkglass-loader.js",
    (made) => ({
      entryPoints: [`${root}src/loader.ts`],
      ...iife,
      define: { RECORDER: held(made, "recorder"), CONSENT: held(made, "consent") },
      plugins: [table(true)],
    }),
  ],
];

const dist = `${root}dist/`;
rmSync(dist, { recursive: true, force: true });
mkdirSync(dist, { recursive: true });
const manifest: Manifest = {};
for (const [name, options] of files) {
  const made = await bundle({ ...common, ...(typeof options === "function" ? options(manifest) : options) });
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
