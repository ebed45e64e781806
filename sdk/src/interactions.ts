/** An interaction, rebuilt from the string-class table before it enters the queue. Source: spec/classes.json. */

import type { Masking } from "./masking";
import { duration, fraction, index, moment } from "./numbers";
import { INTERACTION, REQUIRED_OF_INTERACTION, TAGS, enumOf, valuesOf } from "./spec";
import { labelOf } from "./text";
import { OPEN, CLOSE } from "./vocabulary";

export interface Interaction {
  kind: string;
  at: number;
  route: string;
  viewport: string;
  [detail: string]: string | number;
}

const MOST_STEPS = 12;
/** What stands for a custom element: its own name, or a token of it, would differ from recording to recording. */
export const CUSTOM_ELEMENT = "x";
const STEP = new RegExp(`^([a-z][a-z0-9]*)(?::[123*])?((?:\\.${OPEN}n(?:0|[1-9][0-9]*)${CLOSE})*)$`, "u");
const LABEL = new RegExp(`^${OPEN}t(?:0|[1-9][0-9]*)${CLOSE}$`, "u");

const numbersIn = (said: string): number[] => Array.from(said.matchAll(/[tn]([0-9]+)/g), ([, number]) => Number(number));

const elementOf = (said: unknown, masking: Masking): string | undefined => {
  if (typeof said !== "string") return undefined;
  const steps = said.split(">");
  const isStep = (step: string): boolean => {
    const [, tag, names] = STEP.exec(step) ?? [];
    const isTag = tag !== undefined && (TAGS.has(tag) || tag === CUSTOM_ELEMENT);
    return isTag && numbersIn(names ?? "").every((number) => masking.words.nameNumbers.has(number));
  };
  return steps.length <= MOST_STEPS && steps.every(isStep) ? said : undefined;
};

const labelIn = (said: unknown, masking: Masking): string | undefined => {
  if (typeof said !== "string" || !masking.readable) return undefined;
  if (LABEL.test(said)) return numbersIn(said).every((number) => masking.words.textNumbers.has(number)) ? said : undefined;
  return labelOf(said, masking.readable);
};

const byClass = (name: string, said: unknown, masking: Masking): string | number | undefined => {
  switch (name) {
    case "TIME":
      return moment(said, masking.step);
    case "URL":
      return typeof said === "string" ? masking.routes.template(said) : undefined;
    case "ELEMENT":
      return elementOf(said, masking);
    case "LABEL":
      return labelIn(said, masking);
    case "FRACTION":
      return fraction(said);
    case "DURATION":
      return duration(said);
    case "INDEX":
      return Array.isArray(said) ? undefined : (index(said) as number | undefined);
    default: {
      const known = name === "ENUM role" ? enumOf("role") : valuesOf(name.slice(5));
      return known?.has(said) ? (said as string) : undefined;
    }
  }
};

/** Return what may leave the browser of an interaction; null if something it must have is not known. */
export const maskInteraction = (said: Readonly<Record<string, unknown>>, masking: Masking): Interaction | null => {
  const kept: Record<string, string | number> = {};
  for (const [path, name] of INTERACTION) {
    const value = said[path] === undefined ? undefined : byClass(name, said[path], masking);
    if (value !== undefined) kept[path] = value;
  }
  return REQUIRED_OF_INTERACTION.every((path) => kept[path] !== undefined) ? (kept as Interaction) : null;
};
