// Steps: a recording told as a list of sentences, which says what the replay shows.

import type { Batch, Interaction, Words } from "./events.ts";
import { plain } from "./words.ts";

export interface Step {
  at: number; // ms since the recording began
  kind: string;
  text: string;
  detail: string;
}

const SAID: Readonly<Record<string, string>> = {
  click: "Click on",
  rage: "Rage clicks on",
  dead: "Click without effect on",
};

/** Tell interactions and cuts in the order of time. Pointer moves are left out: no reader needs them. */
export function steps(batches: readonly Batch[], words: Words): Step[] {
  const told = batches.flatMap((batch) =>
    batch.interactions.filter((one) => one.kind !== "move").map((one) => step(one, words)),
  );
  return [...told, ...cuts(batches)].sort((one, other) => one.at - other.at);
}

/** Find where something is missing: numbers that never came, and fresh starts after a refusal. */
export function cuts(batches: readonly Batch[]): Step[] {
  const found: Step[] = [];
  let expected = 0;
  for (const batch of batches) {
    const missing = batch.number - expected;
    const at = batch.events[0]?.timestamp ?? batch.interactions[0]?.at ?? 0;
    if (missing > 0) found.push(cut(at, missing === 1 ? "One part is missing" : `${missing} parts are missing`));
    else if (batch.reset && batch.number > 0) found.push(cut(at, "The recorder started afresh here"));
    expected = batch.number + 1;
  }
  return found;
}

function cut(at: number, text: string): Step {
  return { at, kind: "cut", text: `Cut: ${text.toLowerCase()}`, detail: "" };
}

function step(one: Interaction, words: Words): Step {
  const path = plain(one.element ?? "", words);
  switch (one.kind) {
    case "click":
    case "rage":
    case "dead":
      return made(one, `${SAID[one.kind] ?? ""} ${target(one, words)}`, path);
    case "scroll":
      return made(one, `Scroll to ${Math.round((one.scroll_depth ?? 0) * 100)} % of the page`, "");
    case "error":
      return made(one, `Error: ${one.type ?? "unknown kind"}${one.line === undefined ? "" : ` in line ${one.line}`}`, one.route);
    case "request":
      return made(one, `Failed request: ${one.method ?? ""} ${one.route} answered ${one.status ?? "nothing"}`, duration(one));
    case "navigation":
      return made(one, `Go to ${one.route}`, "");
    default:
      return made(one, one.kind, path);
  }
}

function made(one: Interaction, text: string, detail: string): Step {
  return { at: one.at, kind: one.kind, text, detail };
}

function target(one: Interaction, words: Words): string {
  const label = plain(one.label ?? "", words);
  if (label !== "") return `“${label}”`;
  const last = (one.element ?? "").split(">").at(-1) ?? "";
  const tag = last.split(/[:.]/)[0] ?? "";
  return one.role ?? (tag === "" ? "the page" : tag);
}

function duration(one: Interaction): string {
  return one.ms === undefined ? "" : `after ${one.ms} ms`;
}
