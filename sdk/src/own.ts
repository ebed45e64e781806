/**
 * Whose width a box has: its own, or that of a text beside it. A width that depends on a short masked text would tell that
 * text's width, which the mask hides; so it is told only where nothing of the kind can have gone into it.
 * Source: docs/decisions/0002; CSS Sizing, Flexbox and Grid for what decides about a width.
 */

import { nodeAbove } from "./capture";
import { areOfMany, headsOf } from "./columns";
import { BUTTON_TYPES, DROP_TEXT } from "./spec";
import { elementOf, type Tree } from "./tree";

/**
 * What decides about a box's width: `fixed`, a length of the style; `own`, what is drawn in it; `shrink`, its text, within
 * the room there is; `shared`, all that stands in the same row, grid or table; `fill`, the box around it.
 */
type Kind = "fixed" | "own" | "shrink" | "shared" | "fill";

export const DRAWN: ReadonlySet<string> = new Set(
  "img canvas video audio iframe input select textarea progress meter svg".split(" "),
);
const NARROW_EM = 10;
const INSIDE_CONTROL: ReadonlySet<string> = new Set(["option", "optgroup", "textarea"]);
const ROW = /^(?:inline-)?flex$/;
const GRID = /^(?:inline-)?grid$/;
const LATIN = /^[\0-\u024f\u2000-\u206f]*$/;

const isStretched = (own: string, parents: string): boolean => /^(?:normal|stretch|auto)$/.test(own === "auto" ? parents.replace(/^legacy.*/, "normal") : own);

/** What of a computed height is padding and border. */
const frameOf = (style: CSSStyleDeclaration): number => {
  if (style.boxSizing !== "border-box") return 0;
  const parts = [style.paddingTop, style.paddingBottom, style.borderTopWidth, style.borderBottomWidth];
  return parts.reduce((sum, part) => sum + parseFloat(part), 0);
};

/** Whether a box in a flex row can become narrower than what is in it. */
const canShrink = (style: CSSStyleDeclaration): boolean => style.flexShrink !== "0" && (style.minWidth === "0px" || style.overflowX !== "visible");

const hasContent = (style: CSSStyleDeclaration): boolean => !/^(?:none|normal|"")$/.test(style.content);

/** What is laid out in a node: in a slot what is put into it, in a host its shadow tree. */
const inside = (node: Node): Node[] => {
  const put = (node as Partial<HTMLSlotElement>).assignedNodes?.() ?? [];
  if (put.length > 0) return put;
  const found: Node[] = [];
  for (let at = ((node as Partial<Element>).shadowRoot ?? node).firstChild; at; at = at.nextSibling) found.push(at);
  return found;
};

const parentOf = (element: Element): Element | null => {
  const slot = element.assignedSlot;
  return slot ?? elementOf(nodeAbove(element));
};

/** The element that a text is laid out in: of one that stands in a host itself, the slot that shows it. */
export const shownIn = (text: Node | null): Element | null => (text as Partial<Text> | null)?.assignedSlot ?? elementOf(text);

const ranges = new WeakMap<Document, Range>();

/** One for each document: the browser keeps every range right at each change of the page for as long as it lives. */
const rangeOf = (document: Document): Range => {
  let range = ranges.get(document);
  if (!range) ranges.set(document, (range = document.createRange()));
  return range;
};

export class Own {
  private styles = new Map<Element, CSSStyleDeclaration>();
  private blocks = new Map<Element, Element | null>();
  private shorts = new Map<Node, boolean>();
  private telling = new Map<Element, boolean>();
  private many = new Map<Element, boolean>();
  private kinds = new Map<Element, Kind>();
  private readonly withLines = new WeakSet<Element>();
  private readonly last = new WeakMap<Element, Element>();
  private readonly lineHeights = new Map<string, number>();
  private readonly guessed = new WeakSet<Element>();

  constructor(private readonly tree: Tree) {}

  /** The page may have changed: nothing that was read stands. */
  forget(): void {
    this.styles = new Map();
    this.blocks = new Map();
    this.shorts = new Map();
    this.telling = new Map();
    this.many = new Map();
    this.kinds = new Map();
  }

  style(element: Element): CSSStyleDeclaration {
    let style = this.styles.get(element);
    if (!style) this.styles.set(element, (style = (element.ownerDocument.defaultView ?? window).getComputedStyle(element)));
    return style;
  }

