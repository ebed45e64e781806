/** A page that is hidden, left, or kept by the browser and shown again. */

import type { Edge } from "./edge";

export interface Leaving {
  /** Another tab is looked at, or the device was put away: the page may not come back. */
  hidden(): void;
  away(): void;
  /** The browser kept the page and shows it again, before it tells the page in between of its leaving. */
  back(): void;
}

/** Tell of it until the returned function is called. */
export const watchLeaving = (edge: Edge, told: Leaving): (() => void) => {
  let isAway = false;
  const hidden = (): void => {
    // A page that is left is hidden after that: what it did meanwhile has no number, for the next page goes on with them.
    if (document.visibilityState === "hidden" && !isAway) told.hidden();
  };
  const away = (): void => {
    told.away();
    isAway = true;
    // Only a page that told itself of its leaving, and stays, comes to that.
    edge.after(0, () => { isAway = false; });
  };
  const back = (event: PageTransitionEvent): void => {
    if (event.persisted) told.back();
  };
  document.addEventListener("visibilitychange", hidden);
  window.addEventListener("pagehide", away);
  window.addEventListener("pageshow", back);
  return () => {
    document.removeEventListener("visibilitychange", hidden);
    window.removeEventListener("pagehide", away);
    window.removeEventListener("pageshow", back);
  };
};
