/**
 * Columns: whether the width of a table's columns tells a name. That of a column with many different names is the width of
 * the longest, which tells next to nothing of any one; where something else is wider than all names, it tells nothing.
 * Source: docs/decisions/0007, 0010.
 */

import { leastOf, mostOf } from "./wants";

/** So many different names that a column's width helps nobody to pick one (`benchmarks/mask_guess.py`). */
const LEAST_NAMES = 20;
/** Of two columns, one names the fields of a single person. */
const LEAST_COLUMNS = 3;
/** Two texts of the same letters are measured alike within this. */
const SAME_PX = 0.05;
/** Of more rows no widths of texts are read: a frame has no time for them. */
const MOST_ROWS = 500;

type HasShort = (node: Node) => boolean;
type StyleOf = (element: Element) => CSSStyleDeclaration;

const isPlain = (cell: HTMLTableCellElement): boolean => cell.colSpan === 1 && cell.rowSpan === 1;

/** The cells that head a table's columns, one each; none if its first row is no such row. */
export const headsOf = (table: HTMLTableElement): HTMLTableCellElement[] => {
  const cells = [...(table.rows[0]?.cells ?? [])];
  return cells.every((cell) => cell.localName === "th" && isPlain(cell)) ? cells : [];
};

/** Whether many different names, or none, make each column of a table as wide as it is. */
export const areOfMany = (table: HTMLTableElement, hasShort: HasShort, styleOf: StyleOf): boolean => {
  const heads = headsOf(table);
  if (heads.filter((head) => head.innerText.trim() !== "").length < LEAST_COLUMNS) return false;
  if (heads.some(hasShort) || (table.caption && hasShort(table.caption))) return false;
  const isWhole = (row: HTMLTableRowElement): boolean => row.cells.length === heads.length && [...row.cells].every(isPlain);
  const rows = [...table.rows].slice(1).filter((row) => row.offsetHeight > 0);
  if (rows.some((row) => !isWhole(row) && hasShort(row))) return false;
  const whole = rows.filter(isWhole);
  return heads.every((head, place) => isOfMany(head, whole.flatMap((row) => row.cells[place] ?? []), hasShort, styleOf));
};

/** What names a person in a cell: a list of one pupil's days shows one name, with a number beside it. */
const nameIn = (cell: HTMLElement): string => cell.innerText.split(/\s+/).filter((word) => /\p{L}/u.test(word)).join(" ");

const isOfMany = (head: HTMLElement, cells: readonly HTMLElement[], hasShort: HasShort, styleOf: StyleOf): boolean => {
  const [names, numbers] = [new Set<string>(), new Set<string>()];
  for (const cell of cells) {
    if (!hasShort(cell)) continue;
    names.add(nameIn(cell));
    numbers.add(cell.innerText.trim());
    if (names.size >= LEAST_NAMES) return true;
  }
  // Numbers alone are as good as names: many different ones are of many.
  if (numbers.size >= LEAST_NAMES && names.size === 1 && names.has("")) return true;
  if (cells.length > MOST_ROWS) return false;
  // In a table with room the widest text decides, in one without the widest word.
  return [false, true].every((isByWord) => {
    const widest = Math.max(...[head, ...cells.filter((cell) => !hasShort(cell))].map((cell) => leastOf(cell, styleOf, isByWord)));
    return cells.filter(hasShort).every((cell) => mostOf(cell, styleOf, isByWord) <= widest + SAME_PX);
  });
};
