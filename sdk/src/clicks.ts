/**
 * Interactions: clicks, moves, scrolls, rage and dead clicks, errors and failed requests without their content. Loads no
 * recorder; it is all there is at the level `clicks`.
 */

import { OWN } from "./consent/host";
import { exclusionOf, isExcluded, type Capture } from "./capture";
import { controlOf, labelOn, pathOf, roleOf } from "./elements";
import { maskInteraction, type Interaction } from "./interactions";
import { watchRequests } from "./requests";

export interface ClicksOptions {
  readonly capture: Capture;
  readonly emit: (interaction: Interaction) => void;
  /** Requests to this address are our own and no interaction. */
  readonly endpoint: string;
}

export interface Clicks {
  stop(): void;
  /** The route changed: counts as an answer to a click, and is an interaction itself. */
  navigated(): void;
}

const MOVE_EVERY_MS = 500;
const SCROLL_SETTLES_MS = 200;
const DEAD_AFTER_MS = 500;
const RAGE_WITHIN_MS = 1_000;
const RAGE_WITHIN_PX = 30;
const ANSWERS_ITSELF = "input,select,textarea,option,label,video,audio,iframe,[contenteditable],a[download],a[target]";
// How far a field or an editor is scrolled follows what is typed into it.
const TYPED = "input,select,textarea,[contenteditable]";
const SMALL_PX = 768;
const LARGE_PX = 1280;

const viewport = (): string => (innerWidth < SMALL_PX ? "small" : innerWidth < LARGE_PX ? "medium" : "large");
const targetOf = (event: Event): Element | null => {
  const [first] = event.composedPath();
  return first instanceof Element ? first : event.target instanceof Element ? event.target : null;
};
const isTyped = (target: EventTarget | null): boolean => target instanceof Element && target.closest(TYPED) !== null;
const part = (of: number, whole: number): number => (whole > 0 ? of / whole : 0);

class Watch implements Clicks {
  private readonly exclusion: string | null;
  private readonly undo: (() => void)[] = [];
  private recent: { at: number; x: number; y: number }[] = [];
  private movedAt = -Infinity;
  private scrolling: number | undefined;
  private pending: { observer: MutationObserver; timer: number } | null = null;

  constructor(private readonly options: ClicksOptions) {
    this.exclusion = exclusionOf(options.capture.masking.rules.exclusions.selectors);
    this.on(document, "click", (event) => { this.clicked(event as MouseEvent); });
    this.on(document, "mousemove", (event) => { this.moved(event as MouseEvent); });
    this.on(document, "scroll", (event) => { if (!isTyped(event.target) && !isExcluded(event.target as Node, this.exclusion)) this.scrolled(); });
    this.on(document, "focusin", () => { this.answered(); });
    this.on(window, "error", (event) => { this.failed(event as ErrorEvent); });
    this.on(window, "unhandledrejection", () => { this.emit("error", { type: "unhandled" }); });
    this.undo.push(watchRequests(options.endpoint, (request) => { this.emit("request", request); }));
  }

  stop(): void {
    for (const undo of this.undo) undo();
    this.answered();
    clearTimeout(this.scrolling);
  }

  navigated(): void {
    this.answered();
    this.emit("navigation", {});
  }

  private on(target: EventTarget, name: string, act: (event: Event) => void): void {
    const safe = (event: Event): void => {
      try {
        // What is done to our own dialog is nobody's use of the page.
        if ((event.target as Element | null)?.localName !== OWN) act(event);
      } catch {
        // Ours never breaks the page's own click.
      }
    };
    target.addEventListener(name, safe, { capture: true, passive: true });
    this.undo.push(() => {
      target.removeEventListener(name, safe, { capture: true });
    });
  }

  private emit(kind: string, details: Readonly<Record<string, unknown>>): void {
    const { capture, emit } = this.options;
    if (capture.masking.level === "off") return;
    const said = { kind, at: capture.now(), route: capture.masking.routes.template(location.href), viewport: viewport() };
    const interaction = maskInteraction({ ...said, ...details }, capture.masking);
    if (interaction) emit(interaction);
  }

  private where(element: Element, event: MouseEvent): Record<string, unknown> {
    const { masking } = this.options.capture;
    const box = element.getBoundingClientRect();
    const page = document.documentElement;
    return {
      element: pathOf(element, masking),
      x: part(event.clientX - box.left, box.width),
      y: part(event.clientY - box.top, box.height),
      page_x: part(event.clientX + scrollX, page.scrollWidth),
      page_y: part(event.clientY + scrollY, page.scrollHeight),
    };
  }

  private clicked(event: MouseEvent): void {
    const target = targetOf(event);
    if (!target || isExcluded(target, this.exclusion)) return;
    const { masking } = this.options.capture;
    const control = controlOf(target);
    const label = labelOn(control, masking);
    const details = { ...this.where(control, event), role: roleOf(control), label, scroll_depth: depth() };
    this.emit("click", details);
    if (this.isRage(event)) this.emit("rage", details);
    if (!target.closest(ANSWERS_ITSELF)) this.await(details);
  }

  private isRage({ clientX: x, clientY: y }: MouseEvent): boolean {
    const at = this.options.capture.now();
    const isNear = (one: { at: number; x: number; y: number }): boolean =>
      at - one.at <= RAGE_WITHIN_MS && Math.hypot(one.x - x, one.y - y) <= RAGE_WITHIN_PX;
    this.recent = [...this.recent.filter(isNear), { at, x, y }];
    if (this.recent.length < 3) return false;
    this.recent = [];
    return true;
  }

  /** A click is dead if nothing answers: no mutation, navigation, scroll or focus in half a second. */
  private await(details: Readonly<Record<string, unknown>>): void {
    this.answered();
    const observer = new MutationObserver(() => { this.answered(); });
    observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
    const timer = window.setTimeout(() => {
      this.answered();
      this.emit("dead", details);
    }, DEAD_AFTER_MS);
    this.pending = { observer, timer };
  }

  private answered(): void {
    this.pending?.observer.disconnect();
    clearTimeout(this.pending?.timer);
    this.pending = null;
  }

  private moved(event: MouseEvent): void {
    const at = this.options.capture.now();
    const target = targetOf(event);
    if (at - this.movedAt < MOVE_EVERY_MS || !target || isExcluded(target, this.exclusion)) return;
    this.movedAt = at;
    this.emit("move", this.where(target, event));
  }

  private scrolled(): void {
    this.answered();
    clearTimeout(this.scrolling);
    this.scrolling = window.setTimeout(() => { this.emit("scroll", { scroll_depth: depth() }); }, SCROLL_SETTLES_MS);
  }

  private failed(event: ErrorEvent): void {
    // A script of another origin says nothing; an image that failed to load is no error of a script.
    if (!(event instanceof ErrorEvent)) return;
    const name = event.error instanceof Error ? event.error.name : "Error";
    this.emit("error", { type: name, line: event.lineno });
  }
}

/** How far down the page was seen, as a fraction of its height. */
const depth = (): number => Math.min(1, part(scrollY + innerHeight, document.documentElement.scrollHeight));

export const startClicks = (options: ClicksOptions): Clicks => new Watch(options);
