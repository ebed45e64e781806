/**
 * Sizes: the heights of blocks that hold text, and the boxes of what is drawn from bytes or values that never leave.
 * What is kept is the computed value, so that it gives the same box with the element's own `box-sizing`. Everything is read
 * in one go when the frame is laid out, never between two changes of the page. Source: docs/decisions/0002; own.ts.
 */

import type { MaskedEvent } from "./events";
import type { MaskedNode } from "./nodes";
import { shortest, twoDecimals } from "./numbers";
import { isExcluded } from "./capture";
import { DRAWN, Own, shownIn } from "./own";
import { FIELDS } from "./spec";
import { elementOf, type Tree } from "./tree";

type Size = Record<string, string | null>;

interface Changed {
  readonly texts: readonly { readonly id: number }[];
  readonly adds: readonly { readonly parentId: number; readonly node: MaskedNode }[];
  readonly attributes: { readonly id: number; readonly attributes: Record<string, unknown> }[];
}

const [ELEMENT, TEXT, SNAPSHOT, INCREMENTAL] = [2, 3, 2, 3];
/** Of what is excluded, with a text that nobody may know of, as much of the width as a mask would tell. */
const COARSE_PX = 64;
/** Within this, two lengths of a layout are one. */
const SAME_PX = 0.01;
/** No more often than this, however much moves. */
const APART_MS = 250;
/** Sizes told in one event; the rest follows in the next. */
const MOST_AT_ONCE = 1_000;
const UNSEEN: ReadonlySet<string> = new Set("head script style link meta title template noscript base br wbr source track option col".split(" "));
const NO_BOX: ReadonlySet<string> = new Set(["inline", "none", "contents"]);

/** Up: in a box that is a hundredth too narrow for its line, the line breaks. */
const rounded = (length: string): string | undefined => {
  const number = length.endsWith("px") ? twoDecimals(Math.ceil(parseFloat(length) * 100 - 0.001) / 100) : undefined;
  return number === undefined ? undefined : `${shortest(number)}px`;
};

/** An `svg` in an `svg` is laid out by numbers that are kept. */
const isInPicture = (element: Element): boolean => "ownerSVGElement" in element && element.ownerSVGElement !== null;

const isBlank = (node: MaskedNode): boolean => node.type !== ELEMENT && (node.type !== TEXT || (node.textContent ?? "").trim() === "");

export class Sizes {
  private told = new WeakMap<Element, Size>();
  private blocked = new WeakSet<Element>();
  /** What tells by itself of another size. */
  private watched = new WeakMap<Element, ResizeObserverBoxOptions>();
  /** What a watched box was when it was last looked at, in px. */
  private readonly measured = new WeakMap<Element, { readonly width: number; readonly height: number }>();
  private readonly waiting = new Set<Element>();
  private readonly texts = new Set<Element>();
  /** Headings that tell a column's width, which may not be told when any row goes or changes. */
  private readonly heads = new Set<Element>();
  private readonly own: Own;
  private isDue = false;
  private isOurs = false;
  private last = -APART_MS;
  private readonly frame = new ResizeObserver(() => {
    this.frame.disconnect();
    this.isDue = false;
    this.last = performance.now();
    this.flush();
  });
  private readonly observer = new ResizeObserver((entries) => {
    for (const entry of entries) if (!this.isAsMeasured(entry)) this.wait(entry.target);
  });

  constructor(
    private readonly tree: Tree,
    private readonly exclusion: string | null,
    private readonly send: (attributes: Changed["attributes"]) => void,
  ) {
    this.own = new Own(tree);
  }

  stop(): void {
    this.observer.disconnect();
    this.frame.disconnect();
    this.isDue = false;
    this.waiting.clear();
    this.texts.clear();
    this.heads.clear();
  }

  /** Add to a masked event the sizes that belong in it, and note what is to be measured when the frame is done. */
  complete(event: MaskedEvent): void {
    if (event.type === SNAPSHOT) this.snapshot(event.data["node"] as MaskedNode);
    else if (event.type === INCREMENTAL && event.data["source"] === 0) this.changed(event.data as unknown as Changed);
  }

