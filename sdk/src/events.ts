/**
 * Events, rebuilt path by path from the string-class table. An event is never edited in place: what the table does not
 * name is not copied. Source: spec/classes.json.
 */

import { maskAttributes } from "./attributes";
import * as css from "./css";
import type { Masking } from "./masking";
import { maskNode, maskPageText, maskTag, maskTextNode } from "./nodes";
import { duration, fraction, grid, index, milli, moment, nodeId, offset, size, twoDecimals } from "./numbers";
import { addressOf } from "./queries";
import { OFF_THE_MAP } from "./rules";
import { EVENTS, INCREMENTAL, LIMITS, REQUIRED, valuesOf, type ClassName } from "./spec";
import { VALUE } from "./text";
import { wellFormed } from "./vocabulary";

export interface MaskedEvent {
  type: number;
  data: Record<string, unknown>;
  timestamp: number;
  delay?: number;
}

// What rrweb's recorder makes of a page and what our own adds: no plugins, assets or notes.
const RECORDED: ReadonlySet<unknown> = new Set([0, 1, 2, 3, 4, 5]);
const META = 4;
const CUSTOM = 5;
const [MOST_FACES, LONGEST_NAME, PARTS_OF_FACE] = [64, 200, 8];
const INCREMENTAL_SNAPSHOT = 3;
const [MOUSE, TOUCH, DRAG] = [1, 6, 12];
const APART_MS = 100;

type Said = Readonly<Record<string, unknown>>;
type Schema = ReadonlyMap<string, Schema | ClassName>;

const isObject = (said: unknown): said is Said => typeof said === "object" && said !== null && !Array.isArray(said);

/** Turn `a.b[].c: CLASS` into nested maps, an item of a list under the key `[]`. */
const schemaOf = (paths: Readonly<Record<string, ClassName>>): Schema => {
  const root = new Map<string, Schema | ClassName>();
  for (const [path, name] of Object.entries(paths)) {
    const steps = path.replace(/\[\]/g, ".[]").split(".");
    let at = root;
    for (const step of steps.slice(0, -1)) {
      if (!(at.get(step) instanceof Map)) at.set(step, new Map());
      at = at.get(step) as Map<string, Schema | ClassName>;
    }
    const last = steps[steps.length - 1] ?? "";
    at.set(last, name === "CSS" && last === "rule" ? "CSS rule" : name);
  }
  return root;
};

const schemas = (tables: ReadonlyMap<string, Record<string, ClassName>>): ReadonlyMap<string, Schema> =>
  new Map([...tables].map(([key, paths]) => [key, schemaOf(paths)]));

const BY_TYPE = schemas(EVENTS);
const BY_SOURCE = schemas(INCREMENTAL);

/** Mask one value by its class; undefined leaves its place out. `owner` is the object that holds it. */
const byClass = (name: ClassName, said: unknown, owner: Said, masking: Masking): unknown => {
  switch (name) {
    case "ID":
      return nodeId(said);
    case "GRID":
      return grid(said);
    case "SIZE":
      return size(said);
    case "FLOAT":
      return twoDecimals(said);
    case "FRACTION":
      return fraction(said);
    case "DURATION":
      return duration(said);
    case "INDEX":
      return index(said);
    case "TIME":
      return offset(said);
    case "FLAG":
      return typeof said === "boolean" ? said : undefined;
    case "FALSE":
      return false;
    case "VALUE":
      return VALUE;
    case "TAG":
      return maskTag(said, masking);
    case "NODE":
      return maskNode(said, masking.page.place(typeof owner["parentId"] === "number" ? owner["parentId"] : null), 0, masking);
    case "ATTRIBUTES":
      return maskAttributes(said, { id: typeof owner["id"] === "number" ? owner["id"] : null }, masking);
    case "URL":
      return typeof said === "string" ? addressOf(said, masking) : undefined;
    case "TEXT":
      return said === null || said === false ? said : textOf(said, owner, masking);
    case "CSS rule":
      return typeof said === "string" ? css.rule(wellFormed(said.slice(0, LIMITS.css)), masking.tokens) : undefined;
    case "CSS":
      return typeof said === "string" ? css.sheet(wellFormed(said.slice(0, LIMITS.css)), masking.tokens) : undefined;
    case "MILLI":
      return milli(said);
    default:
      if (name.startsWith("CSS ")) return typeof said === "string" ? css.value(name.slice(4), wellFormed(said.slice(0, LONGEST_NAME)), masking.tokens) || undefined : undefined;
      return name.startsWith("ENUM ") && valuesOf(name.slice(5))?.has(said) ? said : undefined;
  }
};

const textOf = (said: unknown, owner: Said, masking: Masking): string | undefined => {
  if (typeof said !== "string") return undefined;
  const id = typeof owner["id"] === "number" ? owner["id"] : null;
  const place = masking.page.place(id);
  if (place) return maskTextNode(said, id, place, masking);
  return maskPageText(said, id, masking);
};

const rebuild = (said: unknown, schema: Schema | ClassName, owner: Said, masking: Masking): unknown => {
  if (typeof schema === "string") return byClass(schema, said, owner, masking);
  const item = schema.get("[]");
  if (item !== undefined) {
    if (!Array.isArray(said)) return undefined;
    return said.map((one) => rebuild(one, item, isObject(one) ? one : owner, masking)).filter((one) => one !== undefined);
  }
  if (!isObject(said)) return undefined;
  const kept: Record<string, unknown> = {};
  for (const [key, below] of schema) {
    if (said[key] === undefined) continue;
    const value = rebuild(said[key], below, said, masking);
    if (value !== undefined) kept[key] = value;
  }
  return kept;
};

