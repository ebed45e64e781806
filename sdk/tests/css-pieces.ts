/**
 * Reads `[kind, text]` pairs as JSON and writes what each is cleaned to, with the page's words left readable: the
 * server's tests compare it with what the server makes of the same (`tests/fuzz/test_pieces.py`).
 */

import { readFileSync } from "node:fs";

import { declarations, media, paint, property, rule, sheet } from "../src/css/index";
import { Tokens, type Letter } from "../src/tokens";

class Readable extends Tokens {
  override word(letter: Letter, word: string): string {
    return `${letter}<${word}>`;
  }
}

const KINDS = [sheet, rule, declarations, media, paint, property];
const words = new Readable("", new Map());
const given = JSON.parse(readFileSync(0, "utf8")) as [number, string][];
process.stdout.write(JSON.stringify(given.map(([kind, text]) => KINDS[kind]?.(text, words))));
