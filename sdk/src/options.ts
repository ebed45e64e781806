/** What `start` takes. An option that is not known is an error: a misspelt one must never record more than was meant. */

export interface Options {
  /** Where Milkglass answers, without a trailing slash: `https://milkglass.example`. */
  readonly endpoint: string;
  /** Fetches a fresh visit token from the page's own server. */
  readonly visit: () => Promise<string>;
  /** Ask by our own dialog, or `headless`, by the page's own means; without it the page's server asks and says so in the token. */
  readonly consent?: "dialog" | "headless" | undefined;
}

const KNOWN: ReadonlySet<string> = new Set(["endpoint", "visit", "consent"]);

/** Check the options; throws a TypeError that names what is wrong. */
export const readOptions = (given: unknown): Options => {
  if (typeof given !== "object" || given === null) throw new TypeError("milkglass.start needs {endpoint, visit}");
  const unknown = Object.keys(given).find((key) => !KNOWN.has(key));
  if (unknown !== undefined) throw new TypeError(`milkglass.start does not know the option '${unknown}'; it takes endpoint, visit and consent`);
  const { endpoint, visit, consent } = given as Partial<Record<string, unknown>>;
  if (typeof endpoint !== "string" || !/^https?:\/\/[^?#]+$/.test(endpoint)) {
    throw new TypeError("milkglass.start: endpoint is an http(s) address without query");
  }
  if (typeof visit !== "function") throw new TypeError("milkglass.start: visit is a function that returns a promise of a visit token");
  if (consent !== undefined && consent !== "dialog" && consent !== "headless") throw new TypeError("milkglass.start: consent is 'dialog' or 'headless'");
  return { consent, endpoint: endpoint.replace(/\/+$/, ""), visit: visit as Options["visit"] };
};
