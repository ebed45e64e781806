/**
 * CSS: parsed, and written anew from what is known; whatever the page chose becomes a token or goes. One spelling comes
 * out, so that a second pass changes nothing. Source: spec/css.json; spec/README.md.
 */

import { at_rules, empty_rule, split, syntax } from "../../../spec/css.json";
import { LIMITS } from "../spec";
import type { Tokens } from "../tokens";
import { writeSelectors } from "./selectors";
import { contentsOf, rulesOf, tokensOf, trim, type Rule, type Token } from "./tokens";
import { isCustom, isProperty, Values } from "./values";
import { Gone, Writer } from "./writer";

const GROUPS: ReadonlySet<string> = new Set(at_rules.rules);
const KEYFRAMES: ReadonlySet<string> = new Set(at_rules.keyframes);
const DECLARED: ReadonlySet<string> = new Set(at_rules.declared);
const REGISTERED: ReadonlySet<string> = new Set(at_rules.property);
const AWAY: ReadonlySet<string> = new Set(at_rules.gone);
const KEPT: ReadonlySet<string> = new Set([...GROUPS, ...KEYFRAMES, ...DECLARED, ...REGISTERED]);
const SYNTAX: ReadonlySet<string> = new Set(syntax.map((one) => `<${one}>`));
const DESCRIPTORS: ReadonlySet<string> = new Set(["syntax", "inherits", "initial-value"]);

class Cleaner {
  readonly out = new Writer();
  private readonly values: Values;

  constructor(private readonly words: Tokens) {
    this.values = new Values(this.out, words);
  }

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
    if (!KEPT.has(name) || (inside === null && name !== "layer")) throw new Gone();
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
    else if (REGISTERED.has(name)) this.descriptors(inside);
    else if (DECLARED.has(name)) this.block(inside, false);
    else if (isNested) this.block(inside, true);
    else this.rules(rulesOf(inside, false), false);
    this.out.mark("}");
  }

  private prelude(name: string, tokens: readonly Token[]): void {
    if (name !== "scope") {
      this.values.write(tokens, "");
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

  /** What `@property` says. A syntax that is not one of the known types is any. */
  private descriptors(inside: readonly Token[]): void {
    let mark = "";
    for (const one of contentsOf(inside)) {
      const name = one.kind === "declaration" ? one.name.toLowerCase() : "";
      if (one.kind !== "declaration" || !DESCRIPTORS.has(name)) continue;
      const value = trim(one.value);
      this.out.start();
      this.out.mark(`${mark}${name}:`);
      if (name === "syntax") this.out.mark(syntaxOf(value));
      else this.values.write(value, "--");
      mark = ";";
    }
  }

  private frames(inside: readonly Token[]): void {
    for (const frame of rulesOf(inside, false)) {
      const place = this.out.place;
      try {
        if (frame.kind !== "style") continue;
        this.out.start();
        this.values.write(trim(frame.prelude), "");
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
        const begun = this.out.place;
        if (one.kind === "declaration") this.declaration(one.name, one.value, one.isImportant);
        else if (mayNest && one.kind === "style") this.style(one.prelude, one.inside);
        else if (mayNest && one.kind === "atrule") this.at(one.name, one.prelude, one.inside, true);
        else throw new Gone();
        if (this.out.place === begun) this.out.back(place); // an at-rule that leaves no place
        else needsSemicolon = one.kind === "declaration";
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
    this.values.write(trim(value), name);
    this.out.start();
    if (isImportant) this.out.mark("!important");
  }

  property(name: string): boolean {
    if (isCustom(name)) {
      this.out.word(this.words.word("--k", name));
      return true;
    }
    const lower = name.toLowerCase();
    if (!isProperty(lower)) return false;
    this.out.word(lower);
    return true;
  }

  value(tokens: readonly Token[], name: string): void {
    this.values.write(tokens, name);
  }
}

const syntaxOf = ([only, more]: readonly Token[]): string => {
  const said = only?.kind === "string" && !more ? only.value : "";
  return said.split(" | ").every((one) => SYNTAX.has(one.replace(/[+#]$/, ""))) ? `"${said}"` : '"*"';
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
      cleaner.value(trim(tokensOf(text)), name);
    });
  } catch (fault) {
    if (fault instanceof Gone) return "";
    throw fault;
  }
};

/** A media query list. */
export const media = (text: string, words: Tokens): string => value("", text, words);

/** A paint or filter of SVG. */
export const paint = (text: string, words: Tokens): string => value("fill", text, words);
