// Mask face: lets a mask be as wide in the viewer as the recorder meant it, by putting our font before the page's own.
//
// The font holds the mask's glyph and nothing else, so every other letter falls through to what the page asked for.

import rendering from "../../spec/player.json" with { type: "json" };
import { FULL_SNAPSHOT, INCREMENTAL, type Json, type RecordedEvent } from "./events.ts";

const FACE = rendering.face;
const RULES = rendering.rules.join("");
const [DOCUMENT, ELEMENT, MUTATION] = [0, 2, 0];
// `monospace` alone stays alone: with any family beside it a browser takes another size.
const FAMILY = /(font-family\s*:\s*)(?!\s*(?:inherit|initial|unset|revert|"Milkglass|monospace\s*(?:[;}!]|$)))/gi;
// In the shorthand the families follow the size, which is a length or a keyword, and perhaps a line height.
const SHORTHAND =
  /(\bfont\s*:[^;{}"']*?(?:\b\d*\.?\d+(?:px|r?em|pt|%|v[wh]|ch|ex)|(?:calc|clamp|min|max|var)\([^;{}]*?\)|\b(?:xx?-)?(?:small|large)|\bmedium|\bsmaller|\blarger)(?:\s*\/\s*[^\s;{}"',]+)?\s+)(?=[^;{}\s!])(?!monospace\s*(?:[;}!]|$))/gi;
// A short mask was rounded down to an even number of groups; a space between them is as wide as the page's font has it.
const SHORT = /^( ?)(▇▇▇▇ ▇▇▇▇(?: ▇▇▇▇ ▇▇▇▇){0,6})( ?)$/gm;
const BREAK = "\u200b";
// The font of a known sheet is told what it is called, by one name: with two it would be none.
const DECLARED = /(@font-face\s*\{[^}]*\})/i;
const STYLE_KEYS: ReadonlySet<string> = new Set(["_cssText", "style", "rule", "replace", "replaceSync", "cssTexts"]);

/** Put the mask font before each list of families in style text. */
export function faced(text: string): string {
  const parts = text.split(DECLARED);
  return parts.map((part, place) => (place % 2 === 1 ? part : part.replace(FAMILY, `$1${FACE},`).replace(SHORTHAND, `$1${FACE},`))).join("");
}

/** Let the groups of short masks stand close together: they may break between them and take no room for it. */
export function closed(text: string): string {
  return text.includes("▇ ▇") ? text.replace(SHORT, (_, before: string, mask: string, after: string) => before + mask.replaceAll(" ", BREAK) + after) : text;
}

/** Return the events with the mask font in their style text, and declared in each document that is built. */
export function withMasks(events: readonly RecordedEvent[]): RecordedEvent[] {
  let next = rendering.first_id;
  const rules = (document: Fields): Json => {
    const style = { type: ELEMENT, id: next++, tagName: "style", attributes: { _cssText: RULES }, childNodes: [] };
    return "rootId" in document ? { ...style, rootId: document["id"] ?? null } : style;
  };
  return events.map((event) => {
    const walked = walk(event, false) as RecordedEvent;
    const data = walked.data;
    if (!isFields(data)) return walked;
    if (walked.type === FULL_SNAPSHOT) declare(data["node"], rules);
    else if (walked.type === INCREMENTAL && data["source"] === MUTATION) {
      for (const add of list(data["adds"])) if (isFields(add)) declare(add["node"], rules);
    }
    return walked;
  });
}

type Fields = Record<string, Json>;

/** Put the font's rules first into the head of each document below a node, which is changed: it is our own copy. */
function declare(node: Json | undefined, rules: (document: Fields) => Json): void {
  if (!isFields(node) || !Array.isArray(node["childNodes"])) return;
  for (const child of node["childNodes"]) declare(child, rules);
  if (node["type"] !== DOCUMENT) return;
  const root = node["childNodes"].filter(isFields).find((one) => one["type"] === ELEMENT);
  if (root?.["tagName"] !== "html" || !Array.isArray(root["childNodes"])) return;
  const head = root["childNodes"].filter(isFields).find((one) => one["tagName"] === "head");
  const place = head === undefined ? root["childNodes"] : head["childNodes"];
  if (Array.isArray(place)) place.unshift(rules(node));
}

function walk(value: Json, isStyle: boolean): Json {
  if (typeof value === "string") return isStyle ? faced(value) : closed(value);
  if (Array.isArray(value)) return value.map((item) => walk(item, isStyle));
  if (value === null || typeof value !== "object") return value;
  const changed: Fields = {};
  for (const [key, item] of Object.entries(value)) {
    const isText = value["isStyle"] === true && key === "textContent";
    const isFamily = key === "font-family" && typeof item === "string";
    changed[key] = isFamily ? faced(`font-family:${item}`).slice("font-family:".length) : walk(item, isStyle || isText || STYLE_KEYS.has(key));
  }
  return changed;
}

function isFields(value: Json | undefined): value is Fields {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

function list(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : [];
}
