/** The string-class table of `spec/`, compiled in by the build, as the sets and maps that masking asks. */

import {
  attribute_spelling,
  attribute_values_dropped,
  attributes,
  enums,
  events,
  incremental,
  interaction,
  limits,
  node,
  required,
  tags,
  text,
  values,
} from "../../spec/classes.json";

export type ClassName = string;

const mapped = <V>(of: object): ReadonlyMap<string, V> => new Map(Object.entries(of) as [string, V][]);

export const LIMITS = limits;
export const TEXT_RULES = text;
export const EVENTS = /* @__PURE__ */ mapped<Record<string, ClassName>>(events);
export const INCREMENTAL = /* @__PURE__ */ mapped<Record<string, ClassName>>(incremental);
export const NODE = /* @__PURE__ */ mapped<Record<string, ClassName>>(node);
export const REQUIRED = {
  events: /* @__PURE__ */ mapped<readonly string[]>(required.events),
  incremental: /* @__PURE__ */ mapped<readonly string[]>(required.incremental),
};
export const ATTRIBUTES = /* @__PURE__ */ mapped<ClassName>(attributes);
export const ATTRIBUTE_SPELLING = /* @__PURE__ */ mapped<string>(attribute_spelling);
export const VALUES_DROPPED: readonly string[] = attribute_values_dropped;

const valueSets = /* @__PURE__ */ new Map(Object.entries(values).map(([name, known]) => [name, new Set<unknown>(known)]));
const enumSets = /* @__PURE__ */ new Map(Object.entries(enums).map(([name, known]) => [name, new Set<unknown>(known)]));

/** Known values of an ENUM outside attributes; undefined for an ENUM that the table does not list. */
export const valuesOf = (name: string): ReadonlySet<unknown> | undefined => valueSets.get(name);

/** Known values of an ENUM attribute. */
export const enumOf = (attribute: string): ReadonlySet<unknown> | undefined => enumSets.get(attribute);

export const TAGS: ReadonlySet<string> = /* @__PURE__ */ new Set([...tags.html, ...tags.svg, ...tags.math]);
export const EMPTY_TAGS: ReadonlySet<string> = /* @__PURE__ */ new Set(tags.empty);
export const FIELDS: ReadonlySet<string> = /* @__PURE__ */ new Set(tags.fields);
export const VALUE_TEXT: ReadonlySet<string> = /* @__PURE__ */ new Set(tags.value_text);
export const STYLE_TEXT: ReadonlySet<string> = /* @__PURE__ */ new Set(tags.style_text);
export const DROP_TEXT: ReadonlySet<string> = /* @__PURE__ */ new Set(tags.drop_text);
export const BUTTON_TYPES: ReadonlySet<string> = /* @__PURE__ */ new Set(tags.button_value_types);
export const INTERACTION = /* @__PURE__ */ mapped<ClassName>(interaction);
export const REQUIRED_OF_INTERACTION: readonly string[] = required.interaction;