  private snapshot(root: MaskedNode): void {
    this.stop();
    this.told = new WeakMap();
    this.watched = new WeakMap();
    this.own.forget();
    const nodes = new Map<Element, MaskedNode>();
    const found = new Set<Element>();
    this.walk(root, found, nodes);
    this.blocks(found);
    for (const element of found) {
      const size = this.measure(element);
      if (size) Object.assign(nodes.get(element)?.attributes ?? {}, size);
    }
  }

  private changed(data: Changed): void {
    for (const { node } of data.adds) {
      this.walk(node, this.waiting, undefined);
      if (node.type === TEXT) this.text(this.tree.node(node.id));
    }
    for (const { id } of data.texts) this.changedText(this.tree.node(id));
    for (const { id, attributes } of data.attributes) {
      const element = elementOf(this.tree.node(id));
      if (!element) continue;
      if (!this.isOurs && "rr_width" in attributes) Object.assign(attributes, { rr_width: null, rr_height: null }, this.leaveOut(element));
      // The page writes its own style over ours, so ours is told again behind it.
      if ("style" in attributes) Object.assign(attributes, this.told.get(element));
    }
    if (!this.isOurs) {
      for (const head of this.heads) {
        if (head.isConnected) this.waiting.add(head);
        else this.heads.delete(head);
      }
    }
    if (this.waiting.size + this.texts.size > 0) this.soon();
  }

  /** The size of an element that is excluded from now on. */
  private leaveOut(element: Element): Size | undefined {
    this.blocked.add(element);
    this.own.forget();
    return this.measure(element);
  }

  /** Collect what has a size to keep, in a masked tree. */
  private walk(node: MaskedNode, found: Set<Element>, nodes: Map<Element, MaskedNode> | undefined): void {
    if (node.type === TEXT) {
      if (!isBlank(node)) this.text(this.tree.node(node.id));
      return;
    }
    if (node.type === ELEMENT) this.element(node, found, nodes);
    for (const child of node.childNodes ?? []) this.walk(child, found, nodes);
  }

  private element(node: MaskedNode, found: Set<Element>, nodes: Map<Element, MaskedNode> | undefined): void {
    const element = this.tree.node(node.id) as Element | null;
    if (!element) return;
    // A node that is put elsewhere is built anew, without what was told of it.
    if (nodes) nodes.set(element, node);
    else this.told.delete(element);
    if (node.attributes && "rr_width" in node.attributes) {
      // Only what is excluded comes with a size, which is that of the box on the screen, whatever is in it.
      delete node.attributes["rr_width"];
      delete node.attributes["rr_height"];
      this.blocked.add(element);
    }
    const isLeaf = (node.childNodes ?? []).every(isBlank);
    // A heading tells its column's width, whatever box its words stand in.
    if (element.localName === "th") found.add(element);
    if (DRAWN.has(element.localName) ? !isInPicture(element) : isLeaf && !UNSEEN.has(element.localName) && !("ownerSVGElement" in element)) found.add(element);
  }

  private text(node: Node | null): void {
    const element = shownIn(node);
    if (element) this.texts.add(element);
  }

  /** A text changed where it stood: a block that is watched tells of itself if that made it another size. */
  private changedText(node: Node | null): void {
    const element = shownIn(node);
    if (element && !this.watched.has(this.own.lastBlockOf(element) ?? element)) this.texts.add(element);
  }

  /** Find the blocks that the texts are laid out in. */
  private blocks(found: Set<Element>): void {
    for (const element of this.texts) {
      const block = this.own.blockOf(element);
      if (block) found.add(block);
    }
    this.texts.clear();
  }

  /** An observer begins with the size that an element has, which is mostly the one that was just measured. */
  private isAsMeasured({ target, borderBoxSize, contentBoxSize }: ResizeObserverEntry): boolean {
    const [box] = this.watched.get(target) === "border-box" ? borderBoxSize : contentBoxSize;
    const measured = this.measured.get(target);
    if (!box || !measured || this.own.isGuessed(target)) return false;
    return Math.abs(box.inlineSize - measured.width) < SAME_PX && Math.abs(box.blockSize - measured.height) < SAME_PX;
  }

  private wait(element: Element): void {
    this.waiting.add(element);
    this.soon();
  }

