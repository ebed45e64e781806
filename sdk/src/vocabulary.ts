/** The reviewed vocabulary as the browser has it: numbers by hash, never the words. */

import type { CaptureRules } from "./rules";

export const OPEN = "\u{10FFFC}";
export const CLOSE = "\u{10FFFD}";

export interface Words {
  readonly version: number;
  readonly text: ReadonlyMap<number, number>;
  readonly names: ReadonlyMap<number, number>;
  readonly textNumbers: ReadonlySet<number>;
  readonly nameNumbers: ReadonlySet<number>;
}

export const wordsOf = (rules: Pick<CaptureRules, "vocabulary">): Words => ({
  version: rules.vocabulary.version,
  text: new Map(rules.vocabulary.text),
  names: new Map(rules.vocabulary.names),
  textNumbers: new Set(rules.vocabulary.text.map(([, number]) => number)),
  nameNumbers: new Set(rules.vocabulary.names.map(([, number]) => number)),
});

/** FNV-1a over the UTF-16 code units, low byte then high byte: the hash by which entries travel. */
export const hash32 = (said: string): number => {
  let state = 0x811c9dc5;
  for (let i = 0; i < said.length; i++) {
    const unit = said.charCodeAt(i);
    state = Math.imul(state ^ (unit & 0xff), 0x01000193);
    state = Math.imul(state ^ (unit >> 8), 0x01000193);
  }
  return state >>> 0;
};

/** Spell a reference to an entry. */
export const refer = (kind: "t" | "n" | "s", number: number): string => `${OPEN}${kind}${number.toString()}${CLOSE}`;

/** Take the reference marks out of a page's string, so that a page cannot write a reference. */
export const stripMarks = (said: string): string =>
  said.includes("\u{DBFF}") ? said.split(OPEN).join("").split(CLOSE).join("") : said;

/** Replace lone surrogates: JSON with one is refused by the server. */
export const wellFormed = (said: string): string =>
  /[\uD800-\uDFFF]/.test(said) ? Array.from(said, (one) => (/^[\uD800-\uDFFF]$/.test(one) ? "\uFFFD" : one)).join("") : said;
