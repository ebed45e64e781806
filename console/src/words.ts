// Words: puts the vocabulary's words where a recording holds references, before the replayer sees an event.
//
// In style text a reference is an identifier, or stands inside a quoted value, and is escaped for its place; everywhere else
// it is put in plain. What no longer has a word is a mask. The server's export does the same: src/milkglass/replay.

import { DECLARATION, INCREMENTAL, type Json, type RecordedEvent, type Words } from "./events.ts";
import { picture, sheet } from "./sheets.ts";

export const MASK = "▇▇▇▇";
const REFERENCE = /\u{10fffc}([tns](?:0|[1-9][0-9]*))\u{10fffd}/gu;
const IN_CSS = /\u{10fffc}([tns](?:0|[1-9][0-9]*))\u{10fffd}|\\[\s\S]|"|'/gu;
// As the server has it: HTML's valid custom element names, their ASCII part.
const CUSTOM_ELEMENT = /^(?!(?:annotation-xml|color-profile|font-face(?:-[a-z]+)?|missing-glyph)$)[a-z][a-z0-9._]*-[a-z0-9._-]*$/;
const MARKS = /[\u{10fffc}\u{10fffd}]/gu;
// What no reference may become as an attribute's name: it could run or fetch something.
const RUNS = /^(?:on.*|href|src|style|srcdoc)$/is;
const CSS_KEYS: ReadonlySet<string> = new Set(["_cssText", "style", "rule", "replace", "replaceSync", "cssTexts", "family"]);
const PROPERTY_KEYS: ReadonlySet<string> = new Set([...CSS_KEYS, "set", "remove"]);

export function said(words: Words, key: string): string {
  return Object.hasOwn(words, key) ? (words[key] ?? MASK) : MASK;
}

// A sheet is no word.
function word(words: Words, key: string): string {
  return key.startsWith("s") ? MASK : said(words, key);
}

/** Put words in as text, or as an attribute's value. */
export function plain(text: string, words: Words): string {
  return text.replace(REFERENCE, (_whole, key: string) => word(words, key)).replace(MARKS, "");
}

/** Put words in, each escaped for where it stands: in a quoted value, or as an identifier. */
export function css(text: string, words: Words): string {
  const known = sheet(text, words);
  if (known !== undefined) return known;
  let quote = "";
  const spoken = text.replace(IN_CSS, (whole: string, key: string | undefined) => {
    if (key !== undefined) return quote === "" ? escapeIdentifier(word(words, key)) : escapeString(word(words, key));
    if ((whole === '"' || whole === "'") && (quote === "" || quote === whole)) quote = quote === "" ? whole : "";
    return whole;
  });
  return spoken.replace(MARKS, "");
}

/** Return the event with words in place of references. */
export function readable(event: RecordedEvent, words: Words): RecordedEvent {
  const data = event.data;
  const isDeclaration =
    event.type === INCREMENTAL && data !== null && typeof data === "object" && !Array.isArray(data) && data["source"] === DECLARATION;
  return walk(event, { words, keys: isDeclaration ? PROPERTY_KEYS : CSS_KEYS }, false) as RecordedEvent;
}

/** Escape as CSSOM's "serialize an identifier" does; also where there is no browser. */
export function escapeIdentifier(word: string): string {
  return Array.from(word)
    .map((letter, place) => {
      const code = letter.codePointAt(0) ?? 0;
      if (code === 0) return "\ufffd";
      const isDigit = code >= 48 && code <= 57;
      const isLeadingDigit = isDigit && (place === 0 || (place === 1 && word.startsWith("-")));
      if (code < 32 || code === 127 || isLeadingDigit) return `\\${code.toString(16)} `;
      if (place === 0 && word === "-") return "\\-";
      return code >= 128 || /[-_0-9A-Za-z]/.test(letter) ? letter : `\\${letter}`;
    })
    .join("");
}

/** Escape for the inside of a quoted CSS value, whichever quote it is in. */
export function escapeString(word: string): string {
  return Array.from(word)
    .map((letter) => {
      const code = letter.codePointAt(0) ?? 0;
      if (code < 32 || code === 127) return `\\${code.toString(16)} `;
      return letter === '"' || letter === "'" || letter === "\\" ? `\\${letter}` : letter;
    })
    .join("");
}

interface Speaking {
  words: Words;
  keys: ReadonlySet<string>;
}

function walk(value: Json, speaking: Speaking, isCss: boolean): Json {
  if (typeof value === "string") return isCss ? css(value, speaking.words) : plain(value, speaking.words);
  if (Array.isArray(value)) return value.map((item) => walk(item, speaking, isCss));
  if (value === null || typeof value !== "object") return value;
  const isStyleText = value["isStyle"] === true;
  const isStyle = value["tagName"] === "style";
  const spoken: Record<string, Json> = Object.create(null) as Record<string, Json>;
  for (const [key, item] of Object.entries(value)) {
    const inside = isCss || speaking.keys.has(key) || (isStyleText && key === "textContent");
    const name = isCss ? css(key, speaking.words) : attribute(key, speaking.words);
    spoken[name] =
      isStyle && key === "childNodes" && Array.isArray(item)
        ? item.map((child) => walk(asStyleText(child), speaking, false))
        : walk(item, speaking, inside);
  }
  const tag = value["tagName"];
  if (typeof tag === "string" && tag.startsWith("\u{10fffc}")) spoken["tagName"] = tagOf(tag, speaking.words);
  return picture({ ...spoken }, speaking.words);
}

/** An object's key, which may be an attribute's name. */
function attribute(key: string, words: Words): string {
  const name = plain(key, words);
  return name !== key && RUNS.test(name) ? "data-withdrawn" : name;
}

/** A custom element's name; what can be none, or has no word any more, is an element without a meaning. */
function tagOf(text: string, words: Words): string {
  const name = plain(text, words);
  return CUSTOM_ELEMENT.test(name) ? name : "x-withdrawn";
}

// A text node below <style> is style text whether or not the recorder marked it.
function asStyleText(child: Json): Json {
  const isText = child !== null && typeof child === "object" && !Array.isArray(child) && "textContent" in child;
  return isText ? { ...child, isStyle: true } : child;
}
