/**
 * What this browser remembers of an answer, so that nobody is asked twice: by a digest of the person, since a class may
 * share a computer. Nothing is written before the person answered.
 */

import type { State } from "./host";

interface Kept {
  /** `withdrawing` and `erasing`: the person took it back, and the server has not heard it yet. */
  readonly is: "given" | "refused" | "withdrawing" | "erasing";
  /** Milliseconds since the epoch; after it nothing is remembered. */
  readonly until: number;
  /** Of a yes: what the mark says, so that it needs no notice again. */
  readonly said?: Said;
}

/** The words of the mark, and their language. */
export interface Said {
  readonly words: Readonly<Record<string, string>>;
  readonly language: string;
}

const DAY_MS = 86_400_000;
export const REFUSED_MS = 90 * DAY_MS;

const digest = (said: string): string => {
  let state = 0x811c9dc5;
  for (let at = 0; at < said.length; at++) state = Math.imul(state ^ said.charCodeAt(at), 0x01000193) >>> 0;
  return state.toString(36);
};

export class Memory {
  private readonly key: string;

  constructor(endpoint: string, person: string) {
    this.key = `milkglass.consent.${digest(`${endpoint}|${person}`)}`;
  }

  read(): Kept | undefined {
    try {
      const kept = JSON.parse(localStorage.getItem(this.key) ?? "null") as Kept | null;
      return typeof kept?.until === "number" && kept.until > Date.now() ? kept : undefined;
    } catch {
      return undefined;
    }
  }

  get state(): State {
    const is = this.read()?.is;
    return is === undefined ? "none" : is === "given" ? "given" : "refused";
  }

  keep(is: Kept["is"], until: number, said?: Said): void {
    try {
      localStorage.setItem(this.key, JSON.stringify({ is, until, said }));
    } catch {
      // A browser that keeps nothing asks again; it never records for it.
    }
  }

  forget(): void {
    try {
      localStorage.removeItem(this.key);
    } catch {
      // There is nothing to forget.
    }
  }
}
