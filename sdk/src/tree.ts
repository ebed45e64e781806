/** What the page's tree says about a recorded node: font, box, and what it hangs under. */

import type { Page, Place, Sheet } from "./masking";
import { BUTTON_TYPES } from "./spec";
import { hash32 } from "./vocabulary";
import { Widths } from "./widths";

/** The recorder's map from ids to nodes. */
export interface Mirror {
  getNode(id: number): Node | null;
  getId(node: Node | null): number;
}

/** The element that a text's font and class come from; a shadow root's is its host. */
export const elementOf = (node: Node | null): Element | null => {
  if (!node) return null;
  if (node.nodeType === Node.ELEMENT_NODE) return node as Element;
  const parent = node.parentNode;
  if (!parent) return null;
  if (parent.nodeType === Node.ELEMENT_NODE) return parent as Element;
  // A link has a `host` too, the one of its address: only a shadow root's is an element.
  return parent.nodeType === Node.DOCUMENT_FRAGMENT_NODE && "host" in parent ? (parent.host as Element) : null;
};

const isEditable = (element: Element): boolean => {
  if (element.closest('[contenteditable]:not([contenteditable="false"])')) return true;
  return element.ownerDocument.designMode === "on";
};

const EXACT_PX = 0.01;
const SELECT_PX = 64;

/** How finely a box's width may be told: one that is as wide as its text would tell the text's width. */
const tellsIts = (element: Element): number => {
  switch (element.localName) {
    case "img":
      return (element as HTMLImageElement).naturalWidth > 0 ? EXACT_PX : Infinity;
    case "select":
      return SELECT_PX;
    case "input":
      return BUTTON_TYPES.has((element as HTMLInputElement).type) ? Infinity : EXACT_PX;
    default:
      return EXACT_PX;
  }
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

  constructor(private readonly mirror: () => Mirror | undefined) {}

  node(id: number | null): Node | null {
    return id === null ? null : (this.mirror()?.getNode(id) ?? null);
  }

  idOf(node: Node): number {
    return this.mirror()?.getId(node) ?? -1;
  }

  width(line: string, id: number | null): number {
    return this.widths.measure(line, elementOf(this.node(id)));
  }

  place(id: number | null): Place | undefined {
    const element = elementOf(this.node(id));
    return element ? { tag: element.localName.toLowerCase(), isEditable: isEditable(element) } : undefined;
  }

  size(id: number): { width: number; height: number } | undefined {
    const node = this.node(id);
    if (node?.nodeType !== Node.ELEMENT_NODE) return undefined;
    const { width, height } = (node as Element).getBoundingClientRect();
    const step = tellsIts(node as Element);
    if (step === Infinity || width < step || height === 0) return undefined;
    return { width: Math.floor(width / step) * step, height };
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
