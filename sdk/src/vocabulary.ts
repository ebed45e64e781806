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
  /** Numbers of known sheets by hash and count of rules. */
  readonly sheets: ReadonlyMap<number, ReadonlyMap<number, number>>;
  readonly assets: ReadonlyMap<number, number>;
}

/** Pairs of hash and number: sorted by hash, each as its distance from the one before and its number, as varints, in base64. */
export const unpack = (packed: string): Map<number, number> => {
  const pairs = new Map<number, number>();
  let [found, step, value, scale] = [0, -1, 0, 1];
  for (const letter of atob(packed)) {
    const byte = letter.charCodeAt(0);
    value += (byte & 0x7f) * scale;
    scale *= 0x80;
    if (byte & 0x80) continue;
    if (step < 0) step = value;
    else {
      found += step;
      pairs.set(found, value);
      step = -1;
    }
    [value, scale] = [0, 1];
  }
  return pairs;
};

export const wordsOf = ({ vocabulary }: Pick<CaptureRules, "vocabulary">): Words => {
  const [text, names] = [unpack(vocabulary.text), unpack(vocabulary.names)];
  const sheets = new Map<number, Map<number, number>>();
  for (const [hash, rules, number] of vocabulary.sheets) sheets.set(hash, (sheets.get(hash) ?? new Map<number, number>()).set(rules, number));
  return {
    version: vocabulary.version,
    text,
    names,
    textNumbers: new Set(text.values()),
    nameNumbers: new Set(names.values()),
    sheets,
    assets: new Map(vocabulary.assets),
  };
};

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
