import assert from "node:assert/strict";
import { test } from "node:test";
import type { Json, RecordedEvent, Words } from "../src/events.ts";
import { css, escapeIdentifier, plain, readable } from "../src/words.ts";

const WORDS: Words = { t7: "Save changes", n3: "row", n4: "2 tabs", t8: 'say "a"' };

function reference(key: string): string {
  return `\u{10fffc}${key}\u{10fffd}`;
}

function event(data: Json): RecordedEvent {
  return { type: 3, timestamp: 0, data };
}

void test("a reference becomes its word, and one without a word a mask", () => {
  assert.equal(plain(`${reference("t7")}, ${reference("t99")}`, WORDS), "Save changes, ▇▇▇▇");
});

void test("names of every object are no words", () => {
  assert.equal(plain(reference("t1"), { constructor: "x" }), "▇▇▇▇");
});

void test("marks that are no reference go", () => {
  assert.equal(plain("\u{10fffc}jane\u{10fffd}", WORDS), "jane");
});

void test("in style text a reference is an identifier", () => {
  assert.equal(css(`.${reference("n3")} .${reference("n4")}{color:red}`, WORDS), ".row .\\32 \\ tabs{color:red}");
});

void test("inside a quoted value it is escaped for the quote", () => {
  assert.equal(css(`[a="${reference("t8")}"]`, WORDS), '[a="say \\"a\\""]');
});

void test("an escaped quote does not end a quoted value", () => {
  assert.equal(css(`[a="\\"${reference("n4")}"]`, WORDS), '[a="\\"2 tabs"]');
});

void test("style elements hold style text, others plain text", () => {
  const style = { type: 2, tagName: "style", attributes: {}, childNodes: [{ type: 3, textContent: `.${reference("n4")}{}` }] };
  const told = readable(event({ node: style, other: { type: 3, textContent: reference("n4") } }), WORDS);
  const text = JSON.stringify(told);
  assert.ok(text.includes(".\\\\32 \\\\ tabs{}"));
  assert.ok(text.includes('"textContent":"2 tabs"'));
});

void test("an identifier is escaped as a browser does", () => {
  for (const [word, escaped] of [
    ["a", "a"],
    ["-", "\\-"],
    ["-1", "-\\31 "],
    ["a:b", "a\\:b"],
    ["é", "é"],
    ["\u0001", "\\1 "],
  ] as const) {
    assert.equal(escapeIdentifier(word), escaped);
  }
});
