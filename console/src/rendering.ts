// Rendering: what stands between stored events and any rrweb player, a small layer for each concern.
//
// milkglass/replay/rendering.py does the same for exports; spec/vectors/rendering.json holds cases that both run.

import { withSheets } from "./adopted.ts";
import type { RecordedEvent, Words } from "./events.ts";
import { withFonts } from "./fonts.ts";
import { withFrames } from "./frames.ts";
import { withPictures } from "./images.ts";
import { withMasks } from "./mask_face.ts";
import { withSizes } from "./sizes.ts";
import { readable } from "./words.ts";

/** Render one recording's events, in their order: words, pictures, sizes that change, frames that are attached again, masks in their own font, adopted sheets from the start, times since the epoch. */
export function rendered(events: readonly RecordedEvent[], words: Words, beganMs: number): RecordedEvent[] {
  const told = events.map((event) => ({ ...readable(event, words), timestamp: beganMs + event.timestamp }));
  return withSheets(withFonts(withMasks(withFrames(withPictures(told)).map(withSizes))));
}
