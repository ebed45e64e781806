/** Selectors: tags, pseudo names and known attribute values stay; classes, ids and the page's attributes become tokens. */

import { forgiving, nth_functions, pseudo_classes, pseudo_elements, selector_functions, token_functions } from "../../../spec/css.json";
import { attributeNumber } from "../numbers";
import { ATTRIBUTES, LIMITS, TAGS, enumOf } from "../spec";
import type { Tokens } from "../tokens";
import { isBlank, isLiteral, members, type Token } from "./tokens";
import { Gone, Hidden, type Writer } from "./writer";

const CLASSES: ReadonlySet<string> = new Set(pseudo_classes);
const ELEMENTS: ReadonlySet<string> = new Set(pseudo_elements);
const OF_SELECTORS: ReadonlySet<string> = new Set(selector_functions);
const OF_NTH: ReadonlySet<string> = new Set(nth_functions);
const OF_TOKENS: ReadonlySet<string> = new Set(token_functions);
const FORGIVING: ReadonlySet<string> = new Set(forgiving);
const COMBINATORS = ">+~*&";
const MOST = 999_999;

const identOf = (token: Token | undefined): string => {
  if (token?.kind !== "ident") throw new Gone();
  return token.value;
};

/** Write a selector list; throws Gone. A selector of the list that asks for what is never stored is left out. */
export const writeSelectors = (tokens: readonly Token[], out: Writer, words: Tokens, mayDrop = true): void => {
  let kept = 0;
  const begin = out.place;
  for (const member of members(tokens)) {
    const place = out.place;
    try {
      if (kept > 0) out.mark(",");
      else while (isBlank(member[0])) member.shift();
      writeComplex(member, out, words);
      kept++;
    } catch (fault) {
      if (!mayDrop || !(fault instanceof Hidden)) throw fault;
      out.back(place);
    }
  }
  if (kept === 0) throw new Hidden();
  if (out.place === begin) throw new Gone(); // nothing but commas: no browser takes it for a selector
};

const writeComplex = (tokens: readonly Token[], out: Writer, words: Tokens): void => {
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at];
    if (token?.kind === "space") out.space();
    else if (token?.kind === "comment") continue;
    else if (token?.kind === "ident") writeTag(token.value.toLowerCase(), out, words);
    else if (token?.kind === "hash" && token.isName) {
      out.mark("#");
      putToken(words.word("k", token.value), out);
    } else if (token?.kind === "[") writeAttribute(token.inside, out, words);
    else if (isLiteral(token, ".")) {
      out.mark(".");
      putToken(words.word("k", identOf(tokens[++at])), out);
    } else if (isLiteral(token, ":")) {
      const isElement = isLiteral(tokens[at + 1], ":");
      if (isElement) at++;
      writePseudo(tokens[++at], isElement, out, words);
    } else if (token?.kind === "literal" && COMBINATORS.includes(token.value)) out.mark(token.value);
    else throw new Gone();
  }
};

/** A token right behind its mark: no space between. */
const putToken = (text: string, out: Writer): void => {
  out.word(text);
};

const writeTag = (name: string, out: Writer, words: Tokens): void => {
  out.word(TAGS.has(name) ? name : words.word(name.includes("-") ? "x-" : "k", name));
};

const writePseudo = (token: Token | undefined, isElement: boolean, out: Writer, words: Tokens): void => {
  out.mark(isElement ? "::" : ":");
  if (token?.kind === "function") {
    writeFunction(token.value.toLowerCase(), token.inside, out, words);
    return;
  }
  const name = identOf(token).toLowerCase();
  if (!(isElement ? ELEMENTS : CLASSES).has(name)) throw new Gone();
  out.word(name);
};

