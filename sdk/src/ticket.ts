/** The exchange: a visit token for a recording ticket with its capture rules. */

import type { Answer, Edge } from "./edge";
import { LEVELS, type CaptureRules, type Journey } from "./rules";
import { saysYes } from "./visit";

export const RELEASE = "0.1.0";

export interface Ticket {
  readonly ticket: string;
  readonly recording: string;
  /** On our own clock: the moment that event times count from. */
  readonly began: number;
  readonly renewInMs: number;
  readonly rules: CaptureRules;
}

/** `stop`: nothing may be recorded. A number: ask again after so many ms. */
export type Exchanged = Ticket | "stop" | number;

const KEEP: ReadonlySet<number> = new Set([429, 503, 507]);
const WAIT_MS = 5_000;
const isPacked = (said: unknown): boolean => typeof said === "string" && said.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(said);
const isRows = (said: unknown, length: number): boolean =>
  Array.isArray(said) && said.every((one) => Array.isArray(one) && one.length === length && one.every(Number.isInteger));
const isStrings = (said: unknown): said is string[] => Array.isArray(said) && said.every((one) => typeof one === "string");

const isJourney = (said: unknown): boolean => {
  const { name, routes, level, selectors = {} } = said as Partial<Journey>;
  return typeof name === "string" && isStrings(routes) && level !== undefined && LEVELS.includes(level) && isStrings(Object.values(selectors));
};

/** Tell whether capture rules have the form of their contract; anything else records nothing. */
export const isRules = (said: unknown): said is CaptureRules => {
  const rules = said as Partial<CaptureRules> | null | undefined;
  return (
    typeof rules?.policy === "string" &&
    typeof rules.key === "string" &&
    Array.isArray(rules.journeys) &&
    rules.journeys.every(isJourney) &&
    isStrings(rules.exclusions?.selectors) &&
    isStrings(rules.exclusions.routes) &&
    isStrings(rules.query_keys) &&
    Number.isInteger(rules.vocabulary?.version) &&
    isPacked(rules.vocabulary?.text) &&
    isPacked(rules.vocabulary?.names) &&
    isRows(rules.vocabulary?.sheets, 3) &&
    isRows(rules.vocabulary?.assets, 2)
  );
};

const LONGEST_WAY_MS = 150;

/** When the server answered: halfway, but an answer that comes late lay here until the page's own scripts were done. */
const answeredAt = (askedAt: number, now: number): number => askedAt + Math.min((now - askedAt) / 2, LONGEST_WAY_MS);

const ticketOf = ({ body }: Answer, now: number, old: Ticket | undefined): Exchanged => {
  const rules = body["rules"] ?? old?.rules;
  const { ticket, recording, elapsed, renew_in: renewIn } = body;
  if (typeof ticket !== "string" || typeof recording !== "string" || typeof elapsed !== "number" || !isRules(rules)) return "stop";
  // The moment is fixed once a recording: a second answer would move events already sent.
  const began = old?.recording === recording ? old.began : now - elapsed;
  return { ticket, recording, began, renewInMs: (typeof renewIn === "number" ? renewIn : 600) * 1000, rules };
};

export interface Asking {
  readonly edge: Edge;
  readonly visit: () => Promise<string>;
  /** Our own ledger holds the yes, so that the token need not say it. */
  readonly isAgreed: boolean;
  readonly old: Ticket | undefined;
  /** A ticket of this tab's page before, which may be continued. */
  readonly carried: string | undefined;
}

/** Ask the page for a visit token and, if it says yes, the server for a ticket. */
export const exchange = async ({ edge, visit, isAgreed, old, carried }: Asking): Promise<Exchanged> => {
  for (let asked = 0; asked < 2; asked++) {
    const token = await visit();
    if (!isAgreed && !saysYes(token)) return "stop";
    let answer: Answer;
    let askedAt: number;
    try {
      const query = old ? `?policy=${old.rules.policy}` : "";
      const body = JSON.stringify({ visit: token, ticket: old?.ticket ?? carried, release: RELEASE });
      askedAt = edge.now();
      answer = await edge.post("/v1/tickets" + query, "", body, undefined);
    } catch {
      return WAIT_MS;
    }
    if (answer.status === 200) return answer.body["next"] === "stop" ? "stop" : ticketOf(answer, answeredAt(askedAt, edge.now()), old);
    if (KEEP.has(answer.status)) return Math.max(WAIT_MS, (answer.retryAfter ?? 0) * 1000);
    if (answer.status !== 401) return "stop";
  }
  return "stop";
};
