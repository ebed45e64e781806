/** The whole recorder as an ES module. */

import { milkglassOver } from "./api";
import { wholeShape } from "./shape";

export type { Milkglass } from "./api";
export type { Consent } from "./consent/host";
export type { Options } from "./options";

const milkglass = milkglassOver(wholeShape, async () => (await import("./consent/module")).makePart);

export const { start, stop, withdraw, supportCode, consent } = milkglass;