  /** The block whose lines the text of an element stands in; null for what is drawn otherwise. */
  blockOf(element: Element | null): Element | null {
    if (!element) return null;
    let block = this.blocks.get(element);
    if (block === undefined) {
      block = this.findBlock(element);
      this.blocks.set(element, block);
      if (block) {
        this.withLines.add(block);
        this.last.set(element, block);
      }
    }
    return block;
  }

  /** The block as it was when it was last asked for. */
  lastBlockOf(element: Element): Element | undefined {
    return this.last.get(element);
  }

  private findBlock(element: Element): Element | null {
    if (INSIDE_CONTROL.has(element.localName) || DROP_TEXT.has(element.localName) || "ownerSVGElement" in element) return null;
    const { display } = this.style(element);
    return display === "inline" || display === "contents" ? this.blockOf(parentOf(element)) : element;
  }

  hasLines(element: Element): boolean {
    return this.withLines.has(element);
  }

  /** Whether the height tells lines: not where it follows from a width, nor where a margin must pass through the lower edge. */
  keepsLines(element: Element): boolean {
    if (!this.endsInLines(element)) return false;
    if (this.style(element).aspectRatio !== "auto" && this.tells(element)) return false;
    return !this.hasShort(element) || !this.isNarrow(element);
  }

  private endsInLines(element: Element): boolean {
    if (!/^(?:block|list-item)$/.test(this.style(element).display)) return true;
    for (const child of inside(element).reverse()) {
      if (child.nodeType === Node.TEXT_NODE && (child as Text).data.trim() !== "") return true;
      if (child.nodeType !== Node.ELEMENT_NODE) continue;
      const { display, float, position } = this.style(child as Element);
      if (display === "none" || float !== "none" || position === "absolute" || position === "fixed") continue;
      return display.startsWith("inline") || display === "contents";
    }
    return true;
  }

  /** Whether names break into lines here word by word, so that the lines would tell how long the words are. */
  private isNarrow(element: Element): boolean {
    let at: Element | null = element;
    // The room is that of a box which no name made as wide as it is.
    while (at && this.tells(at)) at = this.boxAround(at);
    return at !== null && at.clientWidth < NARROW_EM * parseFloat(this.style(element).fontSize);
  }

