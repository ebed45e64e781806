/** Writes clean CSS in one spelling. White space is held back until something follows it. */

/** Something in a rule or declaration is not known, so the whole of it goes. */
export class Gone extends Error {}

/** A selector asks for what is never stored, so of a list only that one goes. */
export class Hidden extends Gone {}

// By operator, the starts of what it would become another thing with.
const NUMBERS = "0123456789+-.";
const JOINED: Readonly<Record<string, string>> = { "+": NUMBERS, "-": NUMBERS, ".": NUMBERS, "/": "*", "*": "=" };

export class Writer {
  private parts: string[] = [];
  private hasSpace = false;
  private isWord = false;
  private joining = "";

  /** How much was written, to come back to. */
  get place(): number {
    return this.parts.length;
  }

  space(): void {
    this.hasSpace = true;
  }

  /** Begin a part: white space before it falls. */
  start(): void {
    this.hasSpace = this.isWord = false;
    this.joining = "";
  }

  /** Write a bracket, comma, operator or anything else that parts words. */
  mark(text: string): void {
    this.put(text, false);
  }

  /** Write an opening bracket. A word that it touched would be a function's name. */
  opening(text: string): void {
    this.hasSpace ||= this.isWord;
    this.put(text, false);
  }

  /** Write a mark of a value, which with what follows it must not become another thing: `.` and 5, `/` and `*`. */
  operator(text: string): void {
    // `2px` and the `-` behind it would be read as one name.
    this.hasSpace ||= text === "-" && this.isWord;
    this.put(text, false);
    this.joining = text;
  }

  /** Write a keyword, a number, a token or a function's beginning; two that touch are parted. */
  word(text: string): void {
    this.put(text, true);
  }

  /** Let the next word touch this one. */
  glue(): void {
    this.hasSpace = this.isWord = false;
  }

  /** Take back all that was written since `place`. */
  back(place: number): void {
    this.parts.length = place;
    this.start();
  }

  toString(): string {
    return this.parts.join("");
  }

  private put(text: string, isWord: boolean): void {
    const joins = (isWord && this.joining === "-") || JOINED[this.joining]?.includes(text.charAt(0));
    if (this.hasSpace || (isWord && this.isWord) || joins) this.parts.push(" ");
    this.parts.push(text);
    this.joining = "";
    this.hasSpace = false;
    this.isWord = isWord;
  }
}
