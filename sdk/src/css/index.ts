/**
 * CSS: parsed, and written anew from what is known; whatever the page chose becomes a token or goes. One spelling comes
 * out, so that a second pass changes nothing. Source: spec/css.json; spec/README.md.
 */

import {
  at_rules,
  dropped_functions,
  empty_rule,
  functions,
  keywords,
  number as number_rule,
  operators,
  prefixes,
  properties,
  split,
  string_properties,
  units,
} from "../../../spec/css.json";
import { shortest } from "../numbers";
import { LIMITS } from "../spec";
import type { Tokens } from "../tokens";
import { OPEN, CLOSE } from "../vocabulary";
import { writeSelectors } from "./selectors";
import { contentsOf, rulesOf, tokensOf, trim, type Rule, type Token } from "./tokens";
import { Gone, Writer } from "./writer";

const PROPERTIES: ReadonlySet<string> = new Set(properties);
const KEYWORDS: ReadonlySet<string> = new Set([...keywords, ...properties]);
const FUNCTIONS: ReadonlySet<string> = new Set(functions);
const UNITS: ReadonlySet<string> = new Set(units);
const OPERATORS: ReadonlySet<string> = new Set(operators);
const STRINGS = new Map(Object.entries(string_properties));
const INSTEAD = new Map(Object.entries(dropped_functions));
const GROUPS: ReadonlySet<string> = new Set(at_rules.rules);
const KEYFRAMES: ReadonlySet<string> = new Set(at_rules.keyframes);
const AWAY: ReadonlySet<string> = new Set(at_rules.gone);
const COLOUR = /^(?:[0-9a-f]{3}|[0-9a-f]{4}|[0-9a-f]{6}|[0-9a-f]{8})$/;
// The ranges are letters by another name: circled, in boxes, of flags, of Braille.
const NO_ICON = /[\s\p{L}\p{N}\u2460-\u24ff\u2800-\u28ff\u{1f100}-\u{1f1ff}]/u;

// A reviewed name's reference stands in a property's place only for a custom property.
const isCustom = (name: string): boolean => name.startsWith("--") || name.startsWith(OPEN);

class Cleaner {
  readonly out = new Writer();

  constructor(private readonly words: Tokens) {}

  rules(rules: readonly Rule[], keepsSplit: boolean): void {
    for (const rule of rules) {
      if (keepsSplit && rule.kind === "comment" && `/*${rule.value}*/` === split) this.out.mark(split);
      else this.rule(rule);
    }
  }

  rule(rule: Rule): void {
    const place = this.out.place;
    try {
      if (rule.kind === "style") this.style(rule.prelude, rule.inside);
      else if (rule.kind === "atrule") this.at(rule.name, rule.prelude, rule.inside, false);
    } catch (fault) {
      if (!(fault instanceof Gone)) throw fault;
      this.out.back(place);
      this.out.mark(empty_rule);
    }
  }

  private style(prelude: readonly Token[], inside: readonly Token[]): void {
    this.out.start();
    writeSelectors(prelude, this.out, this.words);
    this.out.start();
    this.out.mark("{");
    this.block(inside, true);
    this.out.mark("}");
  }

  private at(name: string, prelude: readonly Token[], inside: readonly Token[] | null, isNested: boolean): void {
    if (AWAY.has(name)) return;
    if ((!GROUPS.has(name) && !KEYFRAMES.has(name)) || (inside === null && name !== "layer")) throw new Gone();
    this.out.start();
    const tokens = trim(prelude);
    this.out.mark(tokens.length > 0 ? `@${name} ` : "@" + name);
    this.prelude(name, tokens);
    this.out.start();
    if (inside === null) {
      this.out.mark(";");
      return;
    }
    this.out.mark("{");
    if (KEYFRAMES.has(name)) this.frames(inside);
    else if (isNested) this.block(inside, true);
    else this.rules(rulesOf(inside, false), false);
    this.out.mark("}");
  }

