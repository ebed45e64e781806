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

void test("pointer moves are no steps", () => {
  assert.deepEqual(steps([batch(0, { interactions: [{ ...CLICK, kind: "move" }] })], {}), []);
});

void test("missing numbers and fresh starts are cuts", () => {
  const found = cuts([batch(0), batch(3), batch(4, { reset: true })]);
  assert.deepEqual(found.map((one) => one.text), ["Cut: 2 parts are missing", "Cut: the recorder started afresh here"]);
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
