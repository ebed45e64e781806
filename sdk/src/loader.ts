/**
 * Consent and interactions, and the recorder of shapes from a file beside this one once a ticket asks for shapes. The
 * file's hash is written into this one, so whoever checks this one has checked both. If it does not come, or is another,
 * the page is recorded at `clicks`.
 */

import { milkglassOver } from "./api";
import { NO_SHAPE } from "./no-shape";
import type { Shape } from "./session";

/** Where the recorder's file leaves itself until it is taken up. */
export type Left = typeof globalThis & { milkglassShape?: (() => Shape) | undefined };

/** Name and `integrity` of the recorder's file; the build puts them in. */
declare const RECORDER: { readonly file: string; readonly sri: string };

// Known only while this file runs.
const own = document.currentScript as HTMLScriptElement | null;

const fetched = (): Promise<Shape> =>
  new Promise((take, fail) => {
    const script = document.createElement("script");
    script.crossOrigin = "anonymous";
    script.integrity = RECORDER.sri;
    script.nonce = own?.nonce ?? "";
    script.onerror = script.onload = () => {
      script.remove();
      const left = globalThis as Left;
      const made = left.milkglassShape;
      delete left.milkglassShape;
      if (made) take(made());
      else fail(new Error("milkglass: the recorder did not come"));
    };
    script.src = new URL(RECORDER.file, own?.src ?? location.href).href;
    document.head.append(script);
  });

const milkglass = milkglassOver(() => {
  let shape = NO_SHAPE;
  return {
    get most() {
      return shape.most;
    },
    get page() {
      return shape.page;
    },
    start: (options) => shape.start(options),
    load: async () => {
      if (shape === NO_SHAPE) shape = await fetched().catch(() => NO_SHAPE); // asked again at the next ticket
    },
  };
});

export const { start, stop, withdraw, supportCode } = milkglass;
