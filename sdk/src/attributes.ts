/** Attributes by lower-case name, in snapshots, additions and mutations. Source: spec/classes.json; ENFORCEMENT.md's 1c. */

import * as css from "./css";
import type { Masking } from "./masking";
import { attributeNumber, geometry } from "./numbers";
import { addressOf } from "./queries";
import {
  ATTRIBUTES,
  ATTRIBUTE_SPELLING,
  BUTTON_TYPES,
  FIELDS,
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
  /** Says of itself that it is an editor. */
  readonly isEditor?: boolean;
}

const NO_FILE_TAGS: ReadonlySet<string> = new Set(["link", "image", "use"]);

const classOf = (name: string): ClassName => ATTRIBUTES.get(name) ?? (name.startsWith("on") ? "DROP" : "UNKNOWN");

/** How far a field is scrolled is how much was typed into it. */
const tellsTyped = (name: string, { tag = "", isEditor }: Owner): boolean => /^rr_scroll(?:left|top)$/.test(name) && (isEditor === true || FIELDS.has(tag));

const isButton = (owner: Owner): boolean =>
  owner.tag === "button" || (owner.tag === "input" && BUTTON_TYPES.has(String(owner.type).toLowerCase()));

const anchor = (said: string, masking: Masking): string => "#" + masking.tokens.words("k", said.slice(1), LIMITS.words);

const address = (name: string, said: string, owner: Owner, masking: Masking): string | undefined => {
  if (name === "href" && owner.tag !== undefined && NO_FILE_TAGS.has(owner.tag)) return said.startsWith("#") ? anchor(said, masking) : undefined;
  const isInPage = name === "href" && said.startsWith("#") && !/^#!?\//.test(said);
  return isInPage ? anchor(said, masking) : addressOf(said, masking);
};

/** Changed properties of a `style`: `{property: value | [value, priority] | false}`; false removes it. */
const styleObject = (said: object, masking: Masking): Record<string, unknown> => {
  const kept: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(said) as [string, unknown][]) {
    const property = css.property(name, masking.tokens);
    if (property === "") continue;
    if (value === false) kept[property] = false;
    const [text, priority] = (Array.isArray(value) ? value : [value, undefined]) as unknown[];
    if (typeof text !== "string" || text.length > LIMITS.attribute) continue;
    const clean = css.value(name, wellFormed(text), masking.tokens);
    if (clean === "") continue;
    if (!Array.isArray(value)) kept[property] = clean;
    else if (value.length === 2 && (priority === "important" || priority === "")) kept[property] = [clean, priority];
  }
  return kept;
};

const cssOf = (name: string, said: AttributeValue, owner: Owner, masking: Masking): AttributeValue | undefined => {
  if (name === "style" && typeof said === "object" && said !== null) return styleObject(said, masking);
  if (typeof said !== "string") return undefined;
  if (name === "_csstext") return masking.known(owner.id) ?? css.sheet(said, masking.tokens);
  if (said.length > LIMITS.attribute) return undefined;
  return name === "style" ? css.declarations(said, masking.tokens) : css.media(said, masking.tokens) || undefined;
};

const enumerated = (name: string, said: string): boolean => {
  const known = enumOf(name);
  return name === "rel" ? said.split(" ").every((word) => known?.has(word)) : known?.has(said) === true;
};

const plain = (said: AttributeValue): string | undefined =>
  typeof said === "string" ? said : typeof said === "boolean" || typeof said === "number" ? String(said) : undefined;

const textOf = (said: string, owner: Owner, masking: Masking): string =>
  maskText(said, masking.readable, (line) => masking.page.width(line, owner.id));

const maskString = (found: ClassName, name: string, said: string, owner: Owner, masking: Masking): string | undefined => {
  switch (found) {
    case "TEXT":
      return textOf(said, owner, masking);
    case "TOKEN":
      return masking.tokens.words("k", said, LIMITS.words);
    case "UNKNOWN":
      return masking.tokens.words("v", said, LIMITS.words);
    case "GEOMETRY":
      return geometry(name, said);
    case "PAINT":
      return said.length > LIMITS.attribute ? undefined : css.paint(said, masking.tokens) || undefined;
    case "URL":
      return address(name, said, owner, masking);
    case "HREF":
      return said.startsWith("#") ? anchor(said, masking) : undefined;
    default:
      return undefined;
  }
};

const maskValue = (found: ClassName, name: string, said: AttributeValue, owner: Owner, masking: Masking): AttributeValue | undefined => {
  switch (found) {
    case "CSS":
      return cssOf(name, said, owner, masking);
    case "NUMBER":
      return attributeNumber(said);
    case "ENUM":
      return enumerated(name, plain(said) ?? "") ? said : undefined;
    case "VALUE":
      if (name !== "value") return undefined;
      return isButton(owner) ? textOf(plain(said) ?? "", owner, masking) : VALUE;
    case "TEXT":
    case "URL":
    case "HREF":
    case "PAINT":
      return typeof said === "string" ? maskString(found, name, said, owner, masking) : undefined;
    default: {
      const text = plain(said);
      return text === undefined ? undefined : maskString(found, name, text, owner, masking);
    }
  }
};

/** Return the name and value under which an attribute may leave the browser; undefined if it may not. */
export const maskAttribute = (
  given: string,
  said: unknown,
  owner: Owner,
  masking: Masking,
): [string, AttributeValue] | undefined => {
  const name = wellFormed(given.toLowerCase());
  const found = classOf(name);
  if (found === "DROP" || tellsTyped(name, owner)) return undefined;
  const spelt = found === "UNKNOWN" ? masking.tokens.word("d-", name) : (ATTRIBUTE_SPELLING.get(name) ?? name);
  if (said === null) return [spelt, null];
  if (typeof said === "string" && VALUES_DROPPED.some((start) => said.trimStart().toLowerCase().startsWith(start))) return undefined;
  const value = maskValue(found, name, typeof said === "string" ? wellFormed(said) : (said as AttributeValue), owner, masking);
  return value === undefined ? undefined : [spelt, value];
};

/** A listed image in place of its address; a mutation to any other takes the last one away. */
const listed = (src: unknown, owner: Owner, masking: Masking): { rr_asset?: string | null } => {
  if ((owner.tag ?? masking.page.place(owner.id)?.tag) !== "img") return {};
  const asset = typeof src === "string" ? masking.asset(src) : undefined;
  if (asset !== undefined) return { rr_asset: asset };
  return owner.tag === undefined && masking.words.assets.size > 0 ? { rr_asset: null } : {};
};

/** Mask all attributes of an element or of a mutation. */
export const maskAttributes = (said: unknown, owner: Owner, masking: Masking): Record<string, AttributeValue> => {
  const kept: Record<string, AttributeValue> = {};
  if (typeof said !== "object" || said === null) return kept;
  for (const [name, value] of Object.entries(said).slice(0, LIMITS.attributes)) {
    const one = maskAttribute(name, value, owner, masking);
    if (one) kept[one[0]] = one[1];
  }
  if ("src" in said) Object.assign(kept, listed(said.src, owner, masking));
  return kept;
};
