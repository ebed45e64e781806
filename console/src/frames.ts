// Frames: a document that is attached again is built anew.
//
// A player that has a document under a number, in the same mode, takes what is attached under it for the one that it has,
// and builds nothing. A frame that its page writes is found before that, and attached again when it is full: it would stay
// as it was. So an empty document in another mode is attached between the two.
// milkglass/replay/rendering_frames.py does the same for exports.

import { FULL_SNAPSHOT, INCREMENTAL, type Json, type RecordedEvent } from "./events.ts";

const [DOCUMENT, MUTATION] = [0, 0];
const STRICT = "CSS1Compat";

/** Return the events with an empty document before each that a player would take for the one it has. */
export function withFrames(events: readonly RecordedEvent[]): RecordedEvent[] {
  let modes = new Map<Json | undefined, Json | undefined>();
  const added = (add: Json): Json[] => {
    if (!isFields(add) || !isFields(add["node"]) || add["node"]["type"] !== DOCUMENT) return [add];
    const { compatMode: mode, ...node } = add["node"];
    const { id } = node;
    const isTakenForIt = modes.has(id) && modes.get(id) === mode;
    modes.set(id, mode);
    if (!isTakenForIt) return [add];
    const empty = { ...node, childNodes: [] };
    return [{ ...add, node: mode === STRICT ? empty : { ...empty, compatMode: STRICT } }, add];
  };
  return events.map((event) => {
    const data = event.data;
    if (event.type === FULL_SNAPSHOT) modes = new Map();
    if (event.type !== INCREMENTAL || !isFields(data) || data["source"] !== MUTATION || !Array.isArray(data["adds"])) return event;
    return { ...event, data: { ...data, adds: data["adds"].flatMap(added) } };
  });
}

function isFields(value: Json | undefined): value is Record<string, Json> {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}
