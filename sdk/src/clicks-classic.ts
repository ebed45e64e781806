/** Consent and interactions alone as a classic file; the consent part comes from the file beside it, once a page asks for it. */

import { milkglassOver } from "./api";
import type { MakePart } from "./consent/host";
import { NO_SHAPE } from "./no-shape";
import { fetchLeft } from "./script";

/** Name and `integrity` of the consent part's file; the build puts them in. */
declare const CONSENT: { readonly file: string; readonly sri: string };

const milkglass = milkglassOver(() => NO_SHAPE, () => fetchLeft<MakePart>(CONSENT, "milkglassConsent"));

export const { start, stop, withdraw, supportCode, consent } = milkglass;
