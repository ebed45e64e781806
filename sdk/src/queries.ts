/** What of an address's query may stay: a key that the policy names keeps a number or an entry; all else goes. */

import type { Masking } from "./masking";
import { OFF_THE_MAP } from "./rules";
import { labelOf } from "./text";

const MOST_PAIRS = 100;
const MOST_KEPT = 8;

const entryIn = (value: string, masking: Masking): string | undefined => {
  if (!masking.readable) return undefined;
  try {
    return labelOf(decodeURIComponent(value.replace(/\+/g, " ")), masking.readable);
  } catch {
    return undefined;
  }
};

/** The string class URL: the template of an address, with what may stay of its query. */
export const addressOf = (address: string, masking: Masking): string => {
  const template = masking.routes.template(address);
  if (template === OFF_THE_MAP || masking.queryKeys.size === 0) return template;
  const cut = address.indexOf("#");
  const [before, fragment] = cut < 0 ? [address, ""] : [address.slice(0, cut), address.slice(cut + 1)];
  const place = template.startsWith("#") ? fragment : before;
  const query = place.includes("?") ? place.slice(place.indexOf("?") + 1) : "";
  const kept = new Map<string, string>();
  for (const pair of query.split("&").slice(0, MOST_PAIRS)) {
    const [key = "", value = ""] = pair.includes("=") ? [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)] : [pair];
    if (!masking.queryKeys.has(key) || kept.has(key) || kept.size === MOST_KEPT) continue;
    const said = /^-?[0-9]{1,6}$/.test(value) ? value : entryIn(value, masking);
    if (said !== undefined) kept.set(key, said);
  }
  return kept.size > 0 ? `${template}?${Array.from(kept, ([key, said]) => `${key}=${said}`).join("&")}` : template;
};
