/** The string-class table names every path that rrweb's own types have; a path that it forgot fails here. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { ATTRIBUTES, EVENTS, INCREMENTAL, NODE } from "../src/spec";
import { rrwebPaths } from "./rrweb-paths";

type Table = ReadonlyMap<string, Record<string, string>>;
type Named = Record<string, string[]>;

const found = rrwebPaths();
const TABLES = { events: EVENTS, incremental: INCREMENTAL, node: NODE } as const;

/** A path is named if the table has it, or a part of it that it treats as one place. */
const isNamed = (path: string, named: Readonly<Record<string, string>>): boolean => {
  if (path in named || named["*"] === "DROP") return true;
  const above = path.replace(/(\[\]|\.?[^.[\]]+)$/, "");
  return above !== "" && above !== path && isNamed(above, named);
};

const forgotten = (paths: Named, table: Table, without?: string): string[] =>
  Object.entries(paths).flatMap(([tag, all]) => {
    const named = Object.fromEntries(Object.entries({ ...table.get("*"), ...table.get(tag) }).filter(([path]) => path !== without));
    return all.filter((path) => !isNamed(path, named)).map((path) => `${tag}: ${path}`);
  });

for (const section of ["events", "incremental", "node"] as const) {
  void test(`the table names every path of rrweb's ${section}`, () => {
    assert.deepEqual(forgotten(found[section], TABLES[section]), []);
  });

  void test(`a path of rrweb's ${section} that the table had not would be found`, () => {
    const known = new Set(Object.values(found[section]).flat());
    const named = [...TABLES[section].values()].flatMap((paths) => Object.keys(paths)).filter((path) => known.has(path));
    assert.ok(named.length > 10);
    for (const path of named) assert.notDeepEqual(forgotten(found[section], TABLES[section], path), [], path);
  });
}

void test("the table names every attribute that rrweb itself writes", () => {
  assert.ok(found.attributes.includes("_cssText"));
  assert.deepEqual(found.attributes.filter((name) => !ATTRIBUTES.has(name.toLowerCase())), []);
});

void test("spec/rrweb-paths.json, which the server's tests read, is what the installed types say", () => {
  const kept = JSON.parse(readFileSync(join(process.cwd(), "..", "spec", "rrweb-paths.json"), "utf8")) as unknown;
  assert.deepEqual(kept, found);
});
