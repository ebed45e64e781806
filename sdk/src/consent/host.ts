/** What the consent part and the file that fetches it know of each other. */

import type { Edge } from "../edge";
import type { Options } from "../options";

/** Our own element: nothing in it, and nothing done to it, is ever recorded. */
export const OWN = "milkglass-consent";

export type Purpose = "replay" | "heatmap";
export type Answer = "given" | "refused" | "dismissed";
export type State = "none" | "given" | "refused";

/** A notice as the server served it; what is agreed to is all of this. */
export interface Served {
  readonly serving: string;
  readonly version: string;
  readonly language: string;
  readonly text: string;
  readonly digest: string;
  readonly purposes: readonly Purpose[];
  readonly words: Readonly<Record<string, string>>;
  readonly lasts_days: number;
}

/** The calls that a page has, by dialog or by its own means. */
export interface Consent {
  /** Show the dialog now, whatever was said before; resolves with the answer. */
  readonly ask: () => Promise<State>;
  /** What this browser knows of the person who is signed in; asks nobody. */
  readonly state: () => Promise<State>;
  /** Fetch the notice, to show it by the page's own means. */
  readonly notice: () => Promise<Served>;
  /** Bring the answer to a notice; after a yes recording begins. */
  readonly answer: (served: Served, answer: Answer, purposes?: readonly Purpose[]) => Promise<State>;
  /** Stop at once and withdraw; `erase` also asks for what was stored to be destroyed. Kept until the server has heard it. */
  readonly withdraw: (options?: { readonly erase?: boolean }) => Promise<void>;
  /** The receipt as ISO/IEC TS 27560 has it; undefined if there is none. */
  readonly receipt: () => Promise<unknown>;
}

/** What the part needs of the SDK. */
export interface Host {
  readonly options: Options;
  readonly edge: Edge;
  /** Record this tab; `isAgreed` where our own ledger holds the yes. Resolves with whether anything is recorded. */
  readonly record: (isAgreed: boolean, ended: () => void) => Promise<boolean>;
  /** Stop at once and discard what was not sent. */
  readonly discard: () => void;
}

export interface Part extends Consent {
  readonly start: () => Promise<void>;
}

export type MakePart = (host: Host) => Part;
