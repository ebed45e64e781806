/**
 * Mutations before masking, where only the page's tree can tell: a style's text becomes its sheet, what is typed shows no
 * single keystroke, and what lies in an excluded element is left out.
 */

import { isExcluded } from "./capture";
import type { LeftOut } from "./left-out";
import { textOf, type Sheets } from "./sheets";
import { FIELDS } from "./spec";
import { elementOf, type Tree } from "./tree";

interface Change {
  readonly id: number;
}

interface Addition {
  readonly parentId: number;
  readonly node: { readonly id: number; readonly type: number; readonly textContent?: string };
}

export interface Removal {
  readonly parentId: number;
  readonly id: number;
  readonly isShadow?: boolean;
}

export interface Mutation {
  readonly source: 0;
  readonly texts: readonly Change[];
  readonly attributes: readonly (Change & { readonly attributes: Readonly<Record<string, unknown>> })[];
  readonly removes: readonly Removal[];
  readonly adds: readonly Addition[];
}

const TEXT_NODE = 3;

const isStyle = (node: Node | null): node is HTMLStyleElement => node?.nodeName.toUpperCase() === "STYLE";

export class Changes {
  private typed = new WeakSet<Node>();

  constructor(
    private readonly tree: Tree,
    private readonly exclusion: string | null,
    private readonly leftOut: LeftOut | null,
    private readonly sheets: Sheets,
    private readonly isElsewhere: (node: Node | null) => boolean,
  ) {}

  /** Rewrite one mutation; null if nothing of it is left. */
  rewrite(said: Mutation): Mutation | null {
    const styles = new Set<HTMLStyleElement>();
    const added = new Set(said.adds.map((one) => one.node.id));
    const texts = said.texts.filter((one) => this.keepsText(one.id, styles));
    const adds = said.adds.filter((one) => !this.isOut(one.parentId) && !this.isElsewhere(this.tree.node(one.node.id)) && !this.isStyleText(one, added, styles));
    for (const { node } of adds) this.sheets.complete(node);
    for (const { node } of adds) this.leftOut?.added(node.id);
    // A player that put a sheet's text in knows no text nodes below it.
    const removes = said.removes.filter((one) => !this.isOut(one.parentId) && !this.noteStyle(one.parentId, added, styles));
    const attributes = said.attributes.filter((one) => !this.isOut(one.id)).map((one) => this.completed(this.withoutValue(one)));
    const kept = attributes.filter((one) => Object.keys(one.attributes).length > 0);
    for (const style of styles) kept.push({ id: this.tree.idOf(style), attributes: { _cssText: textOf(style) ?? "" } });
    const isEmpty = texts.length + adds.length + kept.length + removes.length === 0;
    return isEmpty ? null : { ...said, texts, adds, removes, attributes: kept };
  }

  private isOut(id: number): boolean {
    const node = this.tree.node(id);
    return isExcluded(node, this.exclusion) || this.isElsewhere(node);
  }

  private keepsText(id: number, styles: Set<HTMLStyleElement>): boolean {
    const node = this.tree.node(id);
    const parent = node?.parentNode ?? null;
    if (isStyle(parent)) {
      styles.add(parent);
      return false;
    }
    if (this.isOut(id)) return false;
    const place = this.tree.place(id);
    if (!node || !(place?.isEditable === true || place?.tag === "textarea")) return true;
    // Its mask is a constant, so only the first change is news; the next would tell when each key was pressed.
    const isNews = !this.typed.has(node);
    this.typed.add(node);
    return isNews;
  }

  private completed<T extends Change & { readonly attributes: Readonly<Record<string, unknown>> }>(one: T): T {
    const isOfSheet = ["_cssText", "disabled", "media", "rel", "href"].some((name) => name in one.attributes);
    return isOfSheet ? { ...one, attributes: this.sheets.attributes(one.id, one.attributes) } : one;
  }

  private isStyleText(one: Addition, added: ReadonlySet<number>, styles: Set<HTMLStyleElement>): boolean {
    return one.node.type === TEXT_NODE && this.noteStyle(one.parentId, added, styles);
  }

  /** Tell whether what changes is the text of a style that was there before. */
  private noteStyle(id: number, added: ReadonlySet<number>, styles: Set<HTMLStyleElement>): boolean {
    const node = this.tree.node(id);
    if (added.has(id) || !isStyle(node)) return false;
    styles.add(node);
    return true;
  }

  /** A framework writes each key back into `value`: the input event on blur says all that may be said. */
  private withoutValue<T extends Change & { readonly attributes: Readonly<Record<string, unknown>> }>(one: T): T {
    if (!("value" in one.attributes)) return one;
    const element = elementOf(this.tree.node(one.id));
    if (!element || !FIELDS.has(element.localName)) return one;
    return { ...one, attributes: Object.fromEntries(Object.entries(one.attributes).filter(([name]) => name !== "value")) };
  }
}
