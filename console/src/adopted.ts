// Adopted sheets: declared right behind the snapshot, so that a seek loses no rule that is inserted into them later.
//
// A player that seeks lays changes aside, and then applies the rules that were inserted into adopted sheets before it builds
// the sheets that came meanwhile. A sheet that is there from the start, adopted by nothing, has them. Sheets of a frame stay
// where they are. milkglass/replay/rendering_adopted.py does the same for exports.

import { FULL_SNAPSHOT, INCREMENTAL, type Json, type RecordedEvent } from "./events.ts";

type Fields = Readonly<Record<string, Json>>;
const [MUTATION, ADOPTED] = [0, 15];

/** Move each snapshot's later sheets behind it. */
export function withSheets(events: readonly RecordedEvent[]): RecordedEvent[] {
  const told: RecordedEvent[] = [];
  let at = 0;
  let page: Json | undefined;
  let sheets: Json[] = [];
  let framed = new Set<Json | undefined>();
  const declare = (): void => {
    const snapshot = told[at];
    if (snapshot === undefined || page === undefined || sheets.length === 0) return;
    const data = { source: ADOPTED, id: page, styles: sheets, styleIds: [] };
    told.splice(at + 1, 0, { type: INCREMENTAL, timestamp: snapshot.timestamp, data });
  };
  for (const event of events) {
    if (event.type === FULL_SNAPSHOT) {
      declare();
      [at, page, sheets, framed] = [told.length, object(object(event.data)["node"])["id"], [], new Set()];
    }
    told.push(page === undefined ? event : without(event, page, framed, sheets));
  }
  declare();
  return told;
}

/** One event without its new sheets, which are added to `sheets`; notes what is put into frames. */
function without(event: RecordedEvent, page: Json, framed: Set<Json | undefined>, sheets: Json[]): RecordedEvent {
  const data = object(event.data);
  if (event.type !== INCREMENTAL) return event;
  if (data["source"] === MUTATION) for (const add of list(data["adds"])) note(object(object(add)["node"]), page, framed);
  if (data["source"] !== ADOPTED || !Array.isArray(data["styles"]) || framed.has(data["id"])) return event;
  const { styles, ...kept } = data;
  sheets.push(...styles);
  return { ...event, data: kept };
}

function note(node: Fields, page: Json, framed: Set<Json | undefined>): void {
  if (node["rootId"] !== undefined && node["rootId"] !== page) framed.add(node["id"]);
  for (const child of list(node["childNodes"])) note(object(child), page, framed);
}

function object(value: Json | undefined): Fields {
  return value !== null && typeof value === "object" && !Array.isArray(value) ? value : {};
}

function list(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}
