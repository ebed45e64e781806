/** What the two capturing modules, the recorder and the clicks, are given. */

import type { Masking } from "./masking";
import { lower } from "./rules";

export interface Capture {
  /** Rules, vocabulary and level of now. */
  readonly masking: Masking;
  /** Milliseconds since `began`. */
  now(): number;
}

const frames = new WeakMap<Document, Element | null>();

/** The frame that a document is in; asked once, for it is asked at each change. */
const frameOf = (document: Document): Element | null => {
  let frame = frames.get(document);
  if (frame === undefined) frames.set(document, (frame = document.defaultView?.frameElement ?? null));
  return frame;
};

/** The node that another hangs under. A form with a field called `parentNode` would say that field, which hangs under the form. */
export const nodeAbove = (node: Node): Node | null => Reflect.get(Node.prototype, "parentNode", node);

/** The node above, through shadow roots and same-origin frames. */
const above = (node: Node): Node | null => {
  const under = nodeAbove(node);
  if (under) return under;
  // A link has a `host` too, which is a string.
  if (node.nodeType === Node.DOCUMENT_FRAGMENT_NODE && "host" in node) return node.host as Node;
  return node.nodeType === Node.DOCUMENT_NODE ? frameOf(node as Document) : null;
};

/** A document or shadow root, and all open shadow roots below it. */
export const rootsBelow = (root: Document | ShadowRoot): (Document | ShadowRoot)[] => [
  root,
  ...Array.from(root.querySelectorAll("*"), (one) => (one.shadowRoot ? rootsBelow(one.shadowRoot) : [])).flat(),
];

/** The selectors of the exclusions as one; null if there are none. Throws for one that is not CSS. */
export const exclusionOf = (selectors: readonly string[]): string | null => {
  for (const selector of selectors) document.createDocumentFragment().querySelector(selector);
  return selectors.length > 0 ? selectors.join(",") : null;
};

/** Tell whether a node is, or lies inside, an excluded element, whatever tree or frame it is in. */
export const isExcluded = (node: Node | null, exclusion: string | null): boolean => {
  if (exclusion === null) return false;
  for (let at = node; at; at = above(at)) {
    if (at.nodeType !== Node.ELEMENT_NODE) continue;
    const found = (at as Element).closest(exclusion);
    if (found) return true;
    at = at.getRootNode();
  }
  return false;
};

/** The documents of frames of which less may be kept than of the page, since the last snapshot. */
export class Elsewhere {
  private out = new WeakSet<Document>();

  constructor(private readonly masking: Masking) {}

  /** A snapshot was taken: each frame is judged anew. */
  begin(): void {
    this.out = new WeakSet();
  }

  /** Tell whether a node lies in such a frame. Once out, a frame stays out: the replay has nothing of it. */
  holds(node: Node | null): boolean {
    const own = node?.ownerDocument ?? (node as Document | null);
    if (!own || own === document) return false;
    if (!this.out.has(own) && this.isKeptAsThePage(own.defaultView)) return false;
    this.out.add(own);
    return true;
  }

  /** A frame that has an address is a page with a route of its own; one without is of the page that made it. */
  private isKeptAsThePage(view: Window | null): boolean {
    const { level, routes } = this.masking;
    for (let at = view; at !== window; at = at.parent) {
      if (!at) return false; // it is gone
      if (at.location.protocol.startsWith("http") && lower(level, routes.level(routes.find(at.location.href))) !== level) return false;
    }
    return true;
  }
}