  private prelude(name: string, tokens: readonly Token[]): void {
    if (name !== "scope") {
      this.values(tokens, "");
      return;
    }
    for (const token of tokens) {
      if (token.kind === "(") {
        this.out.mark("(");
        this.out.start();
        writeSelectors(token.inside, this.out, this.words);
        this.out.start();
        this.out.mark(")");
      } else if (token.kind === "ident" && token.value.toLowerCase() === "to") this.out.word("to");
      else if (token.kind === "space") this.out.space();
      else throw new Gone();
    }
  }

  private frames(inside: readonly Token[]): void {
    for (const frame of rulesOf(inside, false)) {
      const place = this.out.place;
      try {
        if (frame.kind !== "style") continue;
        this.out.start();
        this.values(trim(frame.prelude), "");
        this.out.start();
        this.out.mark("{");
        this.block(frame.inside, false);
        this.out.mark("}");
      } catch (fault) {
        if (!(fault instanceof Gone)) throw fault;
        this.out.back(place);
      }
    }
  }

  /** Declarations and, in a rule, the rules nested in it. What is not known goes; a rule leaves its place. */
  block(inside: readonly Token[], mayNest: boolean): void {
    let needsSemicolon = false;
    for (const one of contentsOf(inside)) {
      const place = this.out.place;
      const isRule = one.kind === "style" || one.kind === "atrule";
      try {
        this.out.start();
        if (needsSemicolon) this.out.mark(";");
        if (one.kind === "declaration") this.declaration(one.name, one.value, one.isImportant);
        else if (mayNest && one.kind === "style") this.style(one.prelude, one.inside);
        else if (mayNest && one.kind === "atrule") this.at(one.name, one.prelude, one.inside, true);
        else throw new Gone();
        needsSemicolon = one.kind === "declaration";
      } catch (fault) {
        if (!(fault instanceof Gone)) throw fault;
        this.out.back(place);
        if (!mayNest || !isRule) continue;
        this.out.mark((needsSemicolon ? ";" : "") + empty_rule);
        needsSemicolon = false;
      }
    }
  }

  private declaration(name: string, value: readonly Token[], isImportant: boolean): void {
    if (!this.property(name)) throw new Gone();
    this.out.mark(":");
    this.out.start();
    this.values(trim(value), name);
    this.out.start();
    if (isImportant) this.out.mark("!important");
  }

  property(name: string): boolean {
    if (isCustom(name)) {
      this.out.word(this.words.word("--k", name));
      return true;
    }
    const lower = name.toLowerCase();
    const prefix = prefixes.find((one) => lower.startsWith(one)) ?? "";
    if (!PROPERTIES.has(lower.slice(prefix.length))) return false;
    this.out.word(lower);
    return true;
  }

  /** Write a value or a prelude; throws Gone for what no value of ours holds. */
  values(tokens: readonly Token[], name: string): void {
    this.out.start();
    for (const token of tokens) this.oneValue(token, name);
  }

