// Known sheets and listed images: what their references become, and which of them a recording names.
//
// They come among the words: `s2` is a sheet's text with its own assets in place, `a6` an image as a `data:` address.
// milkglass/replay/rendering_sheets.py does the same for exports; spec/rendering.json holds cases for both.

import type { Json, RecordedEvent, Words } from "./events.ts";

const SHEET = /^\u{10fffc}(s(?:0|[1-9][0-9]*))\u{10fffd}$/u;
const PICTURE = "rr_asset";

/** The sheet that a whole style text refers to, empty if it was withdrawn; undefined if the text is no reference. */
export function sheet(text: string, words: Words): string | undefined {
  const key = SHEET.exec(text)?.[1];
  return key === undefined ? undefined : (Object.hasOwn(words, key) ? (words[key] ?? "") : "");
}

/** Attributes with an image's own bytes as its `src`; null there takes the last image away. */
export function picture(attributes: Record<string, Json>, words: Words): Record<string, Json> {
  if (!Object.hasOwn(attributes, PICTURE)) return attributes;
  const { [PICTURE]: number, ...kept } = attributes;
  if (number === null) return { ...kept, src: null };
  const key = typeof number === "string" ? `a${number}` : "";
  const address = Object.hasOwn(words, key) ? (words[key] ?? "") : "";
  // Whatever the element is: an image as its source can run nothing.
  return address.startsWith("data:image/") ? { ...kept, src: address } : kept;
}

/** Find which sheets and images events name. */
export function references(events: readonly RecordedEvent[]): string[] {
  const found = new Set<string>();
  const walk = (value: Json, name: string): void => {
    if (typeof value === "string") {
      const key = SHEET.exec(value)?.[1] ?? (name === PICTURE && /^[1-9][0-9]*$/.test(value) ? `a${value}` : undefined);
      if (key !== undefined) found.add(key);
    } else if (Array.isArray(value)) for (const item of value) walk(item, "");
    else if (value !== null && typeof value === "object") for (const [key, item] of Object.entries(value)) walk(item, key);
  };
  for (const event of events) walk(event.data, "");
  return [...found].sort();
}