  /** A block's height; where another script would make its lines higher, that of as many lines of the block's own font. */
  lines(element: Element, height: string): string {
    const style = this.style(element);
    if (style.lineHeight !== "normal") return height;
    const font = `${style.fontStyle} ${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
    const frame = frameOf(style);
    const inside = parseFloat(height) - frame;
    const known = this.lineHeights.get(font);
    const line = known ?? this.tree.lineHeight(font);
    const count = Math.max(1, Math.floor(inside / line + 0.1));
    if (LATIN.test(element.textContent) || !this.hasShort(element)) {
      if (known === undefined && count === 1 && inside < 1.6 * line) this.lineHeights.set(font, inside);
      return height;
    }
    if (known === undefined) this.guessed.add(element);
    else this.guessed.delete(element);
    return `${String(count * line + frame)}px`;
  }

  /** Whether the height of an element's lines is not known from the page yet, so that a second look may tell better. */
  isGuessed(element: Element): boolean {
    return this.guessed.has(element);
  }

  /** Whether all that a block holds is one line, which then may not break in the replay either. */
  isSingle(element: Element): boolean {
    const style = this.style(element);
    if (!this.withLines.has(element) || style.overflowY !== "visible") return false;
    // Before any box is asked for: what most blocks that are more than a line have in them.
    if (inside(element).some((node) => this.withLines.has(node as Element))) return false;
    let [top, bottom] = [Infinity, -Infinity];
    const takes = ({ height, y }: DOMRect): void => {
      if (height > 0) [top, bottom] = [Math.min(top, y), Math.max(bottom, y + height)];
    };
    if (!this.spreads(element, takes, rangeOf(element.ownerDocument), false)) return false;
    const size = parseFloat(style.fontSize);
    // From the upper edge of the letters to the lower one: of two lines that is a letter and a whole line more.
    return bottom - top < 1.2 * size + 0.5 * (parseFloat(style.lineHeight) || 1.2 * size);
  }

  /** Show the outermost boxes in an element, and those of its texts; false if lines of another block are among them. */
  private spreads(element: Element, takes: (box: DOMRect) => void, range: Range, isInBox: boolean): boolean {
    return inside(element).every((node) => {
      const isElement = node.nodeType === Node.ELEMENT_NODE;
      if (!isElement && node.nodeType !== Node.TEXT_NODE) return true;
      if (!isElement) range.selectNodeContents(node);
      const box = (isElement ? (node as Element) : range).getBoundingClientRect();
      if (!isElement || !isInBox) takes(box);
      return !isElement || (!this.withLines.has(node as Element) && this.spreads(node as Element, takes, range, isInBox || box.height > 0));
    });
  }

  /** Whether a width has to be kept: it is no other box's, and no length of the style's unless something is drawn in it. */
  needsWidth(element: Element): boolean {
    const kind = this.kind(element);
    return kind !== "fill" && (kind !== "fixed" || DRAWN.has(element.localName));
  }

  /** Whether an element without text has some by its style, such as an icon's letter: the replay may lack its font. */
  hasIcon(element: Element): boolean {
    const view = element.ownerDocument.defaultView ?? window;
    return hasContent(view.getComputedStyle(element, "::before")) || hasContent(view.getComputedStyle(element, "::after"));
  }

  /** Whether an element's width may tell that of a short masked text, in it or beside it. */
  tells(element: Element): boolean {
    let told = this.telling.get(element);
    if (told === undefined) {
      this.telling.set(element, true); // while it is being found out: no way round leads back here
      told = this.findTelling(element);
      this.telling.set(element, told);
    }
    return told;
  }

  private findTelling(element: Element): boolean {
    const parent = this.boxAround(element);
    const above = (): boolean => parent !== null && this.tells(parent);
    switch (this.kind(element)) {
      case "fixed":
        return false;
      case "own":
        return this.hasShort(element) || (this.style(element).maxWidth.includes("%") && above());
      case "shrink":
        // What stands in one line is as wide as it wants to be.
        return this.hasShort(element) || (!this.isOneLine(element) && above());
      case "shared": {
        if (!this.style(element).display.startsWith("table-")) return !parent || (this.takesRest(element, parent) ? above() : this.hasShort(parent) || above());
        const table = element.closest("table");
        if (table && this.heads(element, table)) return !this.isWithin(table, this.boxAround(table));
        return !table || this.hasShort(table) || this.tells(table);
      }
      case "fill":
        return above();
    }
  }

  /** Whether an element heads a column of a table whose columns are as wide as many names make them. */
  heads(element: Element, table: HTMLTableElement | null = element.closest("table")): boolean {
    if (!table || this.style(table).display !== "table" || !headsOf(table).some((head) => head === element)) return false;
    let found = this.many.get(table);
    if (found === undefined) this.many.set(table, (found = this.hasShort(table) && areOfMany(table, (node) => this.hasShort(node), (one) => this.style(one))));
    return found;
  }

  /** Whether no name beside a table decides how much room it has. */
  private isWithin(table: Element, parent: Element | null): boolean {
    return parent !== null && (this.kind(table) === "fixed" || !this.tells(parent));
  }

  /** Whether an element gets what the others in its row leave over, which then depends on none of its own text. */
  private takesRest(element: Element, parent: Element): boolean {
    const style = this.style(element);
    const { display, flexDirection, flexWrap } = this.style(parent);
    if (!ROW.test(display) || !flexDirection.startsWith("row") || flexWrap !== "nowrap" || style.flexGrow === "0") return false;
    const yields = canShrink(style);
    // What wants nothing for itself makes nobody shrink; what can neither shrink nor fits would run over the edge.
    const wantsNone = yields && style.flexBasis.startsWith("0");
    if (!yields && parent.scrollWidth > parent.clientWidth) return false;
    const view = parent.ownerDocument.defaultView ?? window;
    if (["::before", "::after"].some((name) => view.getComputedStyle(parent, name).flexGrow !== "0")) return false;
    return inside(parent).every((one) => {
      if (one === element || one.nodeType !== Node.ELEMENT_NODE) return one === element || !this.hasShort(one);
      const { display, flexGrow, flexShrink, position } = this.style(one as Element);
      if (display === "none" || position === "absolute" || position === "fixed") return true;
      // A sidebar of a given width may be full of names.
      return flexGrow === "0" && (flexShrink === "0" || wantsNone) && (!this.hasShort(one) || this.kind(one as Element) === "fixed");
    });
  }

  private isOneLine(element: Element): boolean {
    const style = this.style(element);
    if (style.position === "absolute" || style.position === "fixed") return false;
    const line = parseFloat(style.lineHeight) || 1.2 * parseFloat(style.fontSize);
    return !element.firstChild || (this.withLines.has(element) && parseFloat(style.height) - frameOf(style) < 1.8 * line);
  }

  private boxAround(element: Element): Element | null {
    let parent = parentOf(element);
    while (parent && this.style(parent).display === "contents") parent = parentOf(parent);
    return parent;
  }

  private kind(element: Element): Kind {
    const known = this.kinds.get(element);
    if (known !== undefined) return known;
    const kind = this.findKind(element);
    this.kinds.set(element, kind);
    return kind;
  }

  private findKind(element: Element): Kind {
    const parent = this.boxAround(element);
    if (!parent) return "fixed";
    const style = this.style(element);
    const { display, position } = style;
    if (display.startsWith("table-")) return "shared";
    const isDrawn = DRAWN.has(element.localName);
    const given = this.given(element, style, parent);
    const natural = isDrawn ? "own" : "shrink";
    if (position === "absolute" || position === "fixed") return given === "auto" ? natural : given;
    const around = this.style(parent);
    const outside = around.display;
    if (ROW.test(outside)) return this.inFlex(style, around, given, natural);
    if (GRID.test(outside)) {
      if (given === "fixed") return given;
      const isStretching = isStretched(style.justifySelf, around.justifyItems) && !isDrawn;
      return isStretching || given === "fill" ? "shared" : natural;
    }
    if (given !== "auto") return given;
    const isBlock = /^(?:block|flex|grid|list-item|flow-root)$/.test(display) && style.float === "none";
    return isBlock && !isDrawn && element.localName !== "button" ? "fill" : natural;
  }

  private inFlex(style: CSSStyleDeclaration, around: CSSStyleDeclaration, given: Kind | "auto", natural: Kind): Kind {
    if (around.flexDirection.startsWith("column")) {
      if (given !== "auto") return given;
      return isStretched(style.alignSelf, around.alignItems) ? "fill" : natural;
    }
    const yields = canShrink(style);
    if (style.flexGrow !== "0") return "shared";
    const basis = style.flexBasis;
    // A share of the row that nothing in it can change, as in a grid of columns.
    if (style.flexShrink === "0" && (basis === "auto" ? given === "fill" : basis.includes("%") && basis === style.maxWidth)) return "fill";
    if (basis.includes("%")) return "shared";
    if (basis.endsWith("px") || given === "fixed") return yields ? "shared" : "fixed";
    if (given === "fill") return "shared";
    return yields ? "shared" : given === "auto" ? natural : given;
  }

  /** What the style says about the width. Where a browser does not tell, a box as wide as its parent fills it. */
  private given(element: Element, style: CSSStyleDeclaration, parent: Element): "fixed" | "fill" | "shrink" | "auto" {
    if (typeof element.computedStyleMap !== "function") {
      const room = parent.clientWidth - parseFloat(this.style(parent).paddingLeft) - parseFloat(this.style(parent).paddingRight);
      return Math.abs(element.getBoundingClientRect().width - room) < 1.5 ? "fill" : "auto";
    }
    const width = String(element.computedStyleMap().get("width") ?? "auto");
    if (width === "auto") return "auto";
    if (/^[\d.]+px$/.test(width)) return style.maxWidth.includes("%") ? "fill" : "fixed";
    return /content/.test(width) ? "shrink" : "fill";
  }

  /** Whether a short masked text, or one that nothing is known of, lies in a node. */
  hasShort(node: Node): boolean {
    let found = this.shorts.get(node);
    if (found === undefined) {
      found = this.findShort(node);
      this.shorts.set(node, found);
    }
    return found;
  }

  private findShort(node: Node): boolean {
    if (node.nodeType === Node.TEXT_NODE) return this.tree.isShort(node as Text);
    if (node.nodeType !== Node.ELEMENT_NODE) return false;
    const element = node as Element;
    const name = element.localName;
    if (name === "input") return BUTTON_TYPES.has((element as HTMLInputElement).type) || this.isAsWideAsTyped(element);
    // Where the picture is missing, the words in its place are drawn.
    if (name === "img") return (element as HTMLImageElement).naturalWidth === 0 && element.hasAttribute("alt");
    if (name === "textarea") return this.isAsWideAsTyped(element);
    if (DROP_TEXT.has(name) || name === "style" || (name !== "select" && DRAWN.has(name))) return false;
    return inside(element).some((one) => this.hasShort(one));
  }

  private isAsWideAsTyped(element: Element): boolean {
    return (this.style(element) as CSSStyleDeclaration & { readonly fieldSizing?: string }).fieldSizing === "content";
  }
}
