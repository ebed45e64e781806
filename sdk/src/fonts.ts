/**
 * Fonts: what the page's texts are set in, as measures, so that a viewer who has other fonts lays the page out alike.
 * Measured on canvases that are in no document; a web font that the page did not load is never asked for.
 */

import { generic_families } from "../../spec/css.json";
import { icons, sample } from "../../spec/faces.json";

export interface Face {
  readonly family: string;
  readonly weight: string;
  readonly style: string;
  readonly kind: "sans" | "serif" | "mono" | "icons";
  readonly ascent: number;
  readonly descent: number;
  readonly gap: number;
  readonly advance: number;
}

type Measured = Omit<Face, "family" | "weight" | "style">;

const EM = 1000;
const LETTER = 0x61;
const MOST_FACES = 64;
const GENERIC: ReadonlySet<string> = new Set(generic_families);
// Line gaps of the two fonts that nearly every system has; others of today have none.
const GAPS: Readonly<Record<string, number>> = { "905 212": 33, "891 216": 42 };
const WORDS: Readonly<Record<string, string>> = { normal: "400", bold: "700" };

const plain = (family: string): string => family.trim().replace(/^(["'])(.*)\1$/, "$2");

const holdsLetters = (range: string): boolean =>
  range.split(",").some((one) => {
    const [from, to] = one.trim().slice(2).split("-");
    return parseInt(from?.replace(/\?/g, "0") ?? "", 16) <= LETTER && parseInt((to ?? from ?? "").replace(/\?/g, "F"), 16) >= LETTER;
  });

class Measuring {
  private readonly context: CanvasRenderingContext2D | null;

  constructor(document: Document) {
    this.context = document.createElement("canvas").getContext("2d");
  }

  /** Undefined where the family is not there. A web font without letters is one of icons. */
  measure(family: string, style: string, stack: string, isWeb: boolean): Measured | undefined {
    const { context } = this;
    if (!context) return undefined;
    const set = (rest: string): void => {
      context.font = `${style} ${EM}px ${JSON.stringify(family)},${rest}`;
    };
    const width = (text: string): number => context.measureText(text).width;
    set("serif");
    const beside = width(sample);
    set("monospace");
    const own = width(sample);
    const hasLetters = own === beside;
    if (!hasLetters && !isWeb) return undefined;
    const { fontBoundingBoxAscent, fontBoundingBoxDescent } = context.measureText("x");
    const [ascent, descent] = [Math.round(fontBoundingBoxAscent), Math.round(fontBoundingBoxDescent)];
    const gap = GAPS[`${ascent} ${descent}`] ?? 0;
    if (hasLetters) {
      const kind = width("ii") === width("mm") ? "mono" : /(^|[, -])serif/.test(stack.replace(/sans-serif/g, "")) ? "serif" : "sans";
      return { kind, ascent, descent, gap, advance: Math.round(own / sample.length) };
    }
    const drawn = icons.map((code) => width(String.fromCharCode(parseInt(code, 16))));
    const none = width("\uf8fe");
    return { kind: "icons", ascent, descent, gap, advance: Math.round(drawn.find((one) => one !== none) ?? EM) };
  }
}

export class Fonts {
  private readonly known = new Map<string, Face | undefined>();

  /** `stacks` are the lists of families in the page's sheets, with commas between. */
  constructor(private readonly stacks: ReadonlySet<string>) {}

  /** What is known now of the fonts of a page and of its frames, but for those that are out. */
  faces(view: Window, isOut: (frame: Document) => boolean): Face[] {
    this.look(view, isOut);
    return [...this.known.values()].filter((one) => one !== undefined).slice(0, MOST_FACES);
  }

  private look(view: Window, isOut: (frame: Document) => boolean): void {
    const { document } = view;
    const measuring = new Measuring(document);
    const stacks = [...this.stacks];
    for (const name of ["body", "h1", "code", "button", "input"]) {
      const element = document.querySelector(name);
      if (element) stacks.push(view.getComputedStyle(element).fontFamily);
    }
    const web = new Set<string>();
    for (const face of document.fonts) {
      const family = plain(face.family);
      web.add(family.toLowerCase());
      if (face.status === "loaded" && holdsLetters(face.unicodeRange)) {
        this.web(face, family, stacks.find((one) => one.includes(family)) ?? "", measuring);
      }
    }
    for (const stack of stacks) {
      for (const family of stack.split(",").map(plain)) {
        if (web.has(family.toLowerCase()) || GENERIC.has(family.toLowerCase()) || family === "") continue;
        for (const weight of ["400", "700"]) this.put(family, weight, "normal", () => measuring.measure(family, weight, stack, false));
      }
    }
    for (const frame of Array.from({ length: view.length }, (_, i) => view[i])) {
      try {
        if (frame && !isOut(frame.document)) this.look(frame, isOut);
      } catch {
        // Another origin's frame is not ours to read.
      }
    }
  }

  private web(face: FontFace, family: string, stack: string, measuring: Measuring): void {
    const style = face.style.split(" ")[0] ?? "normal";
    const [from, to] = face.weight.split(" ").map((one) => WORDS[one] ?? one);
    const spans = to === undefined ? [[from ?? "400", from ?? "400"]] : [[`${from ?? ""} 500`, "400"], [`501 ${to}`, "700"]];
    for (const [weight, at] of spans) {
      this.put(family, weight ?? "", style, () => measuring.measure(family, `${style} ${at ?? ""}`, stack, true));
    }
  }

  private put(family: string, weight: string, style: string, measure: () => Measured | undefined): void {
    const key = `${family}\0${weight}\0${style}`;
    if (this.known.get(key) || this.known.size > 10 * MOST_FACES) return;
    const found = measure();
    this.known.set(key, found && { family: JSON.stringify(family), weight, style, ...found });
  }
}
