// Images: a recording holds no picture, so each `img` gets a plain grey one of its own size.
//
// Without it the browser draws its sign for a broken picture and the mask of the alternative text. What is no `data:`
// address is never fetched by the player, so it counts as no source.

import { FULL_SNAPSHOT, INCREMENTAL, type Json, type RecordedEvent } from "./events.ts";

type Fields = Record<string, Json>;
const MUTATION = 0;
const GREY = "%23bcc5c2";

/** Return the events, in their order, with a picture in each `img` that has none. */
export function withPictures(events: readonly RecordedEvent[]): RecordedEvent[] {
  const known = new Set<Json>(); // ids of the page's images, for the changes that name only an id
  return events.map((event) => {
    // A new page counts its nodes anew.
    if (event.type === FULL_SNAPSHOT) known.clear();
    if (event.type !== FULL_SNAPSHOT && event.type !== INCREMENTAL) return event;
    return { ...event, data: changed(event.data, known) };
  });
}

/** Draw a grey picture; a size is in px, as rrweb writes `rr_width`. */
export function placeholder(width: Json | undefined, height: Json | undefined): string {
  const size = `width='${pixels(width)}' height='${pixels(height)}'`;
  return `data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' ${size}><rect width='100%25' height='100%25' fill='${GREY}'/></svg>`;
}

function pixels(size: Json | undefined): number {
  const read = typeof size === "number" ? size : Number.parseFloat(typeof size === "string" ? size : "");
  return Number.isFinite(read) && read > 0 ? read : 1;
}

function changed(data: Json, known: Set<Json>): Json {
  if (!isFields(data)) return data;
  if (data["source"] === undefined) return { ...data, node: pictured(data["node"] ?? null, known) };
  if (data["source"] !== MUTATION) return data;
  const adds = list(data["adds"]).map((add) => (isFields(add) ? { ...add, node: pictured(add["node"] ?? null, known) } : add));
  const attributes = list(data["attributes"]).map((one) => (isFields(one) && known.has(one["id"] ?? null) ? kept(one) : one));
  return { ...data, adds, attributes };
}

function pictured(node: Json, known: Set<Json>): Json {
  if (!isFields(node)) return node;
  if (node["tagName"] !== "img") return "childNodes" in node ? { ...node, childNodes: list(node["childNodes"]).map((child) => pictured(child, known)) } : node;
  known.add(node["id"] ?? null);
  const attributes = isFields(node["attributes"] ?? null) ? (node["attributes"] as Fields) : {};
  if (isPicture(attributes["src"]) || isPicture(attributes["rr_dataURL"])) return node;
  const rest = without(attributes, "srcset");
  const width = rest["rr_width"] ?? rest["width"];
  const height = rest["rr_height"] ?? rest["height"];
  return { ...node, attributes: { ...rest, alt: "", src: placeholder(width, height) } };
}

// The grey picture stays when the page names another one that was not kept, or none.
function kept(change: Fields): Fields {
  if (!isFields(change["attributes"] ?? null)) return change;
  const attributes = change["attributes"] as Fields;
  const dropped = isPicture(attributes["src"]) ? ["srcset", "alt"] : ["srcset", "alt", "src"];
  return { ...change, attributes: without(attributes, ...dropped) };
}

function without(fields: Fields, ...names: string[]): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)));
}

function isPicture(source: Json | undefined): boolean {
  return typeof source === "string" && source.startsWith("data:image/");
}

function isFields(value: Json): value is Fields {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

function list(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : [];
}
