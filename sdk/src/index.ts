/** The whole recorder as an ES module. */

import { milkglassOver } from "./api";
import { wholeShape } from "./shape";

export type { Milkglass } from "./api";
export type { Options } from "./options";

const milkglass = milkglassOver(wholeShape);

export const { start, stop, withdraw, supportCode } = milkglass;
