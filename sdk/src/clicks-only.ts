/** Consent and interactions alone, without the recorder: whatever the policy says, at most the level `clicks`. */

import { milkglassOver } from "./api";

export type { Milkglass } from "./api";
export type { Options } from "./options";

const milkglass = milkglassOver(() => ({
  most: "clicks",
  page: { width: () => 0, note: () => undefined, place: () => undefined, sheet: () => undefined },
  start: () => ({ stop: () => undefined, snapshot: () => 0 }),
}));

export const { start, stop, withdraw, supportCode } = milkglass;
