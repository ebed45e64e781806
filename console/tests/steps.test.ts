import assert from "node:assert/strict";
import { test } from "node:test";
import { clock, typedTime } from "../src/clock.ts";
import { colour } from "../src/density.ts";
import type { Batch } from "../src/events.ts";
import { faced } from "../src/mask_face.ts";
import { cuts, steps } from "../src/steps.ts";

function batch(number: number, more: Partial<Batch> = {}): Batch {
  return { number, reset: number === 0, level: 3, journey: "chat", events: [], interactions: [], ...more };
}

const CLICK = { kind: "click", at: 100, route: "/chat", element: "main>button", role: "button" };

void test("steps come in the order of time and say what was clicked", () => {
  const told = steps([batch(0, { interactions: [{ ...CLICK, at: 900 }, { ...CLICK, label: "\u{10fffc}t7\u{10fffd}" }] })], { t7: "Save" });
  assert.deepEqual(told.map((step) => step.text), ["Click on “Save”", "Click on button"]);
});

void test("what has no label is said by its own reviewed names, and by its role where they were withdrawn", () => {
  const named = { ...CLICK, element: "main.\u{10fffc}n2\u{10fffd}>button:2.\u{10fffc}n3\u{10fffd}.\u{10fffc}n4\u{10fffd}" };
  const told = (words: Record<string, string>): string[] => steps([batch(0, { interactions: [named] })], words).map((step) => step.text);
  assert.deepEqual(told({ n2: "page", n3: "button-secondary", n4: "share-snippet" }), ["Click on button.button-secondary.share-snippet"]);
  assert.deepEqual(told({ n2: "page", n4: "share-snippet" }), ["Click on button.share-snippet"]);
  assert.deepEqual(told({}), ["Click on button"]);
});

void test("pointer moves are no steps", () => {
  assert.deepEqual(steps([batch(0, { interactions: [{ ...CLICK, kind: "move" }] })], {}), []);
});

function meta(href: string, timestamp: number): Batch["events"][number] {
  return { type: 4, timestamp, data: { href, width: 1280, height: 720 } };
}

void test("missing numbers are cuts, also before the first and before a fresh start", () => {
  const found = cuts([batch(1), batch(4), batch(5), batch(7, { reset: true })]);
  assert.deepEqual(found.map((one) => one.text), ["Cut: a part is missing", "Cut: 2 parts are missing", "Cut: a part is missing"]);
});

void test("a fresh start with nothing missing is a new page, and no cut", () => {
  const batches = [batch(0), batch(1, { reset: true, events: [meta("http://localhost:1/chat/:room", 9000)] }), batch(2)];
  const told = steps(batches, {});
  assert.deepEqual(told, [{ at: 9000, kind: "navigation", text: "New page: /chat/:room", detail: "" }]);
});

void test("a fresh start after a missing part is a cut alone", () => {
  const told = steps([batch(0), batch(3, { reset: true, events: [meta("/chat/:room", 9000)] })], {});
  assert.deepEqual(told.map((one) => one.kind), ["cut"]);
});

void test("a change of route that is told already is not told twice", () => {
  const gone = { kind: "navigation", at: 8950, route: "/files/:id" };
  const batches = [batch(0, { interactions: [gone] }), batch(1, { reset: true, events: [meta("/files/:id", 9000)] })];
  assert.deepEqual(steps(batches, {}).map((one) => one.text), ["Go to /files/:id"]);
});

void test("times are said and typed alike", () => {
  for (const ms of [0, 59_000, 75_000, 3_615_000]) assert.equal(typedTime(clock(ms)), ms);
  for (const wrong of ["", "x", "1:2:3:4", "-1", "1;30"]) assert.equal(typedTime(wrong), null);
});

void test("the mask font stands before each list of families", () => {
  assert.equal(faced("a{font-family:Arial,serif}"), 'a{font-family:"Milkglass Mask",Arial,serif}');
  assert.equal(faced("a{font:700 14px/1.5 k1,serif}"), 'a{font:700 14px/1.5 "Milkglass Mask",k1,serif}');
  assert.equal(faced("a{font:inherit;color:red}"), "a{font:inherit;color:red}");
  assert.equal(faced("a{font-family:inherit}"), "a{font-family:inherit}");
});

void test("the ramp goes from blue to yellow", () => {
  assert.deepEqual(colour(0), [59, 111, 212]);
  assert.deepEqual(colour(1), [255, 197, 61]);
  assert.deepEqual(colour(2), colour(1));
});
