/** The tables of `spec/` as the build packs them say what the files say. */

import assert from "node:assert/strict";
import { test } from "node:test";

import classes from "../../spec/classes.json";
import css from "../../spec/css.json";
import { rowsOf, treeOf } from "../make/tables.mjs";
import { spread, unpacked } from "../src/unpack";

for (const name of ["properties", "keywords", "functions", "pseudo_classes", "pseudo_elements", "units"] as const) {
  void test(`a tree holds all ${name} and no other word`, () => {
    assert.deepEqual(unpacked(treeOf(css[name])).sort(), [...css[name]].sort());
  });
}

void test("a tree holds words that begin with a hyphen, and words that begin others", () => {
  const words = ["-webkit-box", "a", "a-b", "a-b-c", "flex", "flex-end"];
  assert.deepEqual(unpacked(treeOf(words)).sort(), words);
});

void test("rows hold the class and the values of each attribute", () => {
  assert.deepEqual(spread(rowsOf(classes.attributes)), classes.attributes);
  assert.deepEqual(spread(rowsOf(classes.enums)), classes.enums);
});
