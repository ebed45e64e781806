/**
 * Values: known words, numbers and functions stay; strings, addresses and the names of the page become tokens or go.
 * Source: CSS Values 4; CSS Fonts 4 on families; spec/css.json.
 */

import {
  area_properties,
  fonts,
  functions,
  generic_families,
  instead,
  keywords,
  number as number_rule,
  operators,
  pictures,
  prefixes,
  properties,
  units,
} from "../../../spec/css.json";
import { geometry, shortest } from "../numbers";
import type { Tokens } from "../tokens";
import { CLOSE, OPEN } from "../vocabulary";
import { writeSelectors } from "./selectors";
import { isBlank, members, trim, type Token } from "./tokens";
import { Gone, type Writer } from "./writer";

const PROPERTIES: ReadonlySet<string> = new Set(properties);
const KEYWORDS: ReadonlySet<string> = new Set([...keywords, ...properties]);
const FONTS: ReadonlySet<string> = new Set(fonts);
const FAMILIES: ReadonlySet<string> = new Set([...fonts, ...generic_families]);
const FUNCTIONS: ReadonlySet<string> = new Set(functions);
const UNITS: ReadonlySet<string> = new Set(units);
const OPERATORS: ReadonlySet<string> = new Set(operators);
const AREAS: ReadonlySet<string> = new Set(area_properties);
const PICTURES: ReadonlySet<string> = new Set(pictures);
const INSTEAD: ReadonlyMap<string, string> = new Map(Object.entries(instead));
const COLOUR = /^(?:[0-9a-f]{3}|[0-9a-f]{4}|[0-9a-f]{6}|[0-9a-f]{8})$/;
// The ranges are letters by another name: circled, in boxes, of flags, of Braille.
const NO_ICON = /[\p{L}\p{N}\u2460-\u24ff\u2800-\u28ff\u{1f100}-\u{1f1ff}]/u;

/** Tell a custom property; a reviewed name's reference stands in a property's place only for one. */
export const isCustom = (name: string): boolean => name.startsWith("--") || name.startsWith(OPEN);

const baseOf = (lower: string): string => lower.slice((prefixes.find((one) => lower.startsWith(one)) ?? "").length);

/** Tell whether a property's name, in lower case, is known. */
export const isProperty = (lower: string): boolean => PROPERTIES.has(baseOf(lower));

const isFamilies = (lower: string): boolean => lower === "font" || lower === "font-family";

const isIcon = (said: string): boolean => [...said].length === 1 && said !== OPEN && said !== CLOSE && !NO_ICON.test(said);

/** A word, a string, an `attr()`, which is written as one, or what is between them. */
const isNamed = (token: Token): boolean =>
  isBlank(token) || token.kind === "ident" || token.kind === "string" || (token.kind === "function" && token.value.toLowerCase() === "attr");

/** A family's name is one string, or words. */
const isFamily = (tokens: readonly Token[]): boolean => {
  const kinds = tokens.filter((one) => !isBlank(one)).map((one) => one.kind);
  return kinds[0] === "string" ? kinds.length === 1 : kinds.length > 0 && kinds.every((one) => one === "ident");
};

/** A family's name, with one space between its words however it was spelt. */
const familyOf = (tokens: readonly Token[]): string =>
  tokens.map((one) => (one.kind === "ident" || one.kind === "string" ? one.value : " ")).join("").trim().replace(/\s+/g, " ");

const isKnownFamily = (tokens: readonly Token[]): boolean => isFamily(tokens) && FAMILIES.has(familyOf(tokens).toLowerCase());

const numberOf = (number: number): string => {
  const scale = 10 ** number_rule.decimals;
  return shortest(Math.floor(Math.min(Math.max(number, -number_rule.most), number_rule.most) * scale + 0.5) / scale);
};

/** Where a family begins in one part of a list; in `font` it follows the size. */
const familyAt = (tokens: readonly Token[], name: string, place: number): number => {
  let start = tokens.length;
  while (start > 0 && isNamed(tokens[start - 1] as Token)) start--;
  if (name !== "font" || place > 0 || start > 0) return start;
  const isSkipped = (one: Token | undefined): boolean => isBlank(one) || (one?.kind === "ident" && KEYWORDS.has(one.value.toLowerCase()));
  while (isSkipped(tokens[start])) start++;
  return start;
};

/** No other word stands beside: with one it would be read as another family. */
const isAlone = (tokens: readonly Token[], at: number): boolean =>
  ![trim(tokens.slice(0, at)).pop(), trim(tokens.slice(at + 1))[0]].some((one) => one && isNamed(one));

export class Values {
  constructor(
    private readonly out: Writer,
    private readonly words: Tokens,
  ) {}

  /** Write the value of the property `name`, or a prelude, whose name is empty; throws Gone for what no value of ours holds. */
  write(tokens: readonly Token[], name: string): void {
    this.out.start();
    const lower = name.toLowerCase();
    if (isFamilies(lower) || isCustom(name)) return this.list(tokens, lower, name);
    // A pointer that is a picture is followed by one that everybody has, which alone is valid.
    for (const token of lower === "cursor" ? trim(members(tokens).pop() ?? []) : tokens) this.one(token, name);
  }

