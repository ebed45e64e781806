/**
 * TOKEN: a reviewed name becomes its reference, any other word a hash of fixed shape. The key is public and one per
 * application; the server hashes once more with a secret, which is what stops a dictionary.
 */

import { hash32, refer, stripMarks, type Words } from "./vocabulary";

// Names that a custom element may have; the server takes no other for a tag.
const CUSTOM_ELEMENT = /^(?!(?:annotation-xml|color-profile|font-face(?:-[a-z]+)?|missing-glyph)$)[a-z][a-z0-9._]*-[a-z0-9._-]*$/;

export type Letter = "k" | "v" | "d-" | "x-" | "--k";

const MOST_REMEMBERED = 20_000;

/** 40 bits of a keyed hash as ten hex digits: two 32-bit lanes with different multipliers, mixed at the end (cyrb53). */
const digest = (said: string): string => {
  let [a, b] = [0xdeadbeef, 0x41c6ce57];
  for (let i = 0; i < said.length; i++) {
    const unit = said.charCodeAt(i);
    a = Math.imul(a ^ unit, 2654435761);
    b = Math.imul(b ^ unit, 1597334677);
  }
  const mixedA = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  const mixedB = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(mixedA ^ (mixedA >>> 13), 3266489909);
  return (mixedB >>> 0).toString(16).padStart(8, "0") + ((mixedA >>> 0) & 0xff).toString(16).padStart(2, "0");
};

export class Tokens {
  private readonly known = new Map<string, string>();
  /** Lists of families that stood in the page's sheets: their measures are asked for later. */
  readonly stacks = new Set<string>();

  constructor(
    private readonly key: string,
    private readonly names: Words["names"],
  ) {}

  /** Return what stands for one word. */
  word(letter: Letter, word: string): string {
    const memory = letter + word;
    const known = this.known.get(memory);
    if (known !== undefined) return known;
    if (this.known.size >= MOST_REMEMBERED) this.known.clear();
    const made = this.make(letter, word);
    this.known.set(memory, made);
    return made;
  }

  /** Return what stands for words parted by white space. */
  words(letter: Letter, said: string, most: number): string {
    if (!/\s/.test(said)) return said === "" ? "" : this.word(letter, said);
    const parts = said.split(/\s+/).filter((part) => part !== "");
    return parts.slice(0, most).map((part) => this.word(letter, part)).join(" ");
  }

  /** The reference of a reviewed name, if it is one. */
  name(word: string): string | undefined {
    const entry = this.names.get(hash32(word));
    return entry === undefined ? undefined : refer("n", entry);
  }

  private make(letter: Letter, word: string): string {
    const reference = letter === "x-" && !CUSTOM_ELEMENT.test(word) ? undefined : this.name(word);
    return reference ?? letter + digest(this.key + "\0" + stripMarks(word));
  }
}
