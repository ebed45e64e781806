/**
 * Elements that a rule names only after they were recorded: a class comes, an ancestor changes. The recorder stops to tell
 * of them by itself; what the replay already has of their inside is taken out here, and the box stays.
 */

import { rootsBelow } from "./capture";
import type { Mutation, Removal } from "./changes";
import type { Exclusions } from "./exclusions";
import type { Tree } from "./tree";

const attributesIn = (exclusion: string): string[] => [
  ...(exclusion.includes(".") ? ["class"] : []),
  ...(exclusion.includes("#") ? ["id"] : []),
  ...Array.from(exclusion.matchAll(/\[\s*([\w-]+)/g), ([, name]) => name ?? ""),
];

const boxOf = (element: Element): Record<string, unknown> => {
  const { width, height } = element.getBoundingClientRect();
  return { rr_width: `${String(width)}px`, rr_height: `${String(height)}px` };
};

export class LeftOut {
  /** What was taken out of the replay although the recorder still knows it. */
  private readonly gone = new WeakSet<Node>();
  private readonly attributes: ReadonlySet<string>;
  /** A selector that looks at more than its element may match anywhere after any change. */
  private readonly looksAround: boolean;

  constructor(
    private readonly tree: Tree,
    private readonly exclusion: string,
    private readonly exclusions: Exclusions,
    private readonly emit: (mutation: Mutation) => void,
  ) {
    this.looksAround = /[\s>+~:]/.test(exclusion.replace(/\s*,\s*/g, ","));
    this.attributes = new Set(attributesIn(exclusion));
    // What the recorder saw: an observer of our own would be called at each change once more.
    tree.watch((records) => { this.seen(records); });
  }

  /** A snapshot was taken: count what it left out. */
  begin(): void {
    for (const root of rootsBelow(document)) this.exclusions.look(root);
  }

  /** A node came, or came back. */
  added(id: number): void {
    const node = this.tree.node(id);
    if (!node) return;
    this.gone.delete(node);
    if (node.nodeType === Node.ELEMENT_NODE) this.exclusions.look(node as Element);
  }

  stop(): void {
    this.tree.watch(undefined);
  }

  private seen(records: readonly MutationRecord[]): void {
    const targets = new Set<Node>();
    for (const { type, attributeName, target } of records) {
      if (this.looksAround ? type !== "characterData" : this.attributes.has(attributeName ?? "")) targets.add(target);
    }
    if (targets.size > 0) this.changed(targets);
  }

  private changed(targets: ReadonlySet<Node>): void {
    const named = new Set(Array.from(targets).filter((one): one is Element => one.nodeType === Node.ELEMENT_NODE && (one as Element).matches(this.exclusion)));
    if (this.looksAround) {
      for (const root of new Set(Array.from(targets, (one) => one.getRootNode() as ParentNode))) {
        for (const one of root.querySelectorAll(this.exclusion)) named.add(one);
      }
    }
    if (named.size === 0) return;
    const left = Array.from(named, (one) => ({ one, removes: this.inside(one) })).filter(({ removes }) => removes.length > 0);
    if (left.length === 0) return;
    for (const { one } of left) this.exclusions.look(one);
    const removes = left.flatMap((each) => each.removes);
    for (const { id } of removes) this.gone.add(this.tree.node(id) ?? document);
    const attributes = left.map(({ one }) => ({ id: this.tree.idOf(one), attributes: boxOf(one) }));
    this.emit({ source: 0, texts: [], adds: [], removes, attributes });
  }

  /** The children of an element that the replay knows, as removals. */
  private inside(element: Element): Removal[] {
    const of = (parent: Node, holder: Node | null): Removal[] =>
      Array.from(holder?.childNodes ?? [])
        .filter((child) => this.tree.idOf(child) > 0 && !this.gone.has(child))
        .map((child) => ({ parentId: this.tree.idOf(parent), id: this.tree.idOf(child), ...(holder === parent ? {} : { isShadow: true }) }));
    const framed = (element as HTMLIFrameElement).contentDocument as Document | null | undefined;
    return [...of(element, element), ...of(element, element.shadowRoot), ...(framed ? of(framed, framed) : [])];
  }
}