  private list(tokens: readonly Token[], lower: string, name: string): void {
    const parts = members(tokens);
    // What a custom property holds is for anything; two names of which one is of a font are a list of families.
    const isStack = !isCustom(name) || (parts.length > 1 && parts.some(isKnownFamily));
    const families: string[] = [];
    for (const [place, part] of parts.entries()) {
      if (place > 0) this.out.mark(",");
      const start = isStack ? familyAt(part, lower, place) : part.length;
      this.each(part.slice(0, start), name);
      this.family(part.slice(start), name);
      families.push(familyOf(part.slice(start)));
    }
    if (isStack) this.words.stacks.add(families.join(","));
  }

  private family(tokens: readonly Token[], name: string): void {
    const said = trim(tokens);
    if (!isFamily(said) || (said.length === 1 && said[0]?.kind === "ident")) {
      this.each(tokens, name);
      return;
    }
    if (tokens[0]?.kind === "space") this.out.space();
    this.familyName(familyOf(said));
    if (tokens[tokens.length - 1]?.kind === "space") this.out.space();
  }

  /** Write what is no family. What a custom property holds is for `font` as well, where a string is a family. */
  private each(tokens: readonly Token[], name: string): void {
    for (const [at, token] of tokens.entries()) {
      if (isCustom(name) && token.kind === "string" && FONTS.has(token.value.toLowerCase()) && isAlone(tokens, at)) this.familyName(token.value);
      else this.one(token, name);
    }
  }

  private familyName(family: string): void {
    const lower = family.toLowerCase();
    if (family === "") this.out.mark('""');
    else if (!FONTS.has(lower)) this.out.word(this.words.word("k", family));
    else if (lower.includes(" ")) this.out.mark(`"${lower}"`);
    else this.out.word(lower);
  }

  private one(token: Token, name: string): void {
    switch (token.kind) {
      case "ident":
        return this.ident(token.value);
      case "space":
        return this.out.space();
      case "comment":
        return;
      case "number":
        return this.out.word(numberOf(token.number));
      case "percentage":
        this.out.word(numberOf(token.number) + "%");
        return this.out.glue();
      case "dimension":
        if (!UNITS.has(token.unit.toLowerCase())) throw new Gone();
        return this.out.word(numberOf(token.number) + token.unit.toLowerCase());
      case "hash":
        if (!COLOUR.test(token.value.toLowerCase())) throw new Gone();
        return this.out.word("#" + token.value.toLowerCase());
      case "string":
        return this.string(token.value, name);
      case "url":
        return this.url(token.value, name);
      case "function":
        return this.call(token.value.toLowerCase(), token.inside, name);
      case "(":
      case "[":
        this.out.opening(token.kind);
        return this.inside(token.inside, name, token.kind === "(" ? ")" : "]");
      case "literal":
        if (!OPERATORS.has(token.value)) throw new Gone();
        return this.out.operator(token.value);
      default:
        throw new Gone();
    }
  }

  private inside(tokens: readonly Token[], name: string, closer: string): void {
    this.write(trim(tokens), name);
    this.out.start();
    this.out.mark(closer);
  }

  private ident(said: string): void {
    const lower = said.toLowerCase();
    const isKnown = KEYWORDS.has(lower) || FONTS.has(lower) || isProperty(lower);
    this.out.word(isKnown ? lower : this.words.word(said.startsWith("--") ? "--k" : "k", said));
  }

  private string(said: string, name: string): void {
    if (AREAS.has(name.toLowerCase())) return this.areas(said);
    if (isIcon(said)) return this.out.mark(`"\\${(said.codePointAt(0) ?? 0).toString(16)}"`);
    this.out.mark('""');
  }

  private areas(said: string): void {
    this.out.mark('"');
    this.out.start();
    for (const [place, word] of said.split(/\s+/).filter((one) => one !== "").entries()) {
      if (place > 0) this.out.space();
      if (/^\.+$/.test(word)) this.out.mark(word);
      else this.ident(word);
    }
    this.out.start();
    this.out.mark('"');
  }

  private url(said: string, name: string): void {
    if (!said.startsWith("#") || said.length === 1) return this.picture(name);
    this.out.word("url(#");
    this.out.start();
    this.out.word(this.words.word("k", said.slice(1)));
    this.out.mark(")");
  }

  /** What stands for a picture. A mask without one would show the whole box: it is faint instead. */
  private picture(name: string): void {
    if (isFamilies(name.toLowerCase())) throw new Gone(); // no font has one, and a word in its place would be a family's
    const said = INSTEAD.get(isCustom(name) ? "--" : baseOf(name.toLowerCase())) ?? "none";
    if (said.startsWith('"')) this.out.mark(said);
    else this.out.word(said);
  }

  private call(called: string, inside: readonly Token[], name: string): void {
    const said = inside.length === 1 && inside[0]?.kind === "string" ? inside[0].value : undefined;
    if (called === "url" && said !== undefined) return this.url(said, name);
    if (PICTURES.has(called)) return this.picture(name);
    if (called === "attr") return this.out.mark('""');
    if (called === "path") {
      const drawn = said === undefined ? undefined : geometry("d", said);
      if (drawn === undefined) throw new Gone();
      this.out.word(`path("${drawn}")`);
      return this.out.glue();
    }
    if (called === "selector" && name === "") {
      this.out.word("selector(");
      this.out.start();
      writeSelectors(inside, this.out, this.words);
      this.out.start();
      return this.out.mark(")");
    }
    if (!FUNCTIONS.has(called)) throw new Gone();
    this.out.word(called + "(");
    this.inside(inside, name, ")");
  }
}
