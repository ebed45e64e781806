/** Widths of texts in their own font, measured on a canvas that is in no document. */

const MOST_REMEMBERED = 5_000;
const UNKNOWN_FONT = "16px sans-serif";

interface Font {
  readonly css: string;
  readonly size: number;
  readonly transform: string;
  readonly spacing: number;
}

const ESTIMATE_PER_CHARACTER = 55;

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
  private readonly context = document.createElement("canvas").getContext("2d");

  /** Fonts are looked up anew for the next event: classes and sheets change. */
  forget(): void {
    this.fonts = new WeakMap();
  }

  /** Ascent and descent of a font, given as CSS, in px. */
  lineHeight(font: string): number {
    if (!this.context) return 16;
    this.context.font = font;
    const { fontBoundingBoxAscent, fontBoundingBoxDescent } = this.context.measureText("x");
    return Math.round(fontBoundingBoxAscent) + Math.round(fontBoundingBoxDescent) || 16;
  }

  /** Hundredths of an em of the element's font; an estimate where nothing can be measured. */
  measure(line: string, element: Element | null): number {
    if (!this.context || !element) return line.length * ESTIMATE_PER_CHARACTER;
    let font = this.fonts.get(element);
    if (!font) this.fonts.set(element, (font = fontOf(element)));
    const key = font.css + "\0" + String(font.spacing) + font.transform + "\0" + line;
    let width = this.known.get(key);
    if (width === undefined) {
      if (this.context.font !== font.css) this.context.font = font.css;
      const said = transformed(line, font.transform);
      width = ((this.context.measureText(said).width + said.length * font.spacing) / font.size) * 100;
      if (this.known.size >= MOST_REMEMBERED) this.known.clear();
      this.known.set(key, width);
    }
    return width;
  }
}
