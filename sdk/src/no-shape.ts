/** What stands in the place of the recorder where only interactions are kept. */

import type { Shape } from "./session";

export const NO_SHAPE: Shape = {
  most: "clicks",
  page: { width: () => 0, note: () => undefined, place: () => undefined, around: () => ["", "", 8], sheet: () => undefined },
  start: () => ({ stop: () => undefined, snapshot: () => 0, flush: () => undefined }),
};
