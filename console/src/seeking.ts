// Seeking: a recording of a page that changes its route without a reload can be seeked.
//
// A player that seeks begins at the last Meta before the moment, for with rrweb a Meta always stands before a full snapshot.
// Our recorder tells each new route by one, so one that stands alone becomes the resize that the player would have made
// of it. The server's export does the same: src/milkglass/replay/seeking.py.

import { FULL_SNAPSHOT, INCREMENTAL, META, type RecordedEvent } from "./events.ts";

const VIEWPORT_RESIZE = 4;

/** Return the events in their order, each Meta without a snapshot behind it as a resize. */
export function seekable(events: readonly RecordedEvent[]): RecordedEvent[] {
  return events.map((event, place) =>
    event.type === META && events[place + 1]?.type !== FULL_SNAPSHOT ? resize(event) : event,
  );
}

function resize(meta: RecordedEvent): RecordedEvent {
  const data = meta.data !== null && typeof meta.data === "object" && !Array.isArray(meta.data) ? meta.data : {};
  const { width, height } = data;
  const sizes = { ...(width === undefined ? {} : { width }), ...(height === undefined ? {} : { height }) };
  return { ...meta, type: INCREMENTAL, data: { source: VIEWPORT_RESIZE, ...sizes } };
}
