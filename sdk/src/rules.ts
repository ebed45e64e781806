/**
 * The capture rules that come with a recording ticket: which journey a page belongs to, at which level, what is left out,
 * and the vocabulary as hashes. Their form: docs/architecture.md, section 3.
 */

export const LEVELS = ["off", "clicks", "wireframe", "labelled"] as const;
export type Level = (typeof LEVELS)[number];

export interface Journey {
  readonly name: string;
  readonly routes: readonly string[];
  readonly level: Level;
  /** By route: what the page must show to be of this journey. */
  readonly selectors?: Readonly<Record<string, string>>;
}

export interface CaptureRules {
  readonly policy: string;
  readonly application: string;
  readonly key: string;
  readonly replay: boolean;
  readonly heatmap: boolean;
  readonly journeys: readonly Journey[];
  readonly exclusions: { readonly selectors: readonly string[]; readonly routes: readonly string[] };
  readonly query_keys: readonly string[];
  readonly vocabulary: {
    readonly version: number;
    /** Packed pairs of hash and number: `vocabulary.ts`. */
    readonly text: string;
    readonly names: string;
    /** Known sheets: hash of a style's text or a link's path with its query, count of top-level rules, number. */
    readonly sheets: readonly (readonly [number, number, number])[];
    /** Listed images: hash of the path with its query, number. */
    readonly assets: readonly (readonly [number, number])[];
  };
}

/** A route of the policy's map, with the journey that owns it. */
export interface Route {
  readonly template: string;
  readonly journey: string;
  readonly level: Level;
  readonly selector: string | undefined;
}

export const OFF_THE_MAP = "/…";
const LONGEST_ADDRESS = 4096;
const ANY_SCHEME = /^[a-z][a-z0-9+.-]*:/i;

/** The stricter of two levels. */
export const lower = (a: Level, b: Level): Level => (LEVELS.indexOf(a) < LEVELS.indexOf(b) ? a : b);

/** At a level that keeps the page's shape, and not only clicks. */
export const keepsShape = (level: Level): boolean => level === "wireframe" || level === "labelled";

const segmentsOf = (path: string): string[] => {
  const parts = path.startsWith("/") ? path.split("/").slice(1) : ["\0"];
  if (parts.length > 1 && parts[parts.length - 1] === "") parts.pop();
  return parts;
};

/** Finds the route of an address; the one with the most literal segments wins, then the order of the policy. */
export class Routes {
  private readonly known: { isHash: boolean; parts: string[]; route: Route }[] = [];
  private readonly excluded: ReadonlySet<string>;

  constructor(rules: Pick<CaptureRules, "journeys" | "exclusions">) {
    for (const { name, routes, level, selectors } of rules.journeys) {
      for (const template of routes) {
        const parts = segmentsOf(template.replace(/^#+/, ""));
        this.known.push({ isHash: template.startsWith("#"), parts, route: { template, journey: name, level, selector: selectors?.[template] } });
      }
    }
    const wild = (parts: readonly string[]): number => parts.filter((part) => part.startsWith(":")).length;
    this.known.sort((a, b) => wild(a.parts) - wild(b.parts));
    this.excluded = new Set(rules.exclusions.routes);
  }

  /** The route of a path or an address of any origin; undefined off the map. */
  find(address: string): Route | undefined {
    if (address.length > LONGEST_ADDRESS) return undefined;
    const cut = address.indexOf("#");
    const page = this.match(pathOf(cut < 0 ? address : address.slice(0, cut)), false);
    const fragment = cut < 0 ? "" : address.slice(cut + 1).replace(/^!/, "");
    // Anybody may write a fragment behind an address: it opens no page that is left out.
    if (!fragment.startsWith("/") || (page && this.excluded.has(page.template))) return page;
    return this.match(fragment.split("?", 1)[0] ?? "", true) ?? page;
  }

  /** Whether the journey of some page hangs on what it shows. */
  get hasViews(): boolean {
    return this.known.some(({ route }) => route.selector !== undefined);
  }

  /** The journey of this page, by what it shows now; undefined where it shows nothing that one asks for. */
  here(): Route | undefined {
    const found = this.find(location.href);
    const same = this.known.flatMap(({ route }) => (route.template === found?.template ? route : []));
    return same.find(shows) ?? same.find(({ selector }) => selector === undefined);
  }

  /** The string class URL: a route template, or the one constant for all that is off the map. */
  template(address: string): string {
    return this.find(address)?.template ?? OFF_THE_MAP;
  }

  /** The level of a route; off the map and where it is excluded it is `off`. */
  level(route: Route | undefined): Level {
    return route && !this.excluded.has(route.template) ? route.level : "off";
  }

  private match(path: string, isHash: boolean): Route | undefined {
    const said = segmentsOf(path);
    return this.known.find(
      (one) =>
        one.isHash === isHash &&
        one.parts.length === said.length &&
        one.parts.every((part, i) => part === said[i] || (part.startsWith(":") && said[i])),
    )?.route;
  }
}

const shows = ({ selector }: Route): boolean => {
  try {
    return selector !== undefined && document.querySelector(selector) !== null;
  } catch {
    return false; // what this browser cannot read is not there
  }
};

const pathOf = (address: string): string => {
  let rest = address.split("?", 1)[0] ?? "";
  if (ANY_SCHEME.test(rest)) rest = rest.replace(ANY_SCHEME, "");
  return rest.startsWith("//") ? rest.replace(/^\/\/[^/]*/, "") : rest;
};
