/** Runs a TypeScript file, or with `--test` the tests of a folder, bundled in memory by esbuild: this Node reads no types. */

import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { build } from "esbuild";

const root = resolve(import.meta.dirname, "..");
const [first, second] = process.argv.slice(2);
const isTest = first === "--test";
const entries = isTest
  ? readdirSync(join(root, second)).filter((name) => name.endsWith(".test.ts")).map((name) => join(root, second, name))
  : [join(root, first)];
const folder = mkdtempSync(join(root, "make", ".run-"));
try {
  await build({
    entryPoints: entries,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    packages: "external",
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    sourcemap: "inline",
    define: isTest ? {} : { "import.meta.url": JSON.stringify(`file://${entries[0]}`) },
    logLevel: "warning",
  });
  const made = readdirSync(folder).filter((name) => name.endsWith(".mjs")).map((name) => join(folder, name));
  const { status } = spawnSync(process.execPath, [...(isTest ? ["--test", "--enable-source-maps"] : []), ...made], {
    stdio: "inherit",
    cwd: root,
  });
  process.exitCode = status ?? 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
