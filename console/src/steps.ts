// Steps: a recording told as a list of sentences, which says what the replay shows.

import { type Batch, type Interaction, META, type Words } from "./events.ts";
import { plain } from "./words.ts";

export interface Step {
  at: number; // ms since the recording began
  kind: string;
  text: string;
  detail: string;
}

const SAME_MOMENT_MS = 1000;
const NAME = /\u{10FFFC}(n(?:0|[1-9][0-9]*))\u{10FFFD}/gu;
const SAID: Readonly<Record<string, string>> = {
  click: "Click on",
  rage: "Rage clicks on",
  dead: "Click without effect on",
};

/** Tell interactions, new pages and cuts in the order of time. Pointer moves are left out: no reader needs them. */
export function steps(batches: readonly Batch[], words: Words): Step[] {
  const told = batches.flatMap((batch) =>
    batch.interactions.filter((one) => one.kind !== "move").map((one) => step(one, words)),
  );
  return [...told, ...cuts(batches), ...newPages(batches, words)].sort((one, other) => one.at - other.at);
}

/** Find where something is missing: numbers that never came. What a recorder discards or a server refuses has a number. */
export function cuts(batches: readonly Batch[]): Step[] {
  return batches.flatMap((batch, place) => {
    const missing = missingBefore(batches, place);
    if (missing === 0) return [];
    const said = missing === 1 ? "a part is missing" : `${missing} parts are missing`;
    return [{ at: beginOf(batch), kind: "cut", text: `Cut: ${said}`, detail: "" }];
  });
}

/** Find fresh snapshots with nothing missing before them: a page was loaded. One that says where it went needs no second line. */
export function newPages(batches: readonly Batch[], words: Words): Step[] {
  const named = batches.flatMap((batch) => batch.interactions.filter((one) => one.kind === "navigation").map((one) => one.at));
  return batches.flatMap((batch, place) => {
    const at = beginOf(batch);
    if (place === 0 || !batch.reset || missingBefore(batches, place) > 0) return [];
    if (named.some((moment) => Math.abs(moment - at) < SAME_MOMENT_MS)) return [];
    const route = plain(routeOf(batch), words);
    return [{ at, kind: "navigation", text: route === "" ? "New page" : `New page: ${route}`, detail: "" }];
  });
}

function missingBefore(batches: readonly Batch[], place: number): number {
  const before = batches[place - 1]?.number ?? -1;
  return Math.max(0, (batches[place]?.number ?? 0) - before - 1);
}

function beginOf(batch: Batch): number {
  const moments = [...batch.events.map((event) => event.timestamp), ...batch.interactions.map((one) => one.at)];
  return moments.length === 0 ? 0 : moments.reduce((least, at) => Math.min(least, at));
}

function routeOf(batch: Batch): string {
  const data = batch.events.find((event) => event.type === META)?.data;
  const href = data !== null && typeof data === "object" && !Array.isArray(data) ? data["href"] : undefined;
  return typeof href === "string" ? href.replace(/^[a-z]+:\/\/[^/]*/, "") : (batch.interactions[0]?.route ?? "");
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
  // Its own reviewed names say more than its role: `button.share-snippet`. A name that was withdrawn is left out.
  const names = Array.from(last.matchAll(NAME), ([, number]) => words[number ?? ""]).filter((name) => name !== undefined);
  if (names.length > 0) return [tag, ...names].join(".");
  return one.role ?? (tag === "" ? "the page" : tag);
}

function duration(one: Interaction): string {
  return one.ms === undefined ? "" : `after ${one.ms} ms`;
}
