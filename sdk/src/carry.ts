/** A tab is a recording: its ticket and next number outlive a page load, and only in this tab. */

export interface Carried {
  readonly ticket: string;
  readonly recording: string;
  readonly number: number;
}

const KEY = "milkglass";

/** Take what the page before left. It is removed, so that a copied tab does not go on with the same numbers. */
export const takeCarried = (): Carried | undefined => {
  try {
    const said = sessionStorage.getItem(KEY);
    sessionStorage.removeItem(KEY);
    const found = said === null ? null : (JSON.parse(said) as Partial<Carried> | null);
    return typeof found?.ticket === "string" && Number.isInteger(found.number) ? (found as Carried) : undefined;
  } catch {
    return undefined;
  }
};

export const leaveCarried = (carried: Carried): void => {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(carried));
  } catch {
    // Without storage the next page is a recording of its own.
  }
};
