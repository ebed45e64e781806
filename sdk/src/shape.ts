/** What keeps a page's shape: rrweb's recorder behind masking. In the whole file it is there; the loader fetches it. */

import { mirrorOf, startRecorder } from "./recorder";
import type { Shape } from "./session";
import { Tree } from "./tree";

export const wholeShape = (): Shape => {
  const tree = new Tree(mirrorOf);
  return { most: "labelled", page: tree, start: (options) => startRecorder({ ...options, tree }) };
};
