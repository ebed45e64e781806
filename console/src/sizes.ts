// Sizes: a player knows `rr_width` and `rr_height` when it builds a node, and later only `style`.
//
// What was one line, by `rr_lines`, stays one: a mask can break where the text that it stands for could not.

import { FULL_SNAPSHOT, INCREMENTAL, type Json, type RecordedEvent } from "./events.ts";

type Fields = Record<string, Json>;
const MUTATION = 0;
// A cell of a table, or a box in a row, gives way to a width that is only wished for: masks beside it want less than words did.
const SIDES: Readonly<Record<string, readonly string[]>> = { rr_width: ["width", "min-width"], rr_height: ["height"] };
const [WIDTH, LEAST] = ["rr_width", "min-width"] as const;
const [LINES, WRAP, WHOLE] = ["rr_lines", "text-wrap", "nowrap"] as const;

/** Return an event whose changed sizes are changes of style. A change that writes the whole style comes before them. */
export function withSizes(event: RecordedEvent): RecordedEvent {
  const data = event.data;
  if (!isFields(data)) return event;
  if (event.type === FULL_SNAPSHOT) return { ...event, data: { ...data, node: whole(data["node"] ?? null) } };
  if (event.type !== INCREMENTAL || data["source"] !== MUTATION) return event;
  const kept = { ...data };
  if (Array.isArray(data["attributes"])) kept["attributes"] = data["attributes"].flatMap(changes);
  if (Array.isArray(data["adds"])) {
    kept["adds"] = data["adds"].map((add) => (isFields(add) ? { ...add, node: whole(add["node"] ?? null) } : add));
  }
  return { ...event, data: kept };
}

/** A node whose blocks of one line do not wrap, and whose widths hold. */
function whole(node: Json): Json {
  if (!isFields(node)) return node;
  const kept = { ...node };
  if (Array.isArray(node["childNodes"])) kept["childNodes"] = node["childNodes"].map(whole);
  const given = node["attributes"];
  if (isFields(given) && (LINES in given || WIDTH in given)) {
    const { [LINES]: lines, ...rest } = given;
    const { style, [WIDTH]: width } = rest;
    const said = [style, lines === undefined ? "" : `${WRAP}:${WHOLE}`, typeof width === "string" ? `${LEAST}:${width}` : ""];
    kept["attributes"] = { ...rest, style: said.filter((one): one is string => typeof one === "string" && one !== "").join(";") };
  }
  return kept;
}

function changes(change: Json): Json[] {
  if (!isFields(change) || !isFields(change["attributes"])) return [change];
  const given = change["attributes"];
  const sides: Fields = {};
  const rest: Fields = {};
  for (const [name, value] of Object.entries(given)) {
    const named = SIDES[name];
    if (named !== undefined) for (const side of named) sides[side] = value ?? false;
    else if (name === LINES) sides[WRAP] = value === null ? false : WHOLE;
    else rest[name] = value;
  }
  if (Object.keys(sides).length === 0) return [change];
  if (isFields(rest["style"])) return [{ ...change, attributes: { ...rest, style: { ...rest["style"], ...sides } } }];
  const after = { ...change, attributes: { style: sides } };
  return Object.keys(rest).length > 0 ? [{ ...change, attributes: rest }, after] : [after];
}

function isFields(value: Json | undefined): value is Fields {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}
