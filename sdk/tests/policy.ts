/** A policy of the vectors as the capture rules that a ticket would bring, and widths from the table of `spec/`. */

import { readFileSync } from "node:fs";
import { join } from "node:path";

import { Masking, type Page } from "../src/masking";
import type { CaptureRules, Journey, Level } from "../src/rules";
import { hash32 } from "../src/vocabulary";

export interface VectorPolicy {
  readonly key: string;
  readonly query_keys: readonly string[];
  readonly journeys: readonly Journey[];
  readonly exclusions?: CaptureRules["exclusions"];
  readonly vocabulary: { readonly version: number; readonly text: Record<string, number>; readonly names: Record<string, number>; readonly sheets?: Record<string, number>; readonly assets?: Record<string, number> };
}

interface WidthTable {
  readonly default: number;
  readonly characters: Record<string, number>;
  readonly ranges: readonly (readonly [number, number, number])[];
}

const widths = JSON.parse(readFileSync(join(process.cwd(), "..", "spec", "widths.json"), "utf8")) as WidthTable;

export const tableWidth = (line: string): number =>
  [...line].reduce((sum, character) => {
    const code = character.codePointAt(0) ?? 0;
    const range = widths.ranges.find(([from, to]) => from <= code && code <= to);
    return sum + (widths.characters[character] ?? range?.[2] ?? widths.default);
  }, 0);

const hashed = (entries: Record<string, number> = {}): [number, number][] =>
  Object.entries(entries).map(([entry, number]) => [hash32(entry), number]);

/** Written here a second time, so that the SDK's reading is checked; `spec/packing.json` has the server's own. */
export const pack = (entries: Record<string, number>): string => {
  const bytes: number[] = [];
  const varint = (value: number): void => {
    for (; value > 0x7f; value = Math.floor(value / 0x80)) bytes.push((value % 0x80) | 0x80);
    bytes.push(value);
  };
  let last = 0;
  for (const [hash, number] of hashed(entries).sort(([a], [b]) => a - b)) {
    varint(hash - last);
    varint(number);
    last = hash;
  }
  return btoa(String.fromCharCode(...bytes));
};

/** A sheet is written as its address, a space and its count of rules. */
const sheetsOf = (sheets: Record<string, number> = {}): [number, number, number][] =>
  Object.entries(sheets).map(([said, number]) => [hash32(said.slice(0, said.lastIndexOf(" "))), Number(said.slice(said.lastIndexOf(" ") + 1)), number]);

export const rulesOf = (policy: VectorPolicy): CaptureRules => ({
  policy: "0".repeat(64),
  application: "chalkboard",
  key: policy.key,
  replay: true,
  heatmap: true,
  journeys: policy.journeys,
  exclusions: policy.exclusions ?? { selectors: [], routes: [] },
  query_keys: policy.query_keys,
  vocabulary: {
    version: policy.vocabulary.version,
    text: pack(policy.vocabulary.text),
    names: pack(policy.vocabulary.names),
    sheets: sheetsOf(policy.vocabulary.sheets),
    assets: hashed(policy.vocabulary.assets),
  },
});

export const maskingOf = (policy: VectorPolicy, level: Level, page: Page): Masking =>
  new Masking(rulesOf(policy), page, level);
