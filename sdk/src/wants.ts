/**
 * How wide a cell wants to be, from what is seen of it: at least, and at most. A box in a cell is often stretched to the
 * column, so its own edges say nothing of what it wants: only those of texts do, and what stands around them.
 * Source: docs/decisions/0010.
 */

import { nodeAbove } from "./capture";
import { elementOf } from "./tree";

type StyleOf = (element: Element) => CSSStyleDeclaration;

const IN_LINE = /^(?:inline|contents|none)$/;
const PLAIN_BLOCK = /^(?:block|list-item|flow-root|table-cell)$/;
// In scripts without spaces a line breaks behind each letter.
const WORD = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]|[\p{L}\p{N}\p{M}]+|\S/gu;
const SIZED = /size|strict/;
const SIDES = ["Left", "Right"] as const;

const length = (said: string): number => Math.max(0, parseFloat(said) || 0);

const above = (node: Node): Element | null => elementOf(nodeAbove(node));

/** Padding and border on both sides. */
const frameOf = (style: CSSStyleDeclaration): number =>
  SIDES.reduce((sum, side) => sum + length(style[`padding${side}`]) + length(style[`border${side}Width`]), 0);

const marginOf = (style: CSSStyleDeclaration): number => SIDES.reduce((sum, side) => sum + length(style[`margin${side}`]), 0);

const textsIn = (cell: Element): Text[] => {
  const walker = cell.ownerDocument.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
  const found: Text[] = [];
  while (walker.nextNode()) if ((walker.currentNode as Text).data.trim() !== "") found.push(walker.currentNode as Text);
  return found;
};

const boxesOf = (text: Text, from = 0, to = text.length): DOMRect[] => {
  const range = text.ownerDocument.createRange();
  range.setStart(text, from);
  range.setEnd(text, to);
  return [...range.getClientRects()];
};

/** How wide a text is that may not break, or its widest word: where the table has no room, that is all that it insists on. */
const insists = (text: Text, style: CSSStyleDeclaration): number => {
  if (/nowrap|pre$/.test(style.whiteSpace)) return spreadOf(boxesOf(text));
  if (style.wordBreak === "break-all" || style.overflowWrap === "anywhere") return 0;
  return Math.max(0, ...[...text.data.matchAll(WORD)].map(({ index, 0: word }) => spreadOf(boxesOf(text, index, index + word.length))));
};

const spreadOf = (boxes: readonly DOMRect[]): number =>
  boxes.length === 0 ? 0 : Math.max(...boxes.map(({ right }) => right)) - Math.min(...boxes.map(({ left }) => left));

/** The width that a cell wants at the least: that of its widest text, or word, with the frames which that stands in. */
export const leastOf = (cell: Element, styleOf: StyleOf, isByWord: boolean): number =>
  Math.max(0, ...textsIn(cell).map((text) => leastFor(text, cell, styleOf, isByWord)));

const leastFor = (text: Text, cell: Element, styleOf: StyleOf, isByWord: boolean): number => {
  const boxes = boxesOf(text);
  const [left, right] = [Math.min(...boxes.map((box) => box.left)), Math.max(...boxes.map((box) => box.right))];
  let frames = 0;
  let isFree = true;
  for (let at = above(text); at; at = above(at)) {
    const style = styleOf(at);
    const { position, float, display } = style;
    const box = at.getBoundingClientRect();
    // What lies outside, or runs over an edge, takes no room in the column; nor does what is in a box that asks for none.
    if (position === "absolute" || position === "fixed" || float !== "none" || SIZED.test(style.contain + style.containerType)) return 0;
    if (display !== "contents" && (left < box.left - 1 || right > box.right + 1)) return 0;
    frames += frameOf(style);
    isFree &&= isAsWideAsLines(at, style, styleOf);
    if (at === cell) break;
  }
  if (boxes.length === 0) return 0;
  if (isByWord) return insists(text, styleOf(above(text) ?? cell)) + frames;
  return (isFree && !text.data.includes("\u00ad") ? sumOf(boxes) : right - left) + frames;
};

/** Whether a text that is broken in an element would like to have all its lines side by side, and adds nothing to them. */
const isAsWideAsLines = (element: Element, style: CSSStyleDeclaration, styleOf: StyleOf): boolean => {
  if (/pre|break/.test(style.whiteSpace) || style.hyphens === "auto" || style.textAlign === "justify") return false;
  if (IN_LINE.test(style.display)) return true;
  const isBlock = PLAIN_BLOCK.test(style.display) && style.columnCount === "auto" && style.columnWidth === "auto";
  return isBlock && style.maxWidth === "none" && hasNoWidth(element, styleOf);
};

const sumOf = (boxes: readonly DOMRect[]): number => boxes.reduce((sum, { width }) => sum + width, 0);

/** The width that a cell, or a word of it, wants at the most; infinite where its boxes do not show it. */
export const mostOf = (cell: Element, styleOf: StyleOf, isByWord: boolean): number => {
  const texts = textsIn(cell);
  const lines = texts.flatMap((text) => boxesOf(text));
  const isBroken = lines.some(({ top }) => lines.some(({ bottom }) => bottom <= top));
  const boxes = [...lines];
  let around = 0;
  for (const element of [cell, ...cell.querySelectorAll("*")]) {
    const style = styleOf(element);
    const isBlock = PLAIN_BLOCK.test(style.display);
    if (element.shadowRoot || !(isBlock || IN_LINE.test(style.display)) || (isBlock && !isPlain(element, cell, style, styleOf))) return Infinity;
    if (!isBlock) boxes.push(...element.getClientRects());
    around += marginOf(style) + (isBlock ? frameOf(style) : 0);
  }
  const isOfTextAlone = boxes.length === lines.length;
  if (isByWord && isOfTextAlone) return around + Math.max(0, ...texts.map((text) => insists(text, styleOf(above(text) ?? cell))));
  if (!isBroken) return around + spreadOf(boxes);
  // Broken, it would like to be as wide as all its lines, with a space where each of them ends.
  return isOfTextAlone ? around + sumOf(lines) + lines.length * parseFloat(styleOf(cell).fontSize) : Infinity;
};

/** Whether a block is as wide as its cell, with nothing in it beside what its tree shows. */
const isPlain = (element: Element, cell: Element, style: CSSStyleDeclaration, styleOf: StyleOf): boolean => {
  const isInFlow = (style.position === "static" || style.position === "relative") && style.float === "none";
  const isFree = element === cell || (style.minWidth === "0px" && hasNoWidth(element, styleOf));
  const view = element.ownerDocument.defaultView ?? window;
  return isInFlow && isFree && !["::before", "::after"].some((part) => !/^(?:none|normal)$/.test(view.getComputedStyle(element, part).content));
};

const hasNoWidth = (element: Element, styleOf: StyleOf): boolean => {
  if (typeof element.computedStyleMap === "function") return String(element.computedStyleMap().get("width") ?? "auto") === "auto";
  const parent = above(element);
  if (!parent) return false;
  const [own, around] = [styleOf(element), styleOf(parent)];
  const room = parent.clientWidth - length(around.paddingLeft) - length(around.paddingRight) - marginOf(own);
  return Math.abs(element.getBoundingClientRect().width - room) < 1;
};
