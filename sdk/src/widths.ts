/** Widths of texts in their own font, measured on a canvas that is in no document. */

import { nodeAbove } from "./capture";

const MOST_REMEMBERED = 5_000;
const UNKNOWN_FONT = "16px sans-serif";

interface Font {
  readonly css: string;
  readonly size: number;
  readonly transform: string;
  readonly spacing: number;
}

const ESTIMATE_PER_CHARACTER = 55;
/** For how long elements that look alike to selectors are taken to have one font, while the page has the same sheets. */
const ALIKE_MS = 30_000;
const OF_FONTS = /font|letter|transform|all|zoom/;

/** What most rules select an element by: tags, classes, ids and own styles up to the root. */
const looksOf = (element: Element): string => {
  let looks = "";
  for (let at: Node | null = element; at instanceof Element; at = nodeAbove(at)) {
    const style = at.getAttribute("style") ?? "";
    looks += `${at.localName}.${at.getAttribute("class") ?? ""}#${at.id}{${OF_FONTS.test(style) ? style : ""}`;
  }
  return looks;
};

const fontOf = (element: Element): Font => {
  const view = element.ownerDocument.defaultView;
  const style = view?.getComputedStyle(element);
  const size = parseFloat(style?.fontSize ?? "") || 16;
  const css = style ? `${style.fontStyle} ${style.fontWeight} ${String(size)}px ${style.fontFamily}` : UNKNOWN_FONT;
  return { css, size, transform: style?.textTransform ?? "none", spacing: parseFloat(style?.letterSpacing ?? "") || 0 };
};

const transformed = (line: string, transform: string): string => {
  switch (transform) {
    case "uppercase":
      return line.toUpperCase();
    case "lowercase":
      return line.toLowerCase();
    default:
      return line;
  }
};

export class Widths {
  private readonly known = new Map<string, number>();
  private fonts = new WeakMap<Element, Font>();
  private readonly alike = new Map<string, Font>();
  private alikeSince = 0;
  private sheets = 0;
  private set = "";
  private readonly context = document.createElement("canvas").getContext("2d");

  /** Fonts are looked up anew for the next event: classes and sheets change. */
  forget(): void {
    this.fonts = new WeakMap();
    const sheets = document.styleSheets.length;
    if (sheets === this.sheets && performance.now() - this.alikeSince < ALIKE_MS) return;
    this.alike.clear();
    this.alikeSince = performance.now();
    this.sheets = sheets;
  }

  /** To ask for a style in the midst of changes lays the page out, so one answer does for all that look alike. */
  private fontOf(element: Element): Font {
    if (element.getRootNode() !== document) return fontOf(element); // other trees and frames have rules of their own
    const looks = looksOf(element);
    let font = this.alike.get(looks);
    if (!font) this.alike.set(looks, (font = fontOf(element)));
    return font;
  }

  /** Ascent and descent of a font, given as CSS, in px. */
  lineHeight(font: string): number {
    if (!this.context) return 16;
    this.setFont(font);
    const { fontBoundingBoxAscent, fontBoundingBoxDescent } = this.context.measureText("x");
    return Math.round(fontBoundingBoxAscent) + Math.round(fontBoundingBoxDescent) || 16;
  }

  /** The canvas spells a font in its own way, so that what it says is never what was set. */
  private setFont(css: string): void {
    if (this.context && this.set !== css) this.context.font = css;
    this.set = css;
  }

  /** Hundredths of an em of the element's font; an estimate where nothing can be measured. */
  measure(line: string, element: Element | null): number {
    if (!this.context || !element) return line.length * ESTIMATE_PER_CHARACTER;
    let font = this.fonts.get(element);
    if (!font) this.fonts.set(element, (font = this.fontOf(element)));
    const key = font.css + "\0" + String(font.spacing) + font.transform + "\0" + line;
    let width = this.known.get(key);
    if (width === undefined) {
      this.setFont(font.css);
      const said = transformed(line, font.transform);
      width = ((this.context.measureText(said).width + said.length * font.spacing) / font.size) * 100;
      if (this.known.size >= MOST_REMEMBERED) this.known.clear();
      this.known.set(key, width);
    }
    return width;
  }
}
