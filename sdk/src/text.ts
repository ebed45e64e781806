/** TEXT: by line a reference to a reviewed entry, else a mask that tells only how wide the line was. Source: spec/README.md. */

import { LIMITS, TEXT_RULES } from "./spec";
import { hash32, refer, stripMarks, type Words } from "./vocabulary";

/** Width of a line in hundredths of an em of its own font. */
export type Measure = (line: string) => number;

const GROUP = /* @__PURE__ */ TEXT_RULES.mask.repeat(TEXT_RULES.group);
const PUNCTUATION: ReadonlySet<string> = /* @__PURE__ */ new Set(TEXT_RULES.punctuation);
const MASK = /^▇▇▇▇( ▇▇▇▇)*( ▇{1,4})?$/;

/** What stands before and behind a text in its code block, and how wide a tab is there. */
export type Around = readonly [before: string, after: string, tab: number];

// An indent is spelt in a space of its own: of other spaces the server keeps one.
const INDENT = "\u00a0";

/** VALUE: what stands for anything typed or chosen. */
export const VALUE = TEXT_RULES.value;

/** The form in which a string is looked up: the normalised line, before digits are folded. */
export const plainOf = (core: string): string => stripMarks(core).normalize("NFC").replace(/\s+/g, " ").trim();

const entryOf = (plain: string, words: Words): number | undefined =>
  words.text.get(hash32(plain.replace(/[0-9]+/g, TEXT_RULES.digit_runs)));

/** Make the mask of a line: short ones are rounded down to 4 em, longer ones keep their width to half an em. */
export const mask = (line: string, measure: Measure): string => {
  const width = Math.floor(measure(line));
  if (width < TEXT_RULES.short_em * 100 || line.split(" ").length < TEXT_RULES.short_words) {
    return Array<string>(Math.max(1, 2 * Math.floor(width / 400))).fill(GROUP).join(" ");
  }
  const halves = 2 * Math.floor((width + 25) / 50);
  const tail = Math.floor((halves % 9) / 2);
  const groups = Array<string>(Math.floor(halves / 9)).fill(GROUP);
  if (tail > 0) groups.push(TEXT_RULES.mask.repeat(tail));
  return groups.join(" ");
};

const maskCore = (core: string, words: Words | null, measure: Measure): string => {
  if (MASK.test(core)) return core;
  const plain = plainOf(core);
  if (plain === "") return VALUE;
  const entry = words ? entryOf(plain, words) : undefined;
  if (entry !== undefined) return refer("t", entry);
  const characters = [...plain];
  if (characters.length <= TEXT_RULES.punctuation_run && characters.every((c) => PUNCTUATION.has(c))) return plain;
  return mask(plain, measure);
};

const maskLine = (line: string, words: Words | null, measure: Measure): string => {
  const core = line.trim();
  if (core === "") return "";
  const [before, after] = [/^\s/.test(line) ? " " : "", /\s$/.test(line) ? " " : ""];
  return before + maskCore(core, words, measure) + after;
};

/** Return what may leave the browser in place of a text. `words` is null at the level `wireframe`: nothing is looked up. */
export const maskText = (said: string, words: Words | null, measure: Measure): string => {
  const text = said.length > LIMITS.text ? [...said].slice(0, LIMITS.text).join("") : said;
  if (text.trim() === "") return text === "" ? "" : " ";
  const lines = text.split(/\r\n?|\n/).slice(0, LIMITS.lines);
  return lines.map((line) => maskLine(line, words, measure)).join("\n");
};

const isReadable = (masked: string): boolean => masked !== "" && !masked.includes(TEXT_RULES.mask);

/** How far a line's beginning is indented, a tab to its next stop. */
const indentOf = (line: string, tab: number): number => {
  let count = 0;
  for (const letter of line.slice(0, line.length - line.trimStart().length)) count = letter === "\t" ? (Math.floor(count / tab) + 1) * tab : count + 1;
  return count;
};

/**
 * The same for a text in a code block, whose lines are seen, and how far they are indented: but an indent in front of what
 * is masked could be what a name leaves of a column, so it is told only in front of what can be read.
 */
export const maskCode = (said: string, [before, after, tab]: Around, words: Words | null, measure: Measure): string => {
  const text = said.length > LIMITS.text ? [...said].slice(0, LIMITS.text).join("") : said;
  const lines = text.split(/\r\n?|\n/).slice(0, LIMITS.lines);
  const told = lines.map((line, at) => {
    const core = line.trim();
    const next = core === "" && at === lines.length - 1 ? (after.split(/[\r\n]/, 1)[0] ?? "").trim() : "";
    const masked = core + next === "" ? "" : maskCore(core === "" ? next : core, words, measure);
    const isFirst = at > 0 || before === "" || /[\r\n]$/.test(before);
    const indent = isFirst && isReadable(masked) ? indentOf(line, tab) : 0;
    const start = indent > 1 && indent <= LIMITS.lines ? INDENT.repeat(indent) : core !== "" && /^\s/.test(line) ? " " : "";
    return core === "" ? start : start + masked + (/\s$/.test(line) ? " " : "");
  });
  return told.length === 1 && told[0] === "" && text !== "" ? " " : told.join("\n");
};

/** Tell of a masked text whether its width is hidden: some line of it is a mask of the short kind. */
export const isShortMask = (masked: string): boolean =>
  masked.split("\n").some((line) => line.includes(TEXT_RULES.mask) && line.split(TEXT_RULES.mask).length <= 2 * TEXT_RULES.short_em);

/** The reference of a label, if it is one reviewed entry; never a mask. */
export const labelOf = (said: string, words: Words): string | undefined => {
  const entry = entryOf(plainOf(said.slice(0, 1000)), words);
  return entry === undefined ? undefined : refer("t", entry);
};
