/** The consent part as a file of its own: it leaves itself where the file that fetched it takes it up. */

import type { MakePart } from "./host";
import { makePart } from "./part";

(globalThis as { milkglassConsent?: MakePart }).milkglassConsent = makePart;
