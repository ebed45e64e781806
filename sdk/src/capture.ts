/** What the two capturing modules, the recorder and the clicks, are given. */

import type { Masking } from "./masking";

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

/** The node above, through shadow roots and same-origin frames. */
const above = (node: Node): Node | null => {
  if (node.parentNode) return node.parentNode;
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
