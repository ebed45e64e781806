/**
 * Sheets: their text as the browser has it, where rrweb's lacks something: a link in a shadow root, the conditions of an
 * import, what a shorthand with `var()` loses beside a longhand, and whether a sheet is on at all.
 */

import type { Tree } from "./tree";

type Attributes = Record<string, unknown>;
type Owner = HTMLLinkElement | HTMLStyleElement;

interface Serialized {
  readonly id: number;
  readonly type?: number;
  readonly tagName?: string;
  attributes?: Attributes;
  readonly childNodes?: readonly Serialized[];
}

const DEEPEST = 5;
// A browser writes a longhand that a `var()` in a shorthand hides as `name: ;`.
const HIDDEN = /(^|[{;]\s*)(?!--)([a-z-]+): ;/g;
const PSEUDO = /::[a-z-]+(?:\([^)]*\))?$/;

/** Tell whether a node is one that has a sheet, whatever frame it is in. */
export const isOwner = (node: Node | null): node is Owner => /^(link|style)$/i.test(node?.nodeName ?? "");

/** What the first element that a rule selects has in place of what its text hides. */
const shown = (rule: CSSStyleRule, name: string, root: ParentNode): string => {
  const selector = rule.selectorText.split(",", 1)[0] ?? "";
  const element = root.querySelector(selector.replace(PSEUDO, ""));
  const view = element?.ownerDocument.defaultView;
  return (element && view?.getComputedStyle(element, PSEUDO.exec(selector)?.[0]).getPropertyValue(name)) ?? "";
};

const styleText = (rule: CSSStyleRule, root: ParentNode): string =>
  rule.cssText.replace(HIDDEN, (_, before: string, name: string) => {
    try {
      const value = shown(rule, name, root);
      return value === "" ? before : `${before}${name}: ${value};`;
    } catch {
      return before;
    }
  });

/** An import is one rule of its sheet: what it brings is wrapped into one, with its conditions. */
const importText = (rule: CSSImportRule, root: ParentNode, depth: number): string => {
  const inside = rule.styleSheet && depth < DEEPEST ? sheetText(rule.styleSheet, root, depth + 1) : undefined;
  if (inside === undefined) return "*{}";
  const { layerName, supportsText, media } = rule as CSSImportRule & { layerName?: string | null; supportsText?: string | null };
  const layered = typeof layerName === "string" ? `@layer ${layerName}{${inside}}` : inside;
  const supported = supportsText ? `@supports ${/^(\(|not\b|selector\()/.test(supportsText) ? supportsText : `(${supportsText})`}{${layered}}` : layered;
  return `@media ${media.mediaText || "all"}{${supported}}`;
};

const ruleText = (rule: CSSRule, root: ParentNode, depth: number): string => {
  if ("styleSheet" in rule) return importText(rule as CSSImportRule, root, depth);
  if (rule.cssText.search(HIDDEN) < 0) return rule.cssText;
  if ("selectorText" in rule) return styleText(rule as CSSStyleRule, root);
  if (!("cssRules" in rule)) return rule.cssText;
  const inside = Array.from((rule as CSSGroupingRule).cssRules, (one) => ruleText(one, root, depth));
  return `${rule.cssText.slice(0, rule.cssText.indexOf("{"))}{${inside.join("")}}`;
};

const sheetText = (sheet: CSSStyleSheet, root: ParentNode, depth = 0): string | undefined => {
  try {
    return Array.from(sheet.cssRules, (rule) => ruleText(rule, root, depth)).join("");
  } catch {
    return undefined; // of another origin, without its leave
  }
};

/** The text of an owner's sheet; undefined where the page has none that it may read. */
export const textOf = (owner: Owner): string | undefined => (owner.sheet ? sheetText(owner.sheet, owner.getRootNode() as ParentNode) : undefined);

const hasImport = (sheet: CSSStyleSheet): boolean => {
  try {
    return Array.from(sheet.cssRules).some((rule) => "styleSheet" in rule);
  } catch {
    return false;
  }
};

export class Sheets {
  private readonly awaited = new WeakSet<Node>();

  /** `later` takes an owner's attributes once its sheet has come. */
  constructor(
    private readonly tree: Tree,
    private readonly later: (id: number, attributes: Attributes) => void,
  ) {}

  /** Complete the owners below a node of rrweb's. */
  complete(said: Serialized): void {
    for (const child of said.childNodes ?? []) this.complete(child);
    if (said.tagName === "link" || said.tagName === "style") said.attributes = this.attributes(said.id, said.attributes ?? {});
  }

  /** An owner's attributes, said in full or changed, as a player needs them. */
  attributes(id: number, said: Attributes): Attributes {
    const owner = this.tree.node(id);
    if (!isOwner(owner)) return said;
    const { title, ...kept } = said; // a title would make it one of a set, of which a player takes the first
    const { sheet } = owner;
    if (!sheet || "href" in said) this.await(owner);
    if (sheet?.disabled) kept["media"] = "not all";
    else if (title !== undefined || "disabled" in said || "rel" in said) kept["media"] = owner.media || "all";
    const text = said["_cssText"];
    const lacks = typeof text !== "string" ? owner.nodeName.toLowerCase() === "link" : text.search(HIDDEN) >= 0 || (sheet !== null && hasImport(sheet));
    const better = lacks ? textOf(owner) : undefined;
    if (better === undefined) return kept;
    delete kept["rel"];
    delete kept["href"];
    return { ...kept, _cssText: better };
  }

  private await(owner: Owner): void {
    if (this.awaited.has(owner) || owner.nodeName.toLowerCase() !== "link") return;
    this.awaited.add(owner);
    owner.addEventListener(
      "load",
      () => {
        this.awaited.delete(owner);
        const text = textOf(owner);
        if (text !== undefined) this.later(this.tree.idOf(owner), this.attributes(this.tree.idOf(owner), { _cssText: text }));
      },
      { once: true },
    );
  }
}