const holds = (data: Said, paths: readonly string[]): boolean =>
  paths.every((path) => path.split(".").reduce<unknown>((at, key) => (isObject(at) ? at[key] : undefined), data) !== undefined);

/** CSSOM changes of one declaration: property and value belong together. */
const maskDeclaration = (data: Said, masking: Masking): Record<string, unknown> | undefined => {
  const places = index(data["index"]);
  if (places === undefined) return undefined;
  const kept: Record<string, unknown> = { source: 13, index: places };
  for (const key of ["id", "styleId"]) {
    const id = nodeId(data[key]);
    if (typeof id === "number") kept[key] = id;
  }
  for (const key of ["set", "remove"]) {
    const said = data[key];
    if (!isObject(said) || typeof said["property"] !== "string") continue;
    const property = css.property(said["property"], masking.tokens);
    if (property === "") continue;
    const change = key === "remove" ? { property } : setOf(property, said, masking);
    if (change) kept[key] = change;
  }
  return "set" in kept || "remove" in kept ? kept : undefined;
};

const setOf = (property: string, said: Said, masking: Masking): Record<string, unknown> | undefined => {
  const raw = typeof said["value"] === "number" ? String(said["value"]) : said["value"];
  const value = typeof raw === "string" && raw !== "" ? css.value(String(said["property"]), wellFormed(raw), masking.tokens) : (raw ?? null);
  if ((value !== null && typeof value !== "string") || (raw && value === "")) return undefined;
  return said["priority"] === "important" ? { property, value, priority: "important" } : { property, value };
};

/** Null for a page off the map: it is at no level. */
const metaOf = (said: Said, masking: Masking): Record<string, unknown> | undefined => {
  const href = typeof said["href"] === "string" ? addressOf(said["href"], masking) : OFF_THE_MAP;
  return href === OFF_THE_MAP ? undefined : { href, width: size(said["width"]) ?? 0, height: size(said["height"]) ?? 0 };
};

/** Pointer positions, at most ten a second. */
const apart = (said: unknown): unknown[] => {
  let last = -Infinity;
  return (Array.isArray(said) ? (said as Said[]) : []).filter((one) => {
    const at = one["timeOffset"];
    if (typeof at !== "number" || one["x"] === undefined || one["y"] === undefined || at - last < APART_MS) return false;
    last = at;
    return true;
  });
};

/** Our own event of fonts: each face is whole or not there. */
const withWholeFaces = (kept: Record<string, unknown> | undefined): Record<string, unknown> | undefined => {
  const payload = kept?.["payload"];
  const faces = isObject(payload) && Array.isArray(payload["faces"]) ? (payload["faces"] as object[]) : undefined;
  if (!faces || kept?.["tag"] === undefined) return undefined;
  return { ...kept, payload: { faces: faces.filter((one) => Object.keys(one).length === PARTS_OF_FACE).slice(0, MOST_FACES) } };
};

const NEEDED: Readonly<Record<number, readonly string[]>> = { 3: ["x", "y"], 4: ["width", "height"] };

const hasPlaces = (data: Said): boolean => !Array.isArray(data["positions"]) || data["positions"].length > 0;

const maskData = (type: number, said: unknown, masking: Masking): Record<string, unknown> | undefined => {
  if (type === 0 || type === 1) return {};
  if (!isObject(said)) return undefined;
  if (type === META) return metaOf(said, masking);
  if (type !== INCREMENTAL_SNAPSHOT) {
    const schema = BY_TYPE.get(String(type))?.get("data");
    const kept = schema === undefined ? undefined : (rebuild(said, schema, said, masking) as Record<string, unknown> | undefined);
    if (type === CUSTOM) return withWholeFaces(kept);
    return kept && Object.keys(kept).length > 0 ? kept : undefined;
  }
  const source = said["source"];
  if (typeof source !== "number") return undefined;
  if (source === 13) return maskDeclaration(said, masking);
  const schema = BY_SOURCE.get(String(source));
  if (!schema || schema.get("*") === "DROP") return undefined;
  const kept = rebuild(said, schema, said, masking) as Record<string, unknown>;
  if (source === MOUSE || source === TOUCH || source === DRAG) kept["positions"] = apart(kept["positions"]);
  const needed = [...(REQUIRED.incremental.get(String(source)) ?? []), ...(NEEDED[source] ?? [])];
  return holds(kept, needed) && hasPlaces(kept) ? { source, ...kept } : undefined;
};

/**
 * Return what may leave the browser of one event, whose timestamp is in ms since `began`; null if nothing may.
 * Throws only on a fault of ours: the caller then drops the event and starts again with a snapshot.
 */
export const maskEvent = (said: unknown, masking: Masking): MaskedEvent | null => {
  if (!isObject(said) || typeof said["type"] !== "number" || !RECORDED.has(said["type"])) return null;
  const type = said["type"];
  const timestamp = moment(said["timestamp"], masking.step);
  const data = maskData(type, said["data"], masking);
  if (!data || timestamp === undefined || !holds({ data }, REQUIRED.events.get(String(type)) ?? [])) return null;
  const delay = said["delay"] === undefined ? undefined : offset(said["delay"]);
  return delay === undefined ? { type, data, timestamp } : { type, data, timestamp, delay };
};
