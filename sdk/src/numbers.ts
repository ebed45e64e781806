/** NUMBER and its kinds: finite, clamped, on a grid; undefined for what is no number of ours. Source: spec/README.md. */

const FAR = 1_000_000;

const finite = (said: unknown): said is number => typeof said === "number" && Math.abs(said) < 2 ** 53;
const clamp = (number: number, least: number, most: number): number => Math.min(Math.max(number, least), most);

const stepped = (said: unknown, step: number, least: number, most: number): number | undefined =>
  finite(said) ? clamp(Math.floor(Math.floor(said) / step) * step, least, most) + 0 : undefined;

const whole = (said: unknown, least: number, most: number): number | undefined =>
  Number.isInteger(said) && (said as number) >= least && (said as number) <= most ? (said as number) : undefined;

export const grid = (said: unknown): number | undefined => stepped(said, 4, -FAR, FAR);
/** A viewport's length, whole: a coarser one would lay the page out anew. */
export const size = (said: unknown): number | undefined => stepped(said, 1, 0, 100_000);
/** Thousandths of an em, at most ten em. */
export const milli = (said: unknown): number | undefined => stepped(said, 1, 0, 10_000);
export const offset = (said: unknown): number | undefined => stepped(said, 50, -60_000, 60_000);
export const duration = (said: unknown): number | undefined => stepped(said, 50, 0, 600_000);

/** Milliseconds since `began`, on steps of 50 ms, or 1,000 ms at the level `clicks`. */
export const moment = (said: unknown, step: number): number | undefined => stepped(said, step, 0, 2 ** 48);
export const nodeId = (said: unknown): number | null | undefined => (said === null ? null : whole(said, -1, 2 ** 31 - 1));

/** A place in a list, or the path to a nested rule. */
export const index = (said: unknown): number | number[] | undefined => {
  if (!Array.isArray(said)) return whole(said, 0, FAR);
  const places = said.map((one) => whole(one, 0, FAR));
  return places.length <= 64 && places.every((one) => one !== undefined) ? places : undefined;
};

export const twoDecimals = (said: unknown): number | undefined =>
  finite(said) ? Math.floor(clamp(said, -FAR, FAR) * 100 + 0.5) / 100 : undefined;

export const fraction = (said: unknown): number | undefined =>
  finite(said) ? Math.floor(clamp(said, 0, 1) * 256) / 256 : undefined;

/** Spell a number of at most four decimals without an exponent. */
export const shortest = (number: number): string =>
  String(number).includes("e") ? number.toFixed(4).replace(/\.?0+$/, "") : String(number + 0);

const ATTRIBUTE = /^([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+))(px|%|em|rem|vw|vh)?$/;

/** A NUMBER attribute: a number, or digits with a unit. */
export const attributeNumber = (said: unknown): number | string | undefined => {
  if (typeof said !== "string") return twoDecimals(said);
  const found = ATTRIBUTE.exec(said);
  const number = found ? twoDecimals(Number(found[1])) : undefined;
  return found && number !== undefined ? shortest(number) + (found[2] ?? "") : undefined;
};

const NUMBER = /[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,2})?/y;
const GAP = /[ ,]*/y;
const LENGTH_UNIT = /(?:px|%|em|rem)?/y;
const ANGLE_UNIT = /(?:deg|rad|turn|px|%)?/y;
const NO_UNIT = /(?:)/y;
const COMMAND = /[MmLlHhVvCcSsQqTtAaZz]/y;
const CALL = /(?:matrix|translateX|translateY|translate|scaleX|scaleY|scale|rotate|skewX|skewY)\(/y;
const CLOSING = /\)/y;
const LONG = /(?:^|[^0-9.])[0-9]{7}/;
const TRANSFORMS: ReadonlySet<string> = new Set(["transform", "gradienttransform", "patterntransform"]);

/** Reads a string from left to right, once: no pattern here can be made to go back. */
class Scan {
  at = 0;

  constructor(private readonly said: string) {}

  get isDone(): boolean {
    return this.at === this.said.length;
  }

  take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.said)?.[0];
    this.at += found?.length ?? 0;
    return found;
  }

  numbers(unit: RegExp): number {
    let count = 0;
    this.take(GAP);
    for (; this.take(NUMBER) !== undefined; count++) {
      this.take(unit);
      this.take(GAP);
    }
    return count;
  }
}

const isPath = (scan: Scan): boolean => {
  for (let last = ""; !scan.isDone; ) {
    const command = scan.take(COMMAND);
    if (command === undefined) return false;
    const isEnd = command.toLowerCase() === "z";
    if (isEnd ? last === "z" : scan.numbers(NO_UNIT) === 0) return false;
    if (isEnd) scan.take(GAP);
    last = isEnd ? "z" : "";
  }
  return true;
};

const isTransform = (scan: Scan): boolean => {
  while (!scan.isDone) {
    if (scan.take(CALL) === undefined || scan.numbers(ANGLE_UNIT) === 0 || scan.take(CLOSING) === undefined) return false;
    scan.take(GAP);
  }
  return true;
};

const isList = (scan: Scan): boolean => {
  scan.numbers(LENGTH_UNIT);
  return scan.isDone;
};

/** A path, a transform or a list of numbers, by the attribute's name; at most six digits a number. */
export const geometry = (name: string, said: string): string | undefined => {
  const plain = said.replace(/[\t\n\f\r ]+/g, " ").replace(/^ | $/g, "");
  const isForm = name === "d" ? isPath : TRANSFORMS.has(name) ? isTransform : isList;
  if (!isForm(new Scan(plain)) || LONG.test(plain)) return undefined;
  return plain.replace(/(\.[0-9]{4})[0-9]+/g, "$1");
};
