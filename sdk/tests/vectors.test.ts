/** Runs `spec/vectors/` as the browser masks: the same cases that the server runs. */

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { maskEvent } from "../src/events";
import { maskInteraction } from "../src/interactions";
import type { Sheet } from "../src/masking";
import { CLOSE, hash32, OPEN } from "../src/vocabulary";
import { maskingOf, tableWidth, type VectorPolicy } from "./policy";

interface Case {
  readonly name: string;
  readonly level: "off" | "clicks" | "wireframe" | "labelled";
  readonly in: Record<string, unknown>;
  /** Sheets of the page by node: what they are found by, and the count of their rules. */
  readonly sheets?: Readonly<Record<number, readonly [string, number]>>;
  readonly browser?: unknown;
  readonly server?: unknown;
}

interface File {
  readonly title: string;
  readonly policy?: VectorPolicy;
  readonly cases: readonly Case[];
}

const folder = join(process.cwd(), "..", "spec", "vectors");
const read = (name: string): string =>
  readFileSync(join(folder, name), "utf8").split("⟦").join(OPEN).split("⟧").join(CLOSE);
const byDefault = JSON.parse(read("policy.json")) as VectorPolicy;

const TOKEN = /(--k|k|v|d-|x-)([0-9a-f]{10})(?![0-9a-f])/g;

/** Number the tokens in walking order, equal hex alike. */
const renamed = (said: unknown): unknown => {
  const known = new Map<string, string>();
  const rename = (text: string): string =>
    text.replace(TOKEN, (_, letter: string, hex: string) => {
      if (!known.has(hex)) known.set(hex, String(known.size + 1));
      return `${letter}#${known.get(hex) ?? ""}`;
    });
  const walk = (at: unknown): unknown => {
    if (typeof at === "string") return rename(at);
    if (Array.isArray(at)) return at.map(walk);
    if (typeof at !== "object" || at === null) return at;
    return Object.fromEntries(Object.entries(at).map(([key, value]) => [rename(key), walk(value)]));
  };
  return walk(JSON.parse(JSON.stringify(said)));
};

for (const name of readdirSync(folder).filter((one) => one.endsWith(".json") && !["policy.json", "rendering.json"].includes(one))) {
  const file = JSON.parse(read(name)) as File;
  for (const one of file.cases) {
    void test(`${file.title}: ${one.name}`, () => {
      // The browser has a tree: where a case says what a node hangs under, the page knows it.
      const place = /under a textarea/.test(one.name) ? { tag: "textarea", isEditable: false } : undefined;
      const sheet = (id: number): Sheet | undefined => {
        const found = one.sheets?.[id];
        return found && { hash: hash32(found[0]), rules: found[1] };
      };
      const masking = maskingOf(file.policy ?? byDefault, one.level, { width: tableWidth, note: () => undefined, place: () => place, around: () => ["", "", 8], sheet });
      const kept = "kind" in one.in ? maskInteraction(one.in, masking) : maskEvent(one.in, masking);
      const expected = "browser" in one ? one.browser : one.server;
      assert.deepEqual(renamed(kept), renamed(expected));
    });
  }
}
