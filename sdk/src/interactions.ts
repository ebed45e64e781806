/** An interaction, rebuilt from the string-class table before it enters the queue. Source: spec/classes.json. */

import type { Masking } from "./masking";
import { duration, fraction, index, moment } from "./numbers";
import { INTERACTION, REQUIRED_OF_INTERACTION, TAGS, enumOf, valuesOf } from "./spec";
import { OPEN, CLOSE } from "./vocabulary";

export interface Interaction {
  kind: string;
  at: number;
  route: string;
  viewport: string;
  [detail: string]: string | number;
}

const MOST_STEPS = 12;
const STEP = new RegExp(`^([a-z][a-z0-9]*)(?::[123*])?(?:\\.${OPEN}n(?:0|[1-9][0-9]*)${CLOSE})*$`, "u");
const LABEL = new RegExp(`^${OPEN}t(?:0|[1-9][0-9]*)${CLOSE}$`, "u");

const elementOf = (said: unknown): string | undefined => {
  if (typeof said !== "string") return undefined;
  const steps = said.split(">");
  const isPath = steps.length <= MOST_STEPS && steps.every((step) => TAGS.has(STEP.exec(step)?.[1] ?? ""));
  return isPath ? said : undefined;
};

const byClass = (name: string, said: unknown, masking: Masking): string | number | undefined => {
  switch (name) {
    case "TIME":
      return moment(said, masking.step);
    case "URL":
      return typeof said === "string" ? masking.routes.template(said) : undefined;
    case "ELEMENT":
      return elementOf(said);
    case "LABEL":
      return typeof said === "string" && masking.readable && LABEL.test(said) ? said : undefined;
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
