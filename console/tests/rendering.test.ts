// The cases of spec/vectors/rendering.json, which exports run too.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import spec from "../../spec/player.json" with { type: "json" };
import type { RecordedEvent, Words } from "../src/events.ts";
import { rendered } from "../src/rendering.ts";

interface Case {
  name: string;
  in: RecordedEvent[];
  out: RecordedEvent[];
}

const text = readFileSync("../spec/vectors/rendering.json", "utf8").replaceAll("⟦", "\u{10fffc}").replaceAll("⟧", "\u{10fffd}");
const file = JSON.parse(text) as { words: Words; cases: Case[] };
const rules = JSON.stringify(spec.rules.join("")).slice(1, -1);

for (const one of file.cases) {
  void test(one.name, () => {
    assert.deepEqual(rendered(one.in, file.words, 0), JSON.parse(JSON.stringify(one.out).replaceAll("RULES", rules)));
  });
}