const writeFunction = (name: string, inside: readonly Token[], out: Writer, words: Tokens): void => {
  out.mark(name + "(");
  out.start();
  if (OF_SELECTORS.has(name)) writeSelectors(inside, out, words, FORGIVING.has(name));
  else if (OF_NTH.has(name)) writeNth(inside, out, words);
  else if (OF_TOKENS.has(name)) {
    for (const one of inside) {
      if (one.kind === "space") out.space();
      else out.word(words.word("k", identOf(one)));
    }
  } else if (name === "dir" || name === "lang") {
    const said = inside.filter((one) => one.kind !== "space").map(identOf);
    if (said.length !== 1 || !enumOf(name)?.has(said[0])) throw new Gone();
    out.word(said[0] ?? "");
  } else throw new Gone();
  out.start();
  out.mark(")");
};

const NTH = /^(?:([+-]?[0-9]*)n(?: ?([+-]) ?([0-9]+))?|([+-]?[0-9]+))$/;

const spell = (token: Token): string => {
  switch (token.kind) {
    case "ident":
    case "literal":
      return token.value;
    case "number":
      return token.spelt;
    case "dimension":
      return token.spelt + token.unit;
    case "space":
      return " ";
    default:
      throw new Gone();
  }
};

/** `An+B`, spelt as `2n+1`, or one number. */
const nthOf = (tokens: readonly Token[]): string => {
  const said = tokens.filter((one) => one.kind !== "comment").map(spell).join("").trim().toLowerCase().replace(/ +/g, " ");
  const plain = said === "even" ? "2n" : said === "odd" ? "2n+1" : said;
  const found = NTH.exec(plain);
  if (!found) throw new Gone();
  const [, a, sign, b, alone] = found;
  const step = alone !== undefined ? 0 : a === "" || a === "+" ? 1 : a === "-" ? -1 : Number(a);
  const first = alone !== undefined ? Number(alone) : Number(`${sign ?? ""}${b ?? "0"}`);
  if (Math.max(Math.abs(step), Math.abs(first)) > MOST) throw new Gone();
  if (step === 0) return String(first + 0);
  return first === 0 ? `${step}n` : `${step}n${first > 0 ? "+" : ""}${first}`;
};

const writeNth = (tokens: readonly Token[], out: Writer, words: Tokens): void => {
  const of = tokens.findIndex((one) => one.kind === "ident" && one.value.toLowerCase() === "of");
  out.word(nthOf(of < 0 ? tokens : tokens.slice(0, of)));
  if (of < 0) return;
  out.space();
  out.word("of");
  out.space();
  writeSelectors(tokens.slice(of + 1), out, words, false);
};

const writeAttribute = (inside: readonly Token[], out: Writer, words: Tokens): void => {
  const tokens = inside.filter((one) => one.kind !== "space" && one.kind !== "comment");
  const name = identOf(tokens[0]).toLowerCase();
  const found = ATTRIBUTES.get(name);
  out.mark("[");
  out.word(found === undefined ? words.word("d-", name) : name);
  if (tokens.length > 1) writeAttributeValue(name, found ?? "TOKEN v", tokens.slice(1), out, words);
  out.mark("]");
};

const writeAttributeValue = (name: string, found: string, tokens: readonly Token[], out: Writer, words: Tokens): void => {
  // Part of a word cannot survive a hash, so only = and ~= are kept.
  const operator = tokens[0]?.kind === "literal" ? tokens[0].value : "";
  const flag = tokens.length === 3 ? identOf(tokens[2]).toLowerCase() : "";
  const said = tokens[1];
  if (tokens.length < 2 || tokens.length > 3 || !["", "i", "s"].includes(flag)) throw new Gone();
  if (operator !== "=" && operator !== "~=") throw new Hidden();
  if (said?.kind !== "ident" && said?.kind !== "string") throw new Gone();
  out.mark(operator + '"');
  if (found.startsWith("TOKEN")) out.word(words.words(found === "TOKEN v" ? "v" : "k", said.value, LIMITS.words));
  else if ((found === "ENUM" && enumOf(name)?.has(said.value)) || (found === "NUMBER" && attributeNumber(said.value) === said.value)) {
    out.word(said.value);
  } else throw new Hidden();
  out.start();
  out.mark('"' + (flag === "" ? "" : ` ${flag}`));
};
