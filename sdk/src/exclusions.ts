/** How often each exclusion of the policy matched, by its place in the policy and nothing else: selectors, then routes. */

import type { CaptureRules } from "./rules";

const MOST = 1_000;

export class Exclusions {
  private counts: number[] = [];

  constructor(private readonly rules: CaptureRules["exclusions"]) {}

  /** Count the elements below a node, and the node itself, that a selector names. */
  look(below: ParentNode): void {
    for (const [place, selector] of this.rules.selectors.entries()) {
      this.add(place, below.querySelectorAll(selector).length + Number(below instanceof Element && below.matches(selector)));
    }
  }

  /** Count a visit to a route that is left out. */
  visited(template: string | undefined): void {
    const place = template === undefined ? -1 : this.rules.routes.indexOf(template);
    if (place >= 0) this.add(this.rules.selectors.length + place, 1);
  }

  /** What was counted since the last time, for one batch; empty if nothing matched. */
  take(): readonly number[] {
    const taken = Array.from(this.counts, (count: number | undefined) => count ?? 0);
    this.counts = [];
    return taken;
  }

  private add(place: number, count: number): void {
    if (count > 0) this.counts[place] = Math.min((this.counts[place] ?? 0) + count, MOST);
  }
}
