// Scrolling: where a page was scrolled to at a moment, put back once its fonts and sheets stand.
//
// A player that seeks scrolls before they do: the page is shorter then, and the browser cuts the position off at its end.

import { FULL_SNAPSHOT, INCREMENTAL, type Json, type RecordedEvent } from "./events.ts";

export interface Scroll {
  readonly left: number;
  readonly top: number;
}

const SCROLL = 3;

/** Find the last place of all that was scrolled since the last snapshot, by node id. `at` is ms since the epoch. */
export function scrolls(events: readonly RecordedEvent[], at: number): Map<number, Scroll> {
  const found = new Map<number, Scroll>();
  for (const { type, timestamp, data } of events) {
    if (timestamp > at) break;
    if (!isFields(data)) continue;
    if (type === FULL_SNAPSHOT) {
      found.clear();
      note(found, data["node"], isFields(data["initialOffset"]) ? data["initialOffset"] : {}, ["left", "top"]);
    } else if (type === INCREMENTAL && data["source"] === SCROLL) note(found, data, data, ["x", "y"]);
  }
  return found;
}

/** Scroll all that is in the frame to where it was; what is gone stays out. */
export function scrollBack(found: ReadonlyMap<number, Scroll>, node: (id: number) => Node | null): void {
  for (const [id, place] of found) {
    const there = node(id);
    const target = there?.nodeType === Node.DOCUMENT_NODE ? (there as Document).scrollingElement : (there as Element | null);
    target?.scrollTo({ ...place, behavior: "instant" });
  }
}

type Fields = Readonly<Record<string, Json>>;

function note(found: Map<number, Scroll>, node: Json | undefined, place: Fields, [across, down]: readonly [string, string]): void {
  const id = isFields(node) ? node["id"] : undefined;
  const [left, top] = [place[across], place[down]];
  if (typeof id === "number" && typeof left === "number" && typeof top === "number") found.set(id, { left, top });
}

function isFields(value: Json | undefined): value is Fields {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}
