// Sizes: kept sizes that change. A player knows `rr_width` and `rr_height` when it builds a node, and later only `style`.

import { INCREMENTAL, type Json, type RecordedEvent } from "./events.ts";

type Fields = Record<string, Json>;
const MUTATION = 0;
const SIDES: Readonly<Record<string, string>> = { rr_width: "width", rr_height: "height" };

/** Return an event whose changed sizes are changes of style. A change that writes the whole style comes before them. */
export function withSizes(event: RecordedEvent): RecordedEvent {
  const data = event.data;
  if (event.type !== INCREMENTAL || !isFields(data) || data["source"] !== MUTATION || !Array.isArray(data["attributes"])) return event;
  return { ...event, data: { ...data, attributes: data["attributes"].flatMap(changes) } };
}

function changes(change: Json): Json[] {
  if (!isFields(change) || !isFields(change["attributes"])) return [change];
  const given = change["attributes"];
  const sides: Fields = {};
  const rest: Fields = {};
  for (const [name, value] of Object.entries(given)) {
    const side = SIDES[name];
    if (side === undefined) rest[name] = value;
    else sides[side] = value ?? false;
  }
  if (Object.keys(sides).length === 0) return [change];
  if (isFields(rest["style"])) return [{ ...change, attributes: { ...rest, style: { ...rest["style"], ...sides } } }];
  const after = { ...change, attributes: { style: sides } };
  return Object.keys(rest).length > 0 ? [{ ...change, attributes: rest }, after] : [after];
}

function isFields(value: Json | undefined): value is Fields {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}
