/** What masking knows of its recording: the vocabulary, the token key, the routes, the level of now. */

import { Routes, type CaptureRules, type Level } from "./rules";
import { Tokens } from "./tokens";
import { wordsOf, type Words } from "./vocabulary";

/** Where a node hangs, as far as its string class depends on it. */
export interface Place {
  readonly tag: string;
  readonly isEditable: boolean;
}

/** What only the page's tree can tell; in its absence the stricter class is used. */
export interface Page {
  /** Width of a line, in hundredths of an em of the font of the node with this id (or of its parent's). */
  width(line: string, node: number | null): number;
  /** The box of a replaced element or control in px, undefined if it is not shown. */
  size(node: number): { readonly width: number; readonly height: number } | undefined;
  /** The element that a node is put under, undefined if unknown. */
  place(parent: number | null): Place | undefined;
}

export class Masking {
  readonly words: Words;
  readonly tokens: Tokens;
  readonly routes: Routes;
  readonly queryKeys: ReadonlySet<string>;

  constructor(
    readonly rules: CaptureRules,
    readonly page: Page,
    public level: Level,
  ) {
    this.words = wordsOf(rules);
    this.tokens = new Tokens(rules.key, this.words.names);
    this.routes = new Routes(rules);
    this.queryKeys = new Set(rules.query_keys);
  }

  /** The vocabulary at the level of now: at `wireframe` no text is looked up. */
  get readable(): Words | null {
    return this.level === "labelled" ? this.words : null;
  }

  /** Milliseconds between two moments that are kept apart. */
  get step(): number {
    return this.level === "clicks" ? 1000 : 50;
  }
}
