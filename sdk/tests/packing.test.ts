/** The packed vocabulary: the server's own packing, read by the browser. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { unpack } from "../src/vocabulary";

interface Case {
  readonly name: string;
  readonly pairs: readonly (readonly [number, number])[];
  readonly packed: string;
}

const { cases } = JSON.parse(readFileSync(join(process.cwd(), "..", "spec", "packing.json"), "utf8")) as { cases: readonly Case[] };

for (const one of cases) {
  void test(`packed vocabulary: ${one.name}`, () => {
    assert.deepEqual([...unpack(one.packed)], [...new Map(one.pairs)]);
  });
}
