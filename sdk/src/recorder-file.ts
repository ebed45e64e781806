/** The recorder as a file of its own: it leaves itself where the loader that fetched it takes it up. */

import type { Left } from "./loader";
import { wholeShape } from "./shape";

(globalThis as Left).milkglassShape = wholeShape;
