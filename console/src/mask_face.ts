// Mask face: lets a mask be as wide in the viewer as the recorder meant it, by putting our font before the page's own.
//
// The font holds the mask's glyph and nothing else, so every other letter falls through to what the page asked for.

import type { Json, RecordedEvent } from "./events.ts";
import { MASK_FONT } from "./mask_font.ts";

const FACE = '"Milkglass Mask"';
export const MASK_RULES = [
  `@font-face{font-family:${FACE};src:url(${MASK_FONT}) format("woff2");unicode-range:U+2587}`,
  `html{font-family:${FACE},sans-serif}`,
];
const FAMILY = /(font-family\s*:\s*)(?!\s*(?:inherit|initial|unset|revert|"Milkglass))/gi;
// In the shorthand the families follow the size, which is a length or a keyword, and perhaps a line height.
const SHORTHAND =
  /(\bfont\s*:[^;{}"']*?(?:\b\d*\.?\d+(?:px|r?em|pt|%|v[wh]|ch|ex)|(?:calc|clamp|min|max|var)\([^;{}]*?\)|\b(?:xx?-)?(?:small|large)|\bmedium|\bsmaller|\blarger)(?:\s*\/\s*[^\s;{}"',]+)?\s+)(?=[^;{}\s!])/gi;
const STYLE_KEYS: ReadonlySet<string> = new Set(["_cssText", "style", "rule", "replace", "replaceSync", "cssTexts"]);

/** Put the mask font before each list of families in style text. */
export function faced(text: string): string {
  return text.replace(FAMILY, `$1${FACE},`).replace(SHORTHAND, `$1${FACE},`);
}

/** Return the event with the mask font before each list of families in its style text. */
export function withMaskFace(event: RecordedEvent): RecordedEvent {
  return walk(event, false) as RecordedEvent;
}

function walk(value: Json, isStyle: boolean): Json {
  if (typeof value === "string") return isStyle ? faced(value) : value;
  if (Array.isArray(value)) return value.map((item) => walk(item, isStyle));
  if (value === null || typeof value !== "object") return value;
  const changed: Record<string, Json> = {};
  for (const [key, item] of Object.entries(value)) {
    const isText = value["isStyle"] === true && key === "textContent";
    const isFamily = key === "font-family" && typeof item === "string";
    changed[key] = isFamily ? `${FACE},${item}` : walk(item, isStyle || isText || STYLE_KEYS.has(key));
  }
  return changed;
}
