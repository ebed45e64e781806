/** CSS into component values. Source: CSS Syntax 3, sections 4 and 5.4. */

export type Token =
  | { readonly kind: "ident" | "string" | "url" | "at" | "literal" | "comment"; readonly value: string }
  | { readonly kind: "hash"; readonly value: string; readonly isName: boolean }
  | { readonly kind: "number" | "percentage"; readonly number: number; readonly spelt: string }
  | { readonly kind: "dimension"; readonly number: number; readonly spelt: string; readonly unit: string }
  | { readonly kind: "function"; readonly value: string; readonly inside: Token[] }
  | { readonly kind: "(" | "[" | "{"; readonly inside: Token[] }
  | { readonly kind: "space" | "error" };

const SPACE: Token = { kind: "space" };
const ERROR: Token = { kind: "error" };
const NUMBER = /[-+]?(?:[0-9]*\.)?[0-9]+(?:[eE][+-]?[0-9]+)?/y;
const NAME = /[a-zA-Z0-9_\u0080-\uffff-]+/y;
const START = /^(?:--|-?(?:[a-zA-Z_\u0080-\uffff]|\\(?!\n)))/;
const HEX = /([0-9A-Fa-f]{1,6})[ \n\t]?/y;
const CLOSERS: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}" };
 
const BAD_IN_URL = /["'(\u0000-\u0008\u000b\u000e-\u001f\u007f]/;

class Tokenizer {
  private at = 0;

  constructor(private readonly css: string) {}

  /** All component values; what stands open at the end is closed. */
  read(): Token[] {
    const root: Token[] = [];
    const stack: { list: Token[]; closer: string }[] = [];
    let list = root;
    let closer = "";
    const open = (inside: Token[], by: string): void => {
      stack.push({ list, closer });
      [list, closer] = [inside, by];
    };
    while (this.at < this.css.length) {
      const c = this.css[this.at] ?? "";
      if (c === closer) {
        this.at++;
        const outer = stack.pop();
        if (outer) ({ list, closer } = outer);
        continue;
      }
      const token = this.next(c);
      list.push(token);
      if ("inside" in token) open(token.inside, token.kind === "function" ? ")" : (CLOSERS[token.kind] ?? ""));
    }
    return root;
  }

  private next(c: string): Token {
    if (c === " " || c === "\n" || c === "\t") {
      while (" \n\t".includes(this.css[this.at] ?? "x")) this.at++;
      return SPACE;
    }
    if (this.css.startsWith("-->", this.at)) return this.literal("-->");
    if (this.startsName()) return this.identLike();
    const number = this.match(NUMBER);
    if (number !== undefined) return this.numeric(number);
    return this.sign(c);
  }

  private sign(c: string): Token {
    switch (c) {
      case "@":
        this.at++;
        return this.startsName() ? { kind: "at", value: this.name() } : { kind: "literal", value: "@" };
      case "#":
        return this.hash();
      case "{":
      case "[":
      case "(":
        this.at++;
        return { kind: c, inside: [] };
      case "}":
      case "]":
      case ")":
        this.at++;
        return ERROR;
      case '"':
      case "'":
        return this.quoted(c);
      case "/":
        return this.css.startsWith("/*", this.at) ? this.comment() : this.literal("/");
      case "<":
        return this.literal(this.css.startsWith("<!--", this.at) ? "<!--" : "<");
      default:
        if (this.css.startsWith("||", this.at)) return this.literal("||");
        return this.literal("~|^$*".includes(c) && this.css[this.at + 1] === "=" ? c + "=" : c);
    }
  }

  private literal(value: string): Token {
    this.at += value.length;
    return { kind: "literal", value };
  }

  private match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.css)?.[0];
    if (found !== undefined) this.at += found.length;
    return found;
  }

  private startsName(): boolean {
    return START.test(this.css.slice(this.at, this.at + 3));
  }

  private name(): string {
    let said = "";
    for (;;) {
      const part = this.match(NAME);
      if (part !== undefined) said += part;
      else if (this.css[this.at] === "\\" && this.css[this.at + 1] !== "\n") {
        this.at++;
        said += this.escape();
      } else return said;
    }
  }

  private escape(): string {
    const hex = this.match(HEX);
    if (hex !== undefined) {
      const code = parseInt(hex, 16);
      return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : "\ufffd";
    }
    const code = this.css.codePointAt(this.at);
    if (code === undefined) return "\ufffd";
    const said = String.fromCodePoint(code);
    this.at += said.length;
    return said;
  }

  private identLike(): Token {
    if (/^[Uu]\+[0-9a-fA-F?]/.test(this.css.slice(this.at, this.at + 3))) {
      this.at += 2;
      this.match(/[0-9a-fA-F?]{1,6}(?:-[0-9a-fA-F]{1,6})?/y);
      return ERROR;
    }
    const value = this.name();
    if (this.css[this.at] !== "(") return { kind: "ident", value };
    this.at++;
    if (value.toLowerCase() === "url" && !/^[ \n\t]*["']/.test(this.css.slice(this.at, this.at + 64))) return this.url();
    return { kind: "function", value, inside: [] };
  }

  private numeric(spelt: string): Token {
    const number = Number(spelt);
    if (this.at < this.css.length && this.startsName()) return { kind: "dimension", number, spelt, unit: this.name() };
    if (this.css[this.at] !== "%") return { kind: "number", number, spelt };
    this.at++;
    return { kind: "percentage", number, spelt };
  }

  private hash(): Token {
    this.at++;
    const isName = this.startsName();
    if (!isName && !/^(?:[a-zA-Z0-9_\u0080-\uffff-]|\\(?!\n))/.test(this.css.slice(this.at, this.at + 2))) {
      return { kind: "literal", value: "#" };
    }
    return { kind: "hash", value: this.name(), isName };
  }

  private quoted(quote: string): Token {
    this.at++;
    let value = "";
    while (this.at < this.css.length) {
      const c = this.css[this.at] ?? "";
      if (c === "\n") return ERROR;
      this.at++;
      if (c === quote) return { kind: "string", value };
      if (c !== "\\") value += c;
      else if (this.css[this.at] === "\n") this.at++;
      else if (this.at < this.css.length) value += this.escape();
    }
    return { kind: "string", value };
  }

  private comment(): Token {
    const end = this.css.indexOf("*/", this.at + 2);
    const value = this.css.slice(this.at + 2, end < 0 ? undefined : end);
    this.at = end < 0 ? this.css.length : end + 2;
    return { kind: "comment", value };
  }

  private url(): Token {
    let value = "";
    this.match(/[ \n\t]*/y);
    for (;;) {
      const c = this.css[this.at];
      if (c === undefined || c === ")") break;
      if (this.match(/[ \n\t]+/y) !== undefined) {
        if (this.at >= this.css.length || this.css[this.at] === ")") break;
        return this.badUrl();
      }
      if (BAD_IN_URL.test(c)) return this.badUrl();
      this.at++;
      value += c === "\\" && this.css[this.at] !== "\n" ? this.escape() : c;
    }
    this.at++;
    return { kind: "url", value };
  }

  private badUrl(): Token {
    while (this.at < this.css.length && this.css[this.at] !== ")") this.at += this.css.startsWith("\\)", this.at) ? 2 : 1;
    this.at++;
    return ERROR;
  }
}

/** Cut a text into component values; never fails. */
export const tokensOf = (css: string): Token[] =>
  new Tokenizer(css.replace(/\0/g, "\ufffd").replace(/\r\n?|\f/g, "\n")).read();

export type Rule =
  | { readonly kind: "style"; readonly prelude: Token[]; readonly inside: Token[] }
  | { readonly kind: "atrule"; readonly name: string; readonly prelude: Token[]; readonly inside: Token[] | null }
  | { readonly kind: "declaration"; readonly name: string; readonly value: Token[]; readonly isImportant: boolean }
  | { readonly kind: "comment"; readonly value: string }
  | { readonly kind: "wrong" };

export const isLiteral = (token: Token | undefined, value: string): boolean => token?.kind === "literal" && token.value === value;
export const isBlank = (token: Token | undefined): boolean => token?.kind === "space" || token?.kind === "comment";

/** Leave white space and comments away at both ends. */
export const trim = (tokens: readonly Token[]): Token[] => {
  let [start, end] = [0, tokens.length];
  while (start < end && isBlank(tokens[start])) start++;
  while (end > start && isBlank(tokens[end - 1])) end--;
  return tokens.slice(start, end);
};

/** Cut at the commas; at least one part, which may be empty. */
export const members = (tokens: readonly Token[]): Token[][] => {
  const parts: Token[][] = [[]];
  for (const token of tokens) {
    if (isLiteral(token, ",")) parts.push([]);
    else parts[parts.length - 1]?.push(token);
  }
  return parts;
};

/** How far a rule or declaration reaches: up to and with its block, or the semicolon where one ends it. */
const reach = (tokens: readonly Token[], from: number, endsAtSemicolon: boolean): number => {
  let at = from;
  while (at < tokens.length && tokens[at]?.kind !== "{" && !(endsAtSemicolon && isLiteral(tokens[at], ";"))) at++;
  return at;
};

const atRule = (name: string, tokens: readonly Token[], from: number): [Rule, number] => {
  const end = reach(tokens, from, true);
  const block = tokens[end];
  const inside = block?.kind === "{" ? block.inside : null;
  return [{ kind: "atrule", name: name.toLowerCase(), prelude: tokens.slice(from, end), inside }, end + 1];
};

/** Rules of a sheet or of a group. */
export const rulesOf = (tokens: readonly Token[], isSheet: boolean): Rule[] => {
  const rules: Rule[] = [];
  for (let at = 0; at < tokens.length; ) {
    const token = tokens[at];
    if (token?.kind === "comment") rules.push({ kind: "comment", value: token.value });
    if (!token || isBlank(token) || (isSheet && (isLiteral(token, "<!--") || isLiteral(token, "-->")))) {
      at++;
      continue;
    }
    if (token.kind === "at") {
      const [rule, next] = atRule(token.value, tokens, at + 1);
      rules.push(rule);
      at = next;
      continue;
    }
    const end = reach(tokens, at, false);
    const block = tokens[end];
    rules.push(block?.kind === "{" ? { kind: "style", prelude: tokens.slice(at, end), inside: block.inside } : { kind: "wrong" });
    at = end + 1;
  }
  return rules;
};

const declarationOf = (tokens: readonly Token[]): Rule | undefined => {
  const [first] = tokens;
  let at = 1;
  while (isBlank(tokens[at])) at++;
  if (first?.kind !== "ident" || !isLiteral(tokens[at], ":")) return undefined;
  let value = tokens.slice(at + 1);
  const solid = value.map((token, place) => ({ token, place })).filter(({ token }) => !isBlank(token));
  const [bang, last] = solid.slice(-2);
  const isImportant =
    last?.token.kind === "ident" && last.token.value.toLowerCase() === "important" && isLiteral(bang?.token, "!");
  if (solid.some(({ token }, i) => token.kind === "{" && i > 0)) return undefined;
  if (isImportant) value = value.slice(0, bang?.place);
  return { kind: "declaration", name: first.value, value, isImportant };
};

/** Declarations and nested rules of a block. */
export const contentsOf = (tokens: readonly Token[]): Rule[] => {
  const found: Rule[] = [];
  for (let at = 0; at < tokens.length; ) {
    const token = tokens[at];
    if (!token || isBlank(token) || isLiteral(token, ";")) {
      at++;
    } else if (token.kind === "at") {
      const [rule, next] = atRule(token.value, tokens, at + 1);
      found.push(rule);
      at = next;
    } else {
      const end = reach(tokens, at, true);
      const block = tokens[end];
      const taken = tokens.slice(at, block?.kind === "{" && end > at ? end + 1 : end);
      const rule: Rule = block?.kind === "{" ? { kind: "style", prelude: tokens.slice(at, end), inside: block.inside } : { kind: "wrong" };
      found.push((block?.kind === "{" && end === at ? undefined : declarationOf(taken)) ?? rule);
      at = end + 1;
    }
  }
  return found;
};