  /** When the next frame is laid out, reading costs no layout: then is when observers of sizes are called. */
  private soon(): void {
    if (this.isDue) return;
    this.isDue = true;
    const wait = this.last + APART_MS - performance.now();
    if (wait > 0) setTimeout(this.atFrame, wait);
    else this.atFrame();
  }

  private readonly atFrame = (): void => {
    // From the frame's own callbacks: asked amid the observers' turn, it would be a fault in the page's log.
    requestAnimationFrame(() => {
      this.frame.disconnect();
      this.frame.observe(document.documentElement);
    });
  };

  private flush(): void {
    this.tree.settle();
    this.own.forget();
    this.blocks(this.waiting);
    const attributes: Changed["attributes"] = [];
    for (const element of this.waiting) {
      if (attributes.length >= MOST_AT_ONCE) break;
      this.waiting.delete(element);
      const id = this.tree.idOf(element);
      if (id < 0 || !element.isConnected || isExcluded(element.parentNode, this.exclusion)) continue;
      const before = this.told.get(element) ?? {};
      const now = this.measure(element) ?? {};
      const news = Object.fromEntries(Object.entries(now).filter(([name, value]) => before[name] !== value));
      if (Object.keys(news).length > 0) attributes.push({ id, attributes: news });
    }
    this.isOurs = true;
    if (attributes.length > 0) this.send(attributes);
    this.isOurs = false;
    if (this.waiting.size > 0) this.soon();
  }

  /** The size to keep of an element, which is watched from now on; undefined if it has none. */
  private measure(element: Element): Size | undefined {
    const { own } = this;
    const style = own.style(element);
    const isDrawn = DRAWN.has(element.localName);
    const before = this.told.get(element);
    if (!isDrawn && !before && !own.hasLines(element) && !this.blocked.has(element) && !own.heads(element) && !own.hasIcon(element)) return undefined;
    // The box that the computed size is of: a button's padding may change and its content not.
    const box = style.boxSizing === "border-box" ? "border-box" : "content-box";
    if (this.watched.get(element) !== box) {
      this.observer.observe(element, { box });
      this.watched.set(element, box);
    }
    this.measured.delete(element);
    const { display } = style;
    if (NO_BOX.has(display) && (!isDrawn || display !== "inline")) return undefined;
    const [asWide, asHigh] = [style.width, style.height];
    const [width, height] = [rounded(asWide), rounded(asHigh)];
    this.measured.set(element, { width: parseFloat(asWide), height: parseFloat(asHigh) });
    if (width === undefined || height === undefined) return undefined;
    const isUpright = style.writingMode.startsWith("horizontal");
    const along = this.along(element, isUpright ? width : height);
    const across = this.across(element, isUpright ? height : width);
    const [wide, high] = isUpright ? ["rr_width", "rr_height"] : ["rr_height", "rr_width"];
    const size: Size = {};
    if (along !== undefined && own.heads(element)) this.heads.add(element);
    else this.heads.delete(element);
    if (along !== undefined) size[wide] = along;
    else if (before?.[wide]) size[wide] = null;
    if (across !== undefined) size[high] = across;
    else if (before?.[high]) size[high] = null;
    if (across !== undefined && isUpright && own.isSingle(element)) size["rr_lines"] = "1";
    else if (before?.["rr_lines"]) size["rr_lines"] = null;
    if (Object.keys(size).length === 0) return undefined;
    this.told.set(element, { ...before, ...size });
    return size;
  }

  /** The length along the lines, where it may be told and is not that of another box. */
  private along(element: Element, length: string): string | undefined {
    const isBlocked = this.blocked.has(element);
    // What is excluded has lost its own style.
    if (!isBlocked && !this.own.needsWidth(element)) return undefined;
    if (!this.own.tells(element)) return length;
    return isBlocked ? `${String(Math.floor(parseFloat(length) / COARSE_PX) * COARSE_PX)}px` : undefined;
  }

  /** The length across the lines: it tells their number. */
  private across(element: Element, length: string): string | undefined {
    const { own } = this;
    if (own.hasLines(element)) return own.keepsLines(element) ? own.lines(element, length) : undefined;
    return FIELDS.has(element.localName) || this.blocked.has(element) || !own.tells(element) ? length : undefined;
  }
}
