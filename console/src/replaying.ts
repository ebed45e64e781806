// Replaying: rrweb's replayer in its sandboxed frame, set to the size of the stage.

import { Replayer } from "@rrweb/replay";
import { FULL_SNAPSHOT, META, type RecordedEvent, type Words } from "./events.ts";
import { rendered } from "./rendering.ts";
import { scrollBack, scrolls } from "./scrolling.ts";
import { seekable } from "./seeking.ts";

/** Say whether there is a page to show: a recording at level `clicks` has none. */
export function hasPage(events: readonly RecordedEvent[]): boolean {
  return events.length > 1 && events.some((event) => event.type === FULL_SNAPSHOT) && events.some((event) => event.type === META);
}

/** Make events ready for the replayer: rendered, in the order of their times. */
export function prepared(events: readonly RecordedEvent[], words: Words, beganMs: number): RecordedEvent[] {
  return rendered(seekable([...events].sort((one, other) => one.timestamp - other.timestamp)), words, beganMs);
}

export interface Staged {
  replayer: Replayer;
  /** Put back what a seek scrolled too early. */
  settle: () => void;
  fit: () => void;
}

/** Build the replayer below `root`. Its frame gets no scripts, whatever the recording holds. */
export function stage(root: HTMLElement, frame: HTMLElement, events: readonly RecordedEvent[]): Staged {
  const replayer = new Replayer(events as unknown as ConstructorParameters<typeof Replayer>[0], {
    root,
    mouseTail: false,
    skipInactive: true,
    showWarning: false,
    showDebug: false,
    triggerFocus: false,
    pauseAnimation: true,
  });
  replayer.iframe.title = "The recorded page, masked; the steps tell the same as text";
  let size = { width: 1280, height: 800 };
  const fit = (): void => {
    const scale = Math.min(frame.clientWidth / size.width, frame.clientHeight / size.height);
    const left = Math.max(0, (frame.clientWidth - size.width * scale) / 2);
    root.style.transform = `translate(${left}px, 0) scale(${scale})`;
    root.style.width = `${size.width}px`;
    root.style.height = `${size.height}px`;
  };
  replayer.on("resize", (payload) => {
    size = payload as typeof size;
    fit();
  });
  new ResizeObserver(fit).observe(frame);
  const settle = (): void => {
    void replayer.iframe.contentDocument?.fonts.ready.then(() => {
      requestAnimationFrame(() => {
        const at = (events[0]?.timestamp ?? 0) + replayer.getCurrentTime();
        scrollBack(scrolls(events, at), (id) => replayer.getMirror().getNode(id));
      });
    });
  };
  return { replayer, fit, settle };
}
