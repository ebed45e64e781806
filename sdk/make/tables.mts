/** The JSON of `spec/` as modules: what masking in a browser asks for, packed. The tests read the files themselves. */

import { readFileSync } from "node:fs";
import type { Plugin } from "esbuild";

type Table = Record<string, unknown>;
interface Tree {
  [part: string]: Tree | true;
}

const UNPACK = `import { spread, unpacked } from ${JSON.stringify(new URL("../src/unpack.ts", import.meta.url).pathname)};`;
/** So many words of more than one part are smaller as a tree. */
const MOST_PLAIN = 20;
const END = "\0";

const isWords = (said: unknown): said is string[] => Array.isArray(said) && said.every((one) => typeof one === "string" && /^[^ ()[\]]+$/.test(one));

/** Words as a tree of their parts: `border(color left[width))` for border, border-color and border-left-width. */
export const treeOf = (words: readonly string[]): string => {
  const root: Tree = {};
  for (const word of words) {
    let at = root;
    for (const part of word.split("-")) at = (at[part] ??= {}) as Tree;
    at[END] = true;
  }
  const written = (at: Tree): string =>
    Object.entries(at)
      .filter(([part]) => part !== END)
      .map(([part, below]) => {
        const inside = Object.keys(below).filter((one) => one !== END).length;
        const isWord = (below as Tree)[END] === true;
        return inside > 0 ? `${part}${isWord ? "(" : "["}${written(below as Tree).trimEnd()})` : `${part} `;
      })
      .join("");
  return written(root).trimEnd();
};

/** A value as JavaScript, lists of words as one string: `"a b c".split(" ")` packs better than quotes and commas. */
const packed = (said: unknown): string => {
  if (isWords(said) && said.filter((one) => one.includes("-")).length > MOST_PLAIN) return `/* @__PURE__ */ unpacked(${JSON.stringify(treeOf(said))})`;
  if (isWords(said) && said.length > 4) return `/* @__PURE__ */ ${JSON.stringify(said.join(" "))}.split(" ")`;
  if (Array.isArray(said)) return `[${said.map(packed).join(",")}]`;
  if (typeof said !== "object" || said === null) return JSON.stringify(said);
  return `{${Object.entries(said).map(([key, value]) => `${JSON.stringify(key)}:${packed(value)}`).join(",")}}`;
};

/** A map whose many keys share few values, as rows of keys and their value. */
export const rowsOf = (of: Table): (readonly [string, unknown])[] => {
  const rows = new Map<string, string[]>();
  for (const [key, value] of Object.entries(of)) rows.set(JSON.stringify(value), [...(rows.get(JSON.stringify(value)) ?? []), key]);
  return Array.from(rows, ([value, keys]) => [keys.join(" "), JSON.parse(value) as unknown]);
};

const grouped = (of: Table): string => `/* @__PURE__ */ spread([${rowsOf(of).map((row) => packed(row)).join(",")}])`;

const without = (of: Table, isLeftOut: (key: string, value: unknown) => boolean): Table =>
  Object.fromEntries(Object.entries(of).filter(([key, value]) => !isLeftOut(key, value)));

const NOT_COMPILED_IN: ReadonlySet<string> = new Set(["version", "comment", "classes"]);
// Event types that no browser makes, and values that only they have.
const NOT_RECORDED: ReadonlySet<string> = new Set(["*", "0", "1", "3", "6", "7", "8"]);
const NOT_ASKED: ReadonlySet<string> = new Set(["annotationType", "assetType", "doctypeName"]);
const OF_PATHS: ReadonlySet<string> = new Set(["html", "svg", "math"]);
const OF_CLICKS: ReadonlySet<string> = new Set(["interactionKind", "viewport", "errorType", "httpMethod", "statusClass"]);

/** What is not named is dropped, so that a path of the class DROP need not be named; not so an attribute. */
const named = (of: Table): Table =>
  Object.fromEntries(Object.entries(of).map(([key, paths]) => [key, without(paths as Table, (_, name) => name === "DROP")]));

const classes = (read: Record<string, Table>, isThin: boolean): Record<string, Table> => {
  const { enums = {}, required = {}, values = {}, events = {}, incremental = {}, tags = {}, text = {} } = read;
  if (isThin) {
    return {
      ...read,
      tags: Object.fromEntries(Object.entries(tags).map(([key, names]) => [key, OF_PATHS.has(key) ? names : []])),
      text: { mask: "", punctuation: [], digit_runs: text["digit_runs"] }, // a label is looked up and never masked
      enums: { role: enums["role"] },
      required: { events: {}, incremental: {}, interaction: required["interaction"] },
      values: without(values, (key) => !OF_CLICKS.has(key)),
    };
  }
  return {
    ...read,
    values: without(values, (key) => NOT_ASKED.has(key)),
    events: without(named(events), (key) => NOT_RECORDED.has(key)),
    incremental: named(incremental),
  };
};

const css = (read: Record<string, Table>): Record<string, unknown> => {
  const { properties, keywords } = read as unknown as Record<"properties" | "keywords", string[]>;
  return { ...read, keywords: keywords.filter((one) => !properties.includes(one)) }; // values.ts takes both for keywords
};

/** The plugin; `isThin` for clicks, without the attribute, CSS and event values that interactions do not have. */
export const table = (isThin: boolean): Plugin => ({
  name: "table",
  setup: (build) => {
    build.onLoad({ filter: /spec[\\/](classes|css)\.json$/ }, ({ path }) => {
      const read = JSON.parse(readFileSync(path, "utf8")) as Record<string, Table>;
      const made = path.endsWith("classes.json") ? classes(read, isThin) : css(read);
      const isGrouped = (key: string): boolean => key === "attributes" || (key === "enums" && !isThin);
      const lines = Object.entries(made)
        .filter(([key]) => !NOT_COMPILED_IN.has(key))
        .map(([key, value]) => `export const ${key} = ${isGrouped(key) ? grouped(value as Table) : packed(value)};`);
      return { contents: [UNPACK, ...lines].join("\n"), loader: "js" };
    });
  },
});
