/** Reads what the build packs of `spec/` (make/tables.mts). */

/** The words of a tree of their parts: `border(color left[width))` is border, border-color and border-left-width. */
export const unpacked = (said: string): string[] => {
  const words: string[] = [];
  const above: string[] = [];
  let start = "";
  for (const [, part = "", mark] of said.matchAll(/([^ ([)]*)([ ([)]|$)/g)) {
    if (part !== "" && mark !== "[") words.push(start + part);
    if (mark === ")") start = above.pop() ?? "";
    else if (mark === "(" || mark === "[") {
      above.push(start);
      start += part + "-";
    }
  }
  return words;
};

/** A map whose many keys share few values, from rows of keys and their value. */
export const spread = <V>(rows: readonly (readonly [string, V])[]): Record<string, V> =>
  Object.fromEntries(rows.flatMap(([keys, value]) => keys.split(" ").map((key): [string, V] => [key, value])));
