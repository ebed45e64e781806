/** Prints what each built file weighs. */

import { readFileSync } from "node:fs";

interface Facts {
  readonly bytes: number;
  readonly gzip: number;
  readonly brotli: number;
}

const manifest = JSON.parse(readFileSync(new URL("../dist/manifest.json", import.meta.url), "utf8")) as Record<string, Facts>;
for (const [file, { bytes, gzip, brotli }] of Object.entries(manifest)) {
  if (!/-[0-9a-f]{8}\.m?js$/.test(file)) {
    process.stdout.write(`${file.padEnd(24)} ${String(bytes).padStart(8)} bytes ${String(gzip).padStart(7)} gzip ${String(brotli).padStart(7)} brotli\n`);
  }
}
