/** Consent and interactions alone, without the recorder: whatever the policy says, at most the level `clicks`. */

import { milkglassOver } from "./api";
import { NO_SHAPE } from "./no-shape";

export type { Milkglass } from "./api";
export type { Consent } from "./consent/host";
export type { Options } from "./options";

const milkglass = milkglassOver(() => NO_SHAPE, async () => (await import("./consent/module")).makePart);

export const { start, stop, withdraw, supportCode, consent } = milkglass;
