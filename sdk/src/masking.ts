/** What masking knows of its recording: the vocabulary, the token key, the routes, the level of now. */

import { Exclusions } from "./exclusions";
import { Routes, type CaptureRules, type Level } from "./rules";
import type { Around } from "./text";
import { Tokens } from "./tokens";
import { hash32, refer, wordsOf, type Words } from "./vocabulary";

/** Where a node hangs, as far as its string class depends on it. */
export interface Place {
  readonly tag: string;
  readonly isEditable: boolean;
  /** In a code block, whose line breaks are seen. */
  readonly keepsLines?: boolean;
}

/** What only the page's tree can tell; in its absence the stricter class is used. */
export interface Page {
  /** Width of a line, in hundredths of an em of the font of the node with this id (or of its parent's). */
  width(line: string, node: number | null): number;
  /** Take notice of what became of a text. */
  note(node: number | null, masked: string): void;
  /** The element that a node is put under, undefined if unknown. */
  place(parent: number | null): Place | undefined;
  /** What stands around a text in its code block. */
  around(node: number | null): Around;
  /** A sheet as the page has it, undefined if the node is none. */
  sheet(node: number): Sheet | undefined;
}

export interface Sheet {
  /** Hash of a style's text, or of a link's path with its query. */
  readonly hash: number;
  /** Top-level rules as the browser counts them; undefined where it may not read them. */
  readonly rules: number | undefined;
}

export class Masking {
  readonly words: Words;
  readonly tokens: Tokens;
  readonly routes: Routes;
  readonly exclusions: Exclusions;
  readonly queryKeys: ReadonlySet<string>;

  constructor(
    readonly rules: CaptureRules,
    readonly page: Page,
    public level: Level,
  ) {
    this.words = wordsOf(rules);
    this.tokens = new Tokens(rules.key, this.words.names);
    this.routes = new Routes(rules);
    this.exclusions = new Exclusions(rules.exclusions);
    this.queryKeys = new Set(rules.query_keys);
  }

  /** The vocabulary at the level of now: at `wireframe` no text is looked up. */
  get readable(): Words | null {
    return this.level === "labelled" ? this.words : null;
  }

  /** The reference of a known sheet, if the page has not changed it: another count of rules means that it has. */
  known(node: number | null): string | undefined {
    const sheet = node === null || this.words.sheets.size === 0 ? undefined : this.page.sheet(node);
    const byRules = sheet && this.words.sheets.get(sheet.hash);
    if (!sheet || !byRules) return undefined;
    const number = sheet.rules === undefined ? [...byRules.values()][0] : byRules.get(sheet.rules);
    return number === undefined ? undefined : refer("s", number);
  }

  /** The number of a listed image by the address that the page gives; undefined at a level that shows none. */
  asset(address: string): string | undefined {
    return this.readable?.assets.get(hash32(address.replace(/#.*$/s, "").replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?]*/i, "") || "/"))?.toString();
  }

  /** Milliseconds between two moments that are kept apart. */
  get step(): number {
    return this.level === "clicks" ? 1000 : 50;
  }
}
