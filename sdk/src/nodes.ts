/** Nodes: a snapshot's tree and what mutations add, rebuilt from the table; what it does not name never leaves the page. */

import { maskAttributes, type AttributeValue } from "./attributes";
import * as css from "./css";
import type { Masking, Place } from "./masking";
import { nodeId } from "./numbers";
import { DROP_TEXT, EMPTY_TAGS, LIMITS, STYLE_TEXT, TAGS, VALUE_TEXT, valuesOf } from "./spec";
import { maskCode, maskText, VALUE, type Around } from "./text";
import { wellFormed } from "./vocabulary";

export interface MaskedNode {
  type: number;
  id: number;
  rootId?: number;
  tagName?: string;
  attributes?: Record<string, AttributeValue>;
  childNodes?: MaskedNode[];
  textContent?: string;
  [flag: string]: unknown;
}

type Said = Readonly<Record<string, unknown>>;

const ROOT: Place = { tag: "", isEditable: false };
const ELEMENT_FLAGS = ["isSVG", "isCustom", "needBlock", "isShadowHost"] as const;

/** TAG: a known name, `x-` and a token for a custom element, else `span`. */
export const maskTag = (said: unknown, masking: Masking): string => {
  const name = typeof said === "string" ? said.toLowerCase().slice(0, LIMITS.url) : "";
  if (TAGS.has(name)) return name;
  return name.includes("-") ? masking.tokens.word("x-", wellFormed(name)) : "span";
};

const isEditing = (attributes: unknown): boolean => {
  const said = (attributes as Said | undefined)?.["contenteditable"];
  return said !== undefined && said !== "false";
};

/** TEXT of a node of the page, which is told what became of it. */
export const maskPageText = (said: string, id: number | null, masking: Masking, around?: Around): string => {
  const measure = (line: string): number => masking.page.width(line, id);
  const masked = around ? maskCode(wellFormed(said), around, masking.readable, measure) : maskText(wellFormed(said), masking.readable, measure);
  masking.page.note(id, masked);
  return masked;
};

/** The string class of a text node depends on the element above it. */
export const maskTextNode = (said: string, id: number | null, place: Place, masking: Masking): string => {
  if (DROP_TEXT.has(place.tag)) return "";
  if (STYLE_TEXT.has(place.tag)) return css.sheet(wellFormed(said), masking.tokens);
  if (VALUE_TEXT.has(place.tag) || place.isEditable) return VALUE;
  return maskPageText(said, id, masking, place.keepsLines === true ? masking.page.around(id) : undefined);
};

const maskElement = (said: Said, kept: MaskedNode, place: Place, depth: number, masking: Masking): MaskedNode => {
  const raw = typeof said["tagName"] === "string" ? said["tagName"].toLowerCase() : "";
  kept.tagName = maskTag(said["tagName"], masking);
  for (const flag of ELEMENT_FLAGS) if (typeof said[flag] === "boolean") kept[flag] = said[flag];
  if (EMPTY_TAGS.has(raw)) return { ...kept, attributes: {}, childNodes: [] };
  const attributes = said["attributes"];
  const owner = { id: kept.id, tag: raw, type: (attributes as Said | undefined)?.["type"], isEditor: isEditing(attributes) };
  kept.attributes = maskAttributes(attributes, owner, masking);
  // A sheet of another origin has no text that the page may read: its address alone says whether it is known.
  const known = raw === "link" && kept.attributes["_cssText"] === undefined ? masking.known(kept.id) : undefined;
  if (known !== undefined) kept.attributes["_cssText"] = known;
  // What hangs in a template is in it, however deep; an island in an editor is content of the editor all the same.
  const here: Place = { tag: DROP_TEXT.has(place.tag) ? place.tag : raw, isEditable: place.isEditable || VALUE_TEXT.has(raw) || owner.isEditor, keepsLines: place.keepsLines === true || raw === "pre" };
  kept.childNodes = maskChildren(said["childNodes"], here, depth, masking);
  return kept;
};

const maskChildren = (said: unknown, place: Place, depth: number, masking: Masking): MaskedNode[] => {
  if (!Array.isArray(said) || depth >= LIMITS.depth) return [];
  const kept: MaskedNode[] = [];
  for (const one of said) {
    const node = maskNode(one, place, depth + 1, masking);
    if (node) kept.push(node);
  }
  return kept;
};

const enumerated = (name: string, said: unknown): string => (valuesOf(name)?.has(said) ? (said as string) : "");

/** Rebuild one node; undefined if its type or id is none. */
export const maskNode = (said: unknown, place: Place | undefined, depth: number, masking: Masking): MaskedNode | undefined => {
  if (typeof said !== "object" || said === null) return undefined;
  const node = said as Said;
  const id = nodeId(node["id"]);
  if (typeof id !== "number" || !valuesOf("nodeType")?.has(node["type"])) return undefined;
  const kept: MaskedNode = { type: node["type"] as number, id };
  const root = nodeId(node["rootId"]);
  if (typeof root === "number") kept.rootId = root;
  if (typeof node["isShadow"] === "boolean") kept["isShadow"] = node["isShadow"];
  switch (kept.type) {
    case 0:
      if (valuesOf("compatMode")?.has(node["compatMode"])) kept["compatMode"] = node["compatMode"];
      kept.childNodes = maskChildren(node["childNodes"], ROOT, depth, masking);
      return kept;
    case 1:
      kept["name"] = "html";
      kept["publicId"] = enumerated("publicId", node["publicId"]);
      kept["systemId"] = enumerated("systemId", node["systemId"]);
      return kept;
    case 2:
      return maskElement(node, kept, place ?? ROOT, depth, masking);
    case 3:
      if (node["isStyle"] === true) kept["isStyle"] = true;
      kept.textContent = maskTextNode(
        typeof node["textContent"] === "string" ? node["textContent"] : "",
        id,
        kept["isStyle"] === true ? { tag: "style", isEditable: false } : (place ?? ROOT),
        masking,
      );
      return kept;
    default:
      kept.textContent = "";
      return kept;
  }
};
