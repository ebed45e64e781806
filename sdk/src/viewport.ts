/**
 * The viewport that a page is laid out in: without the root's scroll bars, which a replay's frame has not. Whole px.
 * Source: CSSOM View, `clientWidth` of the root; in quirks mode the body speaks for the viewport.
 */

export interface Viewport {
  readonly width: number;
  readonly height: number;
}

export const viewport = (): Viewport => {
  const root = document.compatMode === "BackCompat" && (document.body as Element | null) ? document.body : document.documentElement;
  return { width: root.clientWidth || innerWidth, height: root.clientHeight || innerHeight };
};

/** A root that grows with each frame is not asked at each. */
const APART_MS = 250;

/** Tell the viewport each time that it is another, also when the root starts or stops scrolling. Returns how to end. */
export const watchViewport = (tell: (size: Viewport) => void): (() => void) => {
  let last = viewport();
  const look = (): void => {
    const size = viewport();
    if (size.width === last.width && size.height === last.height) return;
    last = size;
    tell(size);
  };
  let [height, timer] = [-1, 0];
  const watch = (): void => {
    observer.observe(document.documentElement);
  };
  // An observer begins with the size there is: where it is that of the last time, nothing more is to be asked for now.
  const observer = new ResizeObserver(([entry]) => {
    look();
    if (entry?.contentRect.height === height) return;
    height = entry?.contentRect.height ?? -1;
    observer.disconnect();
    timer = window.setTimeout(watch, APART_MS);
  });
  watch();
  // A root of a fixed size does not change with the window.
  window.addEventListener("resize", look);
  return () => {
    observer.disconnect();
    clearTimeout(timer);
    window.removeEventListener("resize", look);
  };
};
