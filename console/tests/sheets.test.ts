import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import type { RecordedEvent, Words } from "../src/events.ts";
import { references } from "../src/sheets.ts";
import { readable } from "../src/words.ts";

interface Cases {
  readonly said: Words;
  readonly cases: readonly { readonly name: string; readonly in: RecordedEvent; readonly out: RecordedEvent }[];
}

const file = readFileSync("../spec/rendering.json", "utf8").replaceAll("⟦", "\u{10fffc}").replaceAll("⟧", "\u{10fffd}");
const { said, cases } = JSON.parse(file) as Cases;

for (const one of cases) {
  void test(`known sheets and images: ${one.name}`, () => {
    assert.deepEqual(readable(one.in, said), one.out);
  });
}

void test("only what events name is asked for", () => {
  const named = references(cases.map((one) => one.in));
  assert.deepEqual(named, ["a6", "a7", "a8", "s2", "s9"]);
});
