/** Attributes by lower-case name, in snapshots, additions and mutations. Source: spec/classes.json; ENFORCEMENT.md's 1c. */

import * as css from "./css";
import type { Masking } from "./masking";
import { attributeNumber, geometry } from "./numbers";
import {
  ATTRIBUTES,
  ATTRIBUTE_PREFIXES,
  ATTRIBUTE_SPELLING,
  BUTTON_TYPES,
  LIMITS,
  VALUES_DROPPED,
  enumOf,
  type ClassName,
} from "./spec";
import { maskText, VALUE } from "./text";
import { wellFormed } from "./vocabulary";

export type AttributeValue = string | number | boolean | null | Record<string, unknown>;

/** The element, where it is known: a mutation names only a node's id. */
export interface Owner {
  readonly id: number | null;
  readonly tag?: string;
  readonly type?: unknown;
}

const NO_FILE_TAGS: ReadonlySet<string> = new Set(["link", "image", "use"]);

const classOf = (name: string): ClassName =>
  ATTRIBUTES.get(name) ?? ATTRIBUTE_PREFIXES.find(([prefix]) => name.startsWith(prefix))?.[1] ?? "UNKNOWN";

const isButton = (owner: Owner): boolean =>
  owner.tag === "button" || (owner.tag === "input" && BUTTON_TYPES.has(String(owner.type).toLowerCase()));

const anchor = (said: string, masking: Masking): string | undefined =>
  said.startsWith("#") && said.length > 1 ? "#" + masking.tokens.word("k", said.slice(1)) : undefined;

const address = (said: string, owner: Owner, masking: Masking): string | undefined => {
  const inPage = masking.routes.find(said) ? undefined : anchor(said, masking);
  if (inPage !== undefined) return inPage;
  return owner.tag !== undefined && NO_FILE_TAGS.has(owner.tag) ? undefined : masking.routes.template(said);
};

const style = (said: AttributeValue, masking: Masking): AttributeValue | undefined => {
  if (typeof said === "string") return css.declarations(said, masking.tokens);
  if (typeof said !== "object" || said === null) return undefined;
  const kept: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(said)) {
    const property = css.property(name, masking.tokens);
    if (property === "") continue;
    if (value === false) kept[property] = false;
    const [text, priority] = Array.isArray(value) ? (value as unknown[]) : [value, ""];
    if (typeof text !== "string") continue;
    const clean = css.value(name, text, masking.tokens);
    if (clean !== "") kept[property] = Array.isArray(value) ? [clean, priority === "important" ? priority : ""] : clean;
  }
  return kept;
};

const maskString = (name: string, said: string, owner: Owner, masking: Masking): string | number | undefined => {
  switch (ATTRIBUTES.get(name)) {
    case "TEXT":
      return maskText(said, masking.readable, (line) => masking.page.width(line, owner.id));
    case "TOKEN":
      return masking.tokens.words("k", said, LIMITS.words);
    case "ENUM":
      return enumOf(name)?.has(said) ? said : undefined;
    case "NUMBER":
      return attributeNumber(said);
    case "GEOMETRY":
      return geometry(said, name === "transform");
    case "PAINT":
      return css.paint(said, masking.tokens) || undefined;
    case "URL":
      return address(said, owner, masking);
    case "HREF":
      return anchor(said, masking);
    case "CSS":
      return name === "media" ? css.media(said, masking.tokens) : css.sheet(said, masking.tokens);
    default:
      return undefined;
  }
};

const maskValue = (name: string, said: AttributeValue, owner: Owner, masking: Masking): AttributeValue | undefined => {
  if (name === "style") return style(said, masking);
  if (typeof said === "string") {
    const most = name === "_csstext" ? LIMITS.css : LIMITS.attribute;
    return maskString(name, wellFormed(said.slice(0, most)), owner, masking);
  }
  if (typeof said === "number") return classOf(name) === "NUMBER" ? attributeNumber(said) : undefined;
  return typeof said === "boolean" && enumOf(name)?.has(String(said)) ? said : undefined;
};

/** Return the name and value under which an attribute may leave the browser; undefined if it may not. */
export const maskAttribute = (
  given: string,
  said: unknown,
  owner: Owner,
  masking: Masking,
): [string, AttributeValue] | undefined => {
  const name = given.toLowerCase();
  const found = classOf(name);
  if (found === "DROP") return undefined;
  if (typeof said === "string" && VALUES_DROPPED.some((start) => said.trimStart().toLowerCase().startsWith(start))) return undefined;
  const isUnknown = found === "UNKNOWN" || !ATTRIBUTES.has(name);
  const spelt = isUnknown ? masking.tokens.word("d-", name) : (ATTRIBUTE_SPELLING.get(name) ?? name);
  if (said === null) return [spelt, null];
  if (isUnknown) {
    const value = typeof said === "string" || typeof said === "number" || typeof said === "boolean" ? String(said) : "";
    return [spelt, masking.tokens.words("v", wellFormed(value.slice(0, LIMITS.attribute)), LIMITS.words)];
  }
  if (found === "VALUE") {
    if (name !== "value") return undefined;
    if (!isButton(owner)) return [spelt, VALUE];
    const label = wellFormed(String(said).slice(0, LIMITS.attribute));
    return [spelt, maskText(label, masking.readable, (line) => masking.page.width(line, owner.id))];
  }
  const value = maskValue(name, said as AttributeValue, owner, masking);
  return value === undefined ? undefined : [spelt, value];
};

/** Mask all attributes of an element or of a mutation. */
export const maskAttributes = (said: unknown, owner: Owner, masking: Masking): Record<string, AttributeValue> => {
  const kept: Record<string, AttributeValue> = {};
  if (typeof said !== "object" || said === null) return kept;
  for (const [name, value] of Object.entries(said).slice(0, LIMITS.attributes)) {
    const one = maskAttribute(name, value, owner, masking);
    if (one) kept[one[0]] = one[1];
  }
  return kept;
};
