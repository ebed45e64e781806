/** What the page's tree says about a recorded node: font, box, and what it hangs under. */

import { nodeAbove } from "./capture";
import type { Page, Place, Sheet } from "./masking";
import { FIELDS } from "./spec";
import { isShortMask, type Around } from "./text";
import { hash32 } from "./vocabulary";
import { Widths } from "./widths";

/** The recorder's map from ids to nodes. */
export interface Mirror {
  getNode(id: number): Node | null;
  getId(node: Node | null): number;
  /** Tell of the changes that wait for others of their kind. */
  flush(): void;
  /** Called with what changed, once that was told. */
  seen?: ((records: readonly MutationRecord[]) => void) | undefined;
}

/** The element that a text's font and class come from; a shadow root's is its host. */
export const elementOf = (node: Node | null): Element | null => {
  if (!node) return null;
  if (node.nodeType === Node.ELEMENT_NODE) return node as Element;
  // A link has a `host` too, the one of its address: only a shadow root's is an element.
  if (node.nodeType === Node.DOCUMENT_FRAGMENT_NODE) return "host" in node ? (node.host as Element) : null;
  return elementOf(nodeAbove(node));
};

const TAB = 8;

const isEditable = (element: Element): boolean => {
  if (element.closest('[contenteditable]:not([contenteditable="false"])')) return true;
  return element.ownerDocument.designMode === "on";
};

const rulesOf = (sheet: CSSStyleSheet | null): number | undefined => {
  try {
    return sheet?.cssRules.length ?? 0;
  } catch {
    return undefined; // of another origin, without its leave
  }
};

export class Tree implements Page {
  private readonly widths = new Widths();
  private readonly shorts = new WeakMap<Node, boolean>();

  constructor(private readonly mirror: () => Mirror | undefined) {}

  node(id: number | null): Node | null {
    return id === null ? null : (this.mirror()?.getNode(id) ?? null);
  }

  idOf(node: Node): number {
    return this.mirror()?.getId(node) ?? -1;
  }

  /** Be shown what changed, each time that it was told. */
  watch(seen: Mirror["seen"]): void {
    const mirror = this.mirror();
    if (mirror) mirror.seen = seen;
  }

  /** What waits to be told is told now. */
  settle(): void {
    this.mirror()?.flush();
  }

  width(line: string, id: number | null): number {
    return this.widths.measure(line, elementOf(this.node(id)));
  }

  place(id: number | null): Place | undefined {
    const element = elementOf(this.node(id));
    return element ? { tag: element.localName.toLowerCase(), isEditable: isEditable(element), keepsLines: element.closest("pre") !== null } : undefined;
  }

  /** Whether a node is a field or an editor, whose scrolls are those of what is typed. */
  isTyped(id: number): boolean {
    const node = this.node(id);
    const place = this.place(id);
    if (!place) return node?.nodeType === Node.DOCUMENT_NODE && isEditable((node as Document).body);
    return place.isEditable || FIELDS.has(place.tag);
  }

  around(id: number | null): Around {
    const node = this.node(id);
    const block = elementOf(node)?.closest("pre");
    let [before, after] = ["", ""];
    if (!node || !block) return [before, after, TAB];
    const texts = block.ownerDocument.createTreeWalker(block, NodeFilter.SHOW_TEXT);
    texts.currentNode = node;
    while (before === "" && texts.previousNode()) before = (texts.currentNode as Text).data;
    texts.currentNode = node;
    while (!/[^ \t]/.test(after) && texts.nextNode()) after += (texts.currentNode as Text).data;
    return [before, after, parseInt(block.ownerDocument.defaultView?.getComputedStyle(block).tabSize ?? "") || TAB];
  }

  note(id: number | null, masked: string): void {
    const node = this.node(id);
    if (node) this.shorts.set(node, isShortMask(masked));
  }

  /** Whether a text was masked as a short one; one that was never masked may be anything. */
  isShort(text: Text): boolean {
    return this.shorts.get(text) ?? text.data.trim() !== "";
  }

  /** The height of a line of a font, in px, without the gap between lines. */
  lineHeight(font: string): number {
    return this.widths.lineHeight(font);
  }

  sheet(id: number): Sheet | undefined {
    const node = this.node(id);
    const name = node?.nodeType === Node.ELEMENT_NODE ? (node as Element).localName : "";
    if (name === "style") return { hash: hash32(node?.textContent ?? ""), rules: rulesOf((node as HTMLStyleElement).sheet) };
    const { sheet, href } = name === "link" ? (node as HTMLLinkElement) : { sheet: null, href: "" };
    if (!sheet || !URL.canParse(href)) return undefined;
    const { pathname, search } = new URL(href);
    return { hash: hash32(pathname + search), rules: rulesOf(sheet) };
  }

  /** Between two events a font may have changed. */
  refresh(): void {
    this.widths.forget();
  }
}
