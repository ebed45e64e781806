// Loading: fetches a look's parts one by one. Each leaves a leaf in the log before its first byte, so none is asked for ahead of use.

import type { Batch, Words } from "./events.ts";

export interface LookSettings {
  parts: number;
  segments: string;
  words: string;
  joined: string;
  report: string;
  beganMs: number;
}

/** The server said no, or could not log; the message says what to do. */
export class Refused extends Error {}

export async function loadWords(look: LookSettings): Promise<Words> {
  const body = (await read(look.words)) as { words: Words };
  return body.words;
}

/** Load the known sheets and listed images that events name, a hundred at a time; they come among the words. */
export async function loadJoined(look: LookSettings, references: readonly string[]): Promise<Words> {
  const words: Words = {};
  for (let start = 0; start < references.length; start += 100) {
    const body = (await read(look.joined + references.slice(start, start + 100).join(","))) as { words: Words };
    Object.assign(words, body.words);
  }
  return words;
}

/** Load every part, telling before each; give the batches in the order of their numbers, the first of two equal ones. */
export async function loadBatches(look: LookSettings, tell: (part: number) => void): Promise<Batch[]> {
  const found = new Map<number, Batch>();
  for (let part = 0; part < look.parts; part += 1) {
    tell(part + 1);
    const body = (await read(`${look.segments}${part}`)) as { batches: Batch[] };
    for (const batch of body.batches) if (!found.has(batch.number)) found.set(batch.number, batch);
  }
  return [...found.values()].sort((one, other) => one.number - other.number);
}

export async function report(look: LookSettings, seen: string, offsetMs: number): Promise<void> {
  const body = new URLSearchParams({ seen, offset: String(Math.max(0, Math.floor(offsetMs))) });
  await read(look.report, { method: "POST", body });
}

async function read(url: string, options: RequestInit = {}): Promise<unknown> {
  const answer = await fetch(url, { ...options, credentials: "same-origin", cache: "no-store", redirect: "error" });
  const body = (await answer.json()) as { detail?: string; code?: string };
  if (!answer.ok) throw new Refused(`${body.detail ?? "The server refused."} Rule or code: ${body.code ?? "unknown"}.`);
  return body;
}
