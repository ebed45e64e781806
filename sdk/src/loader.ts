/**
 * Consent and interactions, and the recorder of shapes from a file beside this one once a ticket asks for shapes. The
 * file's hash is written into this one, so whoever checks this one has checked both. If it does not come, or is another,
 * the page is recorded at `clicks`.
 */

import { milkglassOver } from "./api";
import type { MakePart } from "./consent/host";
import { NO_SHAPE } from "./no-shape";
import { fetchLeft } from "./script";
import type { Shape } from "./session";

/** Where the recorder's file leaves itself until it is taken up. */
export type Left = typeof globalThis & { milkglassShape?: (() => Shape) | undefined };

/** Names and `integrity` of the other files; the build puts them in. */
declare const RECORDER: { readonly file: string; readonly sri: string };
declare const CONSENT: { readonly file: string; readonly sri: string };

const fetched = async (): Promise<Shape> => (await fetchLeft<() => Shape>(RECORDER, "milkglassShape"))();

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
}, () => fetchLeft<MakePart>(CONSENT, "milkglassConsent"));

export const { start, stop, withdraw, supportCode, consent } = milkglass;
