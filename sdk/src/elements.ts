/** An element as an interaction names it: the same in every recording, and no pupil's. */

import { CUSTOM_ELEMENT } from "./interactions";
import type { Masking } from "./masking";
import { TAGS, enumOf } from "./spec";
import { labelOf } from "./text";

const MOST_STEPS = 12;
const MOST_NAMES = 4;

const parentOf = (element: Element): Element | null => {
  if (element.parentElement) return element.parentElement;
  const root = element.getRootNode();
  return "host" in root ? (root.host as Element) : null;
};

/** `:1` to `:3` among siblings of the same tag, `:*` beyond: a row's number would be a pupil's. */
const positionOf = (element: Element): string => {
  let [before, hasAfter] = [0, false];
  for (let at = element.previousElementSibling; at && before < 3; at = at.previousElementSibling) {
    if (at.localName === element.localName) before++;
  }
  for (let at = element.nextElementSibling; at && !hasAfter; at = at.nextElementSibling) hasAfter = at.localName === element.localName;
  if (before === 0 && !hasAfter) return "";
  return before < 3 ? `:${String(before + 1)}` : ":*";
};

const stepOf = (element: Element, masking: Masking): string => {
  const tag = element.localName.toLowerCase();
  const words = [...Array.from(element.classList).slice(0, 50), element.id].filter((word) => word !== "");
  const names = words.map((word) => masking.tokens.name(word)).filter((name) => name !== undefined);
  const written = names.slice(0, MOST_NAMES).map((name) => "." + name);
  return (TAGS.has(tag) ? tag : tag.includes("-") ? CUSTOM_ELEMENT : "span") + positionOf(element) + written.join("");
};

/** The path of an element: tags, positions and reviewed names of its last twelve steps. */
export const pathOf = (element: Element, masking: Masking): string => {
  const steps: string[] = [];
  for (let at: Element | null = element; at && steps.length < MOST_STEPS; at = parentOf(at)) {
    if (at === document.documentElement || at === document.body) break;
    steps.unshift(stepOf(at, masking));
  }
  return steps.length > 0 ? steps.join(">") : "body";
};

const IMPLIED: Readonly<Record<string, string>> = {
  a: "link", button: "button", summary: "button", select: "combobox", textarea: "textbox", nav: "navigation", img: "img",
  option: "option", li: "listitem", td: "cell", th: "columnheader",
};
const IMPLIED_INPUT: Readonly<Record<string, string>> = {
  checkbox: "checkbox", radio: "radio", button: "button", submit: "button", reset: "button", image: "button",
  range: "slider", number: "spinbutton", search: "searchbox",
};

export const roleOf = (element: Element): string | undefined => {
  const said = element.getAttribute("role")?.trim();
  if (said !== undefined && enumOf("role")?.has(said)) return said;
  if (element.localName === "input") return IMPLIED_INPUT[(element as HTMLInputElement).type] ?? "textbox";
  return IMPLIED[element.localName];
};

const CONTROLS = "button,a,label,summary,option,[role],input";

/** What a person acts on: the nearest control, or the element itself. */
export const controlOf = (element: Element): Element => element.closest(CONTROLS) ?? element;

/** The reference of what is written on a control, if that was reviewed; never anything else. */
export const labelOn = (element: Element, masking: Masking): string | undefined => {
  if (!masking.readable) return undefined;
  const isEditing = element.matches("textarea,select,[contenteditable]");
  const texts = [element.getAttribute("aria-label"), isEditing ? null : element.textContent, element.getAttribute("title")];
  for (const said of texts) {
    const label = said !== null && said.length < 1000 ? labelOf(said, masking.readable) : undefined;
    if (label !== undefined) return label;
  }
  return undefined;
};
