/** Builds `dist/`: the classic file, the ES modules, content-hashed copies and their manifest. */

import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { build as bundle, type BuildOptions, type Plugin } from "esbuild";

const root = new URL("..", import.meta.url).pathname;
const { version } = JSON.parse(readFileSync(`${root}package.json`, "utf8")) as { version: string };

// rrweb marks an input that was a password by an attribute on the customer's page; we mask every value whatever its type.
const MARKS_PASSWORD = 'target.setAttribute("data-rr-is-password", "true");';

const leaveThePageAlone: Plugin = {
  name: "leave-the-page-alone",
  setup: (build) => {
    build.onLoad({ filter: /@rrweb[\\/]record[\\/]dist[\\/]record\.js$/ }, ({ path }) => {
      const source = readFileSync(path, "utf8");
      if (!source.includes(MARKS_PASSWORD)) throw new Error("rrweb changed: look where it marks passwords now");
      return { contents: source.replace(MARKS_PASSWORD, ""), loader: "js" };
    });
  },
};

/** A value as JavaScript, lists of words as one string: `"a b c".split(" ")` packs better than quotes and commas. */
const packed = (said: unknown): string => {
  if (Array.isArray(said) && said.length > 4 && said.every((one) => typeof one === "string" && /^[^ ]+$/.test(one))) {
    return `/* @__PURE__ */ ${JSON.stringify(said.join(" "))}.split(" ")`;
  }
  if (Array.isArray(said)) return `[${said.map(packed).join(",")}]`;
  if (typeof said !== "object" || said === null) return JSON.stringify(said);
  return `{${Object.entries(said).map(([key, value]) => `${JSON.stringify(key)}:${packed(value)}`).join(",")}}`;
};

const NOT_COMPILED_IN: ReadonlySet<string> = new Set(["version", "comment", "classes"]);

/** The JSON of `spec/` as a module; for clicks, without the attribute, CSS and event values that interactions do not have. */
const table = (isThin: boolean): Plugin => ({
  name: "table",
  setup: (build) => {
    build.onLoad({ filter: /spec[\\/](classes|css)\.json$/ }, ({ path }) => {
      const read = JSON.parse(readFileSync(path, "utf8")) as Record<string, Record<string, unknown>>;
      if (isThin) {
        read["enums"] = { role: read["enums"]?.["role"] };
        read["required"] = { events: {}, incremental: {}, interaction: read["required"]?.["interaction"] };
        const kept = ["interactionKind", "viewport", "errorType", "httpMethod", "statusClass"];
        read["values"] = Object.fromEntries(kept.map((name) => [name, read["values"]?.[name]]));
      }
      const lines = Object.entries(read).filter(([key]) => !NOT_COMPILED_IN.has(key));
      return { contents: lines.map(([key, value]) => `export const ${key} = ${packed(value)};`).join("\n"), loader: "js" };
    });
  },
});

const common: BuildOptions = {
  bundle: true,
  minify: true,
  target: "es2020",
  charset: "utf8",
  legalComments: "inline",
  banner: { js: `/*! Milkglass SDK ${version}, MIT licence. Contains @rrweb/record 2.1.6, MIT licence, (c) rrweb contributors. */` },
  write: false,
  logLevel: "warning",
};

const files: readonly (readonly [string, BuildOptions])[] = [
  ["milkglass.js", { entryPoints: [`${root}src/index.ts`], format: "iife", globalName: "milkglass", plugins: [leaveThePageAlone, table(false)] }],
  ["milkglass.mjs", { entryPoints: [`${root}src/index.ts`], format: "esm", plugins: [leaveThePageAlone, table(false)] }],
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
