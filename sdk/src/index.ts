/** The whole recorder as an ES module. */

import { milkglassOver } from "./api";
import { mirrorOf, startRecorder } from "./recorder";
import { Tree } from "./tree";

export type { Milkglass } from "./api";
export type { Options } from "./options";

const milkglass = milkglassOver(() => {
  const tree = new Tree(mirrorOf);
  return { most: "labelled", page: tree, start: (options) => startRecorder({ ...options, tree }) };
});

export const { start, stop, withdraw, supportCode } = milkglass;