  private oneValue(token: Token, name: string): void {
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
        return this.out.mark("#" + token.value.toLowerCase());
      case "string":
        return this.string(token.value, name);
      case "url":
        return this.url(token.value, name);
      case "function":
        return this.call(token.value.toLowerCase(), token.inside, name);
      case "(":
      case "[":
        return this.brackets(token.kind, token.inside, name);
      case "literal":
        if (!OPERATORS.has(token.value)) throw new Gone();
        return this.out.mark(token.value);
      default:
        throw new Gone();
    }
  }

  private ident(said: string): void {
    const lower = said.toLowerCase();
    this.out.word(KEYWORDS.has(lower) ? lower : this.words.word(said.startsWith("--") ? "--k" : "k", said));
  }

  private string(said: string, name: string): void {
    if (isCustom(name)) throw new Gone();
    const kind = STRINGS.get(name.toLowerCase());
    if (kind === "icon" && [...said].length === 1 && said !== OPEN && said !== CLOSE && !NO_ICON.test(said)) {
      return this.out.mark(`"\\${(said.codePointAt(0) ?? 0).toString(16)}"`);
    }
    if (kind !== "areas") return this.out.mark('""');
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
    if (said.startsWith("#") && said.length > 1) {
      this.out.mark("url(#");
      this.out.start();
      this.out.word(this.words.word("k", said.slice(1)));
      return this.out.mark(")");
    }
    if (isCustom(name)) throw new Gone();
    this.out.word("none");
  }

  private call(called: string, inside: readonly Token[], name: string): void {
    const [only] = inside;
    const instead = INSTEAD.get(called);
    if (called === "url" && inside.length === 1 && only?.kind === "string") return this.url(only.value, name);
    if (instead !== undefined && !isCustom(name)) return this.out.word(instead);
    if (called === "selector" && name === "") {
      this.out.word("selector(");
      this.out.start();
      writeSelectors(inside, this.out, this.words);
    } else if (FUNCTIONS.has(called)) {
      this.out.word(called + "(");
      this.values(trim(inside), name);
    } else throw new Gone();
    this.out.start();
    this.out.mark(")");
  }

  private brackets(kind: "(" | "[", inside: readonly Token[], name: string): void {
    this.out.mark(kind);
    this.values(trim(inside), name);
    this.out.start();
    this.out.mark(kind === "(" ? ")" : "]");
  }
}

const numberOf = (number: number): string => {
  const scale = 10 ** number_rule.decimals;
  return shortest(Math.floor(Math.min(Math.max(number, -number_rule.most), number_rule.most) * scale + 0.5) / scale);
};

const cleaned = (words: Tokens, write: (cleaner: Cleaner) => void): string => {
  const cleaner = new Cleaner(words);
  write(cleaner);
  return cleaner.out.toString();
};

const MOST_REMEMBERED = 200;
const known = new WeakMap<Tokens, Map<string, string>>();

/** A whole sheet. It is remembered, so that the next snapshot does not parse it again. */
export const sheet = (text: string, words: Tokens): string => {
  if (text.length > LIMITS.css) return "";
  const memory = known.get(words) ?? new Map<string, string>();
  known.set(words, memory);
  let clean = memory.get(text);
  if (clean === undefined) {
    clean = cleaned(words, (cleaner) => {
      cleaner.rules(rulesOf(tokensOf(text), true), true);
    });
    if (memory.size >= MOST_REMEMBERED) memory.clear();
    memory.set(text, clean);
  }
  return clean;
};

/** Exactly one rule, whatever the text is: it is put at an index. */
export const rule = (text: string, words: Tokens): string => {
  const found = rulesOf(tokensOf(text.length > LIMITS.css ? "" : text), true).filter((one) => one.kind !== "comment");
  const [only] = found;
  const clean = found.length === 1 && only ? cleaned(words, (cleaner) => { cleaner.rule(only); }) : "";
  return clean === "" ? empty_rule : clean;
};

/** The text of a `style` attribute. */
export const declarations = (text: string, words: Tokens): string =>
  cleaned(words, (cleaner) => {
    cleaner.block(tokensOf(text), false);
  });

/** The name of a property; nothing for one that is not known. */
export const property = (name: string, words: Tokens): string => cleaned(words, (cleaner) => cleaner.property(name));

/** The value of a property, without its priority; nothing where the declaration would go. */
export const value = (name: string, text: string, words: Tokens): string => {
  try {
    return cleaned(words, (cleaner) => {
      cleaner.values(trim(tokensOf(text)), name);
    });
  } catch (fault) {
    if (fault instanceof Gone) return "";
    throw fault;
  }
};

/** A media query list. */
export const media = (text: string, words: Tokens): string => value("media", text, words);

/** A paint or filter of SVG. */
export const paint = (text: string, words: Tokens): string => value("fill", text, words);
