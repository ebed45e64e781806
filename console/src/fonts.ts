// Fonts: stand-ins for those of the page, of the same height and mean width, so that lines break where they broke.
//
// A stand-in is a local font of the same kind with the page's measures over it. A font that systems bring is taken itself
// where the viewer has it. milkglass/replay/rendering_fonts.py does the same for exports.

import { fonts } from "../../spec/css.json";
import spec from "../../spec/faces.json";
import { FULL_SNAPSHOT, INCREMENTAL, type Json, type RecordedEvent } from "./events.ts";

interface Face {
  readonly family: string;
  readonly weight: string;
  readonly style: string;
  readonly kind: string;
  readonly ascent: number;
  readonly descent: number;
  readonly gap: number;
  readonly advance: number;
}

interface StandIn {
  readonly advance: number;
  readonly local: readonly string[];
}

type Node = Readonly<Record<string, Json>>;

const CUSTOM = 5;
const ELEMENT = 2;
const BOLD_FROM = 501;
const KNOWN: ReadonlySet<string> = new Set(fonts);
const KINDS = spec.kinds as Readonly<Record<string, Readonly<Record<string, StandIn>>>>;

/** Declare each face over local ones; `family` is CSS. */
export function faceRules(faces: readonly Face[]): string {
  return faces.map(rules).join("");
}

function rules(face: Face): string {
  const weight = face.weight === "bold" ? BOLD_FROM : Number.parseInt(face.weight, 10);
  const style = [weight >= BOLD_FROM ? "bold" : "", face.style === "normal" ? "" : "italic"].filter((word) => word !== "");
  const head = `@font-face{font-family:${face.family};font-weight:${face.weight};font-style:${face.style};src:`;
  if (face.kind === "icons") return `${head}url(${spec.icon_font})${measures(face, 1000)}}`;
  const known = KINDS[face.kind]?.[style.join(" ") || "regular"];
  if (!known) return "";
  const ruled = `${head}${known.local.map((name) => `local("${name}")`).join(",")}${measures(face, known.advance)}}`;
  const family = face.family.replace(/^"|"$/g, "");
  // Of two faces that say the same the later one is asked first.
  return KNOWN.has(family) ? `${ruled}${head}local("${[family, ...style].join(" ")}")}` : ruled;
}

/** `size-adjust` scales the other measures too. */
function measures(face: Face, advance: number): string {
  const size = face.advance === 0 ? 1 : face.advance / advance;
  const said: readonly (readonly [string, number])[] = [
    ["size-adjust", 100 * size],
    ["ascent-override", face.ascent / size / 10],
    ["descent-override", face.descent / size / 10],
    ["line-gap-override", face.gap / size / 10],
  ];
  return said.map(([name, percent]) => `;${name}:${Math.floor(percent * 100 + 0.5) / 100}%`).join("");
}

/** Turn each event of fonts into a change that declares them in every document that is there; words are in place. */
export function withFonts(events: readonly RecordedEvent[]): RecordedEvent[] {
  let heads = new Map<number, number | undefined>();
  let id = spec.first_id;
  return events.map((event) => {
    const data = object(event.data);
    if (event.type === FULL_SNAPSHOT) heads = new Map();
    if (event.type === FULL_SNAPSHOT) find(data["node"], heads);
    if (event.type === INCREMENTAL) for (const add of list(data["adds"])) find(object(add)["node"], heads);
    if (event.type !== CUSTOM) return event;
    const faces = list(object(data["payload"])["faces"]) as unknown as Face[];
    const text = faceRules(faces);
    const adds = [...heads].map(([parentId, rootId]) => {
      const node = { type: ELEMENT, id: id++, tagName: "style", attributes: { _cssText: text }, childNodes: [] };
      return { parentId, nextId: null, node: rootId === undefined ? node : { ...node, rootId } };
    });
    return { ...event, type: INCREMENTAL, data: { source: 0, texts: [], attributes: [], removes: [], adds } };
  });
}

function find(value: Json | undefined, heads: Map<number, number | undefined>): void {
  const node = object(value);
  for (const child of list(node["childNodes"])) find(child, heads);
  const { id, rootId } = node as { id?: Json; rootId?: Json };
  if (node["type"] === ELEMENT && node["tagName"] === "head" && typeof id === "number") heads.set(id, typeof rootId === "number" ? rootId : undefined);
}

function object(value: Json | undefined): Node {
  return value !== null && typeof value === "object" && !Array.isArray(value) ? (value) : {};
}

function list(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? (value) : [];
}
