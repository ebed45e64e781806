/**
 * Panels: what a page shows or hides by a control that nobody sees, with no script: tabs and menus of style rules with
 * `:checked`. No choice is kept, so the replay's controls are all open; what stands on the page is told as style of the
 * panel, as a script would have written it. Source: docs/decisions/0003.
 */

import { isExcluded } from "./capture";
import type { Tree } from "./tree";

type Style = Readonly<Record<string, string | false>>;

interface Change {
  readonly id: number;
  readonly attributes: { readonly style: Style };
}

const CHECKED = ":checked";
/** What shows a panel, hides it or slides it in. What paints is left alone. */
const SHOWN = "display visibility height min-height max-height grid-template-rows left right top bottom transform translate".split(" ");
const SENTENCE = /\S\s+\S+\s+\S/;
const LEAST_PX = 2;
const LOOK_AFTER_MS = 250;
/** How many rules of a page are looked at. */
const MOST_RULES = 20_000;

const styleRules = function* (rules: CSSRuleList): Generator<CSSStyleRule> {
  for (const rule of rules) {
    if ("selectorText" in rule) yield rule as CSSStyleRule;
    else if ("cssRules" in rule && (!("media" in rule) || matchMedia((rule as CSSMediaRule).media.mediaText).matches)) yield* styleRules((rule as CSSGroupingRule).cssRules);
  }
};

const rulesOf = (sheet: CSSStyleSheet): CSSRuleList | [] => {
  try {
    return sheet.disabled ? [] : sheet.cssRules;
  } catch {
    return []; // of another origin, without its leave
  }
};

/** The parts of a list of selectors that a choice decides; a comma in brackets parts nothing. */
const parts = (selector: string): string[] => (selector.match(/(?:\([^)]*\)|\[[^\]]*\]|[^,([])+/g) ?? []).filter((one) => one.includes(CHECKED));

/** Tell whether a control is no field of a form, and not to be seen: nobody answers with it. */
const isUnseen = (control: Element): boolean => {
  if (!(control instanceof HTMLInputElement) || control.form) return false;
  const { width, height } = control.getBoundingClientRect();
  return width < LEAST_PX || height < LEAST_PX || !control.checkVisibility({ opacityProperty: true, visibilityProperty: true });
};

/** Tell whether an element is no part of a control and holds elements with text or a sentence: a tick or a knob is no panel. */
const isPanel = (element: Element): boolean =>
  !element.closest("label,button") && (Array.from(element.children).some((one) => one.textContent.trim() !== "") || SENTENCE.test(element.textContent));

/** The elements that a part of a selector selects by unseen controls alone. */
const selected = (part: string): Element[] => {
  const controls = part.slice(0, part.indexOf(CHECKED) + CHECKED.length);
  // In `:has()` or `:not()` nothing says which control it is.
  if (controls.includes("(") && !/^(?:[^(]|\([^()]*\))*$/.test(controls)) return [];
  try {
    return Array.from(document.querySelectorAll(controls)).every(isUnseen) ? Array.from(document.querySelectorAll(part)).filter(isPanel) : [];
  } catch {
    return []; // a selector of a browser to come, or a nested one
  }
};

export class Panels {
  private told = new Map<Element, Style>();
  /** To find that a page has none costs less than to ask for the checked. */
  private readonly inputs = document.getElementsByTagName("input");
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly listener = (event: Event): void => {
    if (event.target instanceof Element && isUnseen(event.target)) this.look();
  };

  constructor(
    private readonly tree: Tree,
    private readonly exclusion: string | null,
    private readonly send: (attributes: readonly Change[]) => void,
  ) {
    document.addEventListener("change", this.listener, true);
  }

  stop(): void {
    clearTimeout(this.timer);
    document.removeEventListener("change", this.listener, true);
  }

  /** A snapshot was taken: nothing is told yet. */
  begin(): void {
    this.told = new Map();
    this.look();
  }

  /** Look in a while: to ask at each change would search and lay out the page at each. */
  soon(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      if (this.told.size > 0 || this.inputs.length > 0) requestAnimationFrame(() => { this.look(); });
    }, LOOK_AFTER_MS);
  }

  /** Tell what is shown now and was not told so. */
  look(): void {
    if (this.told.size === 0 && !Array.from(document.querySelectorAll(`input${CHECKED}`)).some(isUnseen)) return;
    const shown = this.shown();
    const changes: Change[] = [];
    for (const element of new Set([...this.told.keys(), ...shown.keys()])) {
      const [before, now] = [this.told.get(element) ?? {}, shown.get(element) ?? {}];
      const own = (element as HTMLElement).style;
      const gone = Object.keys(before).filter((name) => !(name in now));
      const style = { ...Object.fromEntries(gone.map((name) => [name, own.getPropertyValue(name) || (false as const)])), ...now };
      const id = this.tree.idOf(element);
      const isNews = Object.entries(style).some(([name, value]) => before[name] !== value);
      if (isNews && id > 0 && element.isConnected && !isExcluded(element, this.exclusion)) changes.push({ id, attributes: { style } });
    }
    this.told = shown;
    if (changes.length > 0) this.send(changes);
  }

  private shown(): Map<Element, Style> {
    const found = new Map<Element, Style>();
    let seen = 0;
    for (const sheet of [...document.styleSheets, ...document.adoptedStyleSheets]) {
      for (const rule of styleRules(rulesOf(sheet) as CSSRuleList)) {
        if ((seen += 1) > MOST_RULES) return found;
        if (!rule.selectorText.includes(CHECKED)) continue;
        const said = SHOWN.map((name) => [name, rule.style.getPropertyValue(name)] as const).filter(([, value]) => value !== "");
        if (said.length === 0) continue;
        for (const element of parts(rule.selectorText).flatMap(selected)) found.set(element, { ...found.get(element), ...Object.fromEntries(said) });
      }
    }
    return found;
  }
}
