/**
 * The recorder: takes rrweb's events, masks each before it leaves this function. The only module that imports rrweb.
 * An event that cannot be masked is dropped and reported as a fault; it never passes.
 */

import { record } from "@rrweb/record";
import { OWN } from "./consent/host";
import { Elsewhere, exclusionOf, isExcluded, type Capture } from "./capture";
import { Changes, type Mutation } from "./changes";
import { maskEvent, type MaskedEvent } from "./events";
import { Fonts } from "./fonts";
import { LeftOut } from "./left-out";
import { Panels } from "./panels";
import { Sizes } from "./sizes";
import { Sheets } from "./sheets";
import type { Mirror, Tree } from "./tree";
import { viewport, watchViewport } from "./viewport";

export interface RecorderOptions {
  readonly capture: Capture;
  readonly tree: Tree;
  /** Take a masked event into the queue. */
  readonly emit: (event: MaskedEvent) => void;
  /** Something could not be masked and was dropped: begin again with a snapshot. */
  readonly fault: () => void;
}

export interface Recorder {
  stop(): void;
  /** Take a full snapshot now; returns how many ms it took. */
  snapshot(): number;
  /** Emit what changed until now. */
  flush(): void;
}

interface Said {
  readonly type: number;
  readonly data: Readonly<Record<string, unknown>>;
}

const INCREMENTAL = 3;
const META = 4;
const [SNAPSHOT, CUSTOM] = [2, 5];
const FONTS = "milkglass.fonts";
const MUTATION = 0;
const [SCROLL, VIEWPORT] = [3, 4];
const INPUT = 5;
// What happens in one place: pointed at, scrolled, typed, played, drawn, styled.
const PLACED: ReadonlySet<unknown> = new Set([2, 3, 5, 7, 8, 9, 13, 15]);

/** The class by which pages of rrweb's users say what is none of its business; it needs a selector in any case. */
const BLOCKED = `.rr-block,${OWN}`;

/** `make/rrweb.mts` gives it `flush`. */
export const mirrorOf = (): Mirror => record.mirror as typeof record.mirror & Pick<Mirror, "flush" | "seen">;

class Sieve {
  private readonly changes: Changes;

  constructor(
    private readonly tree: Tree,
    private readonly exclusion: string | null,
    private readonly leftOut: LeftOut | null,
    private readonly sheets: Sheets,
    private readonly elsewhere: Elsewhere,
  ) {
    this.changes = new Changes(tree, exclusion, leftOut, sheets, (node) => elsewhere.holds(node));
  }

  /** What of an event is to be masked; null if nothing. */
  pass(said: Said): Said | null {
    if (said.type === META) return { ...said, data: { ...said.data, ...viewport() } };
    if (said.type === SNAPSHOT) {
      this.elsewhere.begin();
      this.leftOut?.begin();
      this.sheets.complete(said.data["node"] as Parameters<Sheets["complete"]>[0]);
    }
    if (said.type !== INCREMENTAL) return said;
    const { source } = said.data;
    // Ours comes as soon as the page is laid out anew, and without the scroll bar.
    if (source === VIEWPORT) return null;
    if (source === MUTATION) {
      const data = this.changes.rewrite(said.data as unknown as Mutation);
      return data && { ...said, data: data as unknown as Said["data"] };
    }
    if (source === INPUT && said.data["userTriggered"] === false) return null;
    if (PLACED.has(source) && this.isOut(said.data["id"] as number)) return null;
    // How far a field is scrolled is how much was typed into it, and when.
    if (source === SCROLL && this.tree.isTyped(said.data["id"] as number)) return null;
    if (Array.isArray(said.data["positions"])) return this.moves(said, said.data["positions"]);
    return said;
  }

  private isOut(id: number): boolean {
    const node = this.tree.node(id);
    return isExcluded(node, this.exclusion) || this.elsewhere.holds(node);
  }

  private moves(said: Said, positions: readonly { readonly id: number }[]): Said | null {
    const kept = positions.filter((one) => !this.isOut(one.id));
    return kept.length > 0 ? { ...said, data: { ...said.data, positions: kept } } : null;
  }
}

/** Start recording. Throws if an excluded selector is not CSS: then nothing may be recorded. */
export const startRecorder = ({ capture, tree, emit, fault }: RecorderOptions): Recorder => {
  const exclusion = exclusionOf(capture.masking.rules.exclusions.selectors);
  let isOn = true;
  const send = (make: () => Said | null): void => {
    if (!isOn) return;
    try {
      tree.settle();
      tree.refresh();
      const passed = make();
      const event = passed && maskEvent({ ...passed, timestamp: capture.now() }, capture.masking);
      if (!event) return;
      sizes.complete(event);
      emit(event);
    } catch {
      fault();
    }
  };
  const sheets = new Sheets(tree, (id, attributes) => {
    const change = { source: MUTATION, texts: [], attributes: [{ id, attributes }], removes: [], adds: [] };
    send(() => ({ type: INCREMENTAL, data: change }));
  });
  const elsewhere = new Elsewhere(capture.masking);
  const fonts = new Fonts(capture.masking.tokens.stacks);
  const tellFonts = (): void => {
    send(() => ({ type: CUSTOM, data: { tag: FONTS, payload: { faces: fonts.faces(window, (frame) => elsewhere.holds(frame)) } } }));
  };
  const leftOut =
    exclusion === null
      ? null
      : new LeftOut(tree, exclusion, capture.masking.exclusions, (mutation) => {
          send(() => ({ type: INCREMENTAL, data: mutation as unknown as Said["data"] }));
        });
  const sieve = new Sieve(tree, exclusion, leftOut, sheets, elsewhere);
  const take = (said: unknown): void => {
    const { type, data } = said as Said;
    send(() => sieve.pass(said as Said));
    if (type === SNAPSHOT) {
      tellFonts();
      panels.begin();
    }
    // What comes later may be shown by a choice too.
    if (type === INCREMENTAL && data["source"] === MUTATION && (data["adds"] as readonly unknown[]).length > 0) panels.soon();
  };
  document.fonts.addEventListener("loadingdone", tellFonts);
  const tell = (attributes: readonly unknown[]): void => {
    send(() => ({ type: INCREMENTAL, data: { source: MUTATION, texts: [], removes: [], adds: [], attributes } }));
  };
  const sizes = new Sizes(tree, exclusion, tell);
  const panels = new Panels(tree, exclusion, tell);
  const unwatch = watchViewport((size) => {
    send(() => ({ type: INCREMENTAL, data: { source: VIEWPORT, ...size } }));
  });
  const end = record({
    emit: take,
    sampling: { mousemove: 100, scroll: 150, media: 800, input: "last" },
    blockSelector: exclusion === null ? BLOCKED : `${exclusion},${BLOCKED}`,
  });
  return {
    stop: () => {
      isOn = false;
      unwatch();
      document.fonts.removeEventListener("loadingdone", tellFonts);
      leftOut?.stop();
      sizes.stop();
      panels.stop();
      end?.();
    },
    flush: () => {
      tree.settle();
    },
    snapshot: () => {
      const from = performance.now();
      record.takeFullSnapshot(true);
      return performance.now() - from;
    },
  };
};
