/**
 * One recording's life: consent, ticket, capture at the level of the current route, renewal, withdrawal. Before a ticket
 * nothing is requested but the ticket, nothing is observed and nothing is buffered.
 */

import { leaveCarried, takeCarried } from "./carry";
import { startClicks, type Clicks } from "./clicks";
import type { Edge } from "./edge";
import type { MaskedEvent } from "./events";
import { watchLeaving } from "./leaving";
import { Masking, type Page } from "./masking";
import type { Options } from "./options";
import { keepsShape, lower, type Level } from "./rules";
import { Views, watchRoutes } from "./routes";
import { exchange, type Ticket } from "./ticket";
import { Transport } from "./transport";
import { viewport } from "./viewport";

/** What the session needs of the recorder, so that the clicks-only build can do without. */
export interface Shape {
  readonly page: Page;
  /** The most that this build can keep, now. */
  readonly most: Level;
  /** Fetch what keeps shapes, if it is not here; asked before anything is recorded that may need it. */
  load?(): Promise<void>;
  start(options: {
    readonly capture: { readonly masking: Masking; now(): number };
    readonly emit: (event: MaskedEvent) => void;
    readonly fault: () => void;
  }): Recording;
}

/** What is at work while shapes are kept; see `Recorder`. */
interface Recording {
  stop(): void;
  snapshot(): number;
  flush(): void;
}

const SNAPSHOT_EVERY_MS = 5 * 60_000;
const SLOW_SNAPSHOT_MS = 50;
const MOST_REFUSED = 3;
const FRAME_AT_MOST_MS = 250;
const FAULT_WAIT_MS = 1_000;
const BACK_WAIT_MS = 250;
const FULL_SNAPSHOT = 2;
const META = 4;

export class Session {
  private ticket: Ticket | undefined;
  private masking: Masking | undefined;
  private transport: Transport | undefined;
  private clicks: Clicks | undefined;
  private recorder: Recording | undefined;
  private undo: (() => void)[] = [];
  /** Made before the recorder, so that it hears of a change first. */
  private readonly views = new Views(() => { this.viewed(); });
  private journey: string | undefined;
  private timers = new Set<number>();
  private isOver = false;
  private isRenewing = false;
  private mustRestart = false;
  private refused = 0;
  private snapshotAt = 0;
  private snapshotEvery = SNAPSHOT_EVERY_MS;
  private routeLevel: Level = "off";

  constructor(
    private readonly options: Options,
    private readonly edge: Edge,
    private readonly shape: Shape,
    private readonly isAgreed = false,
    private readonly ended: () => void = () => undefined,
  ) {}

  get isRecording(): boolean {
    return this.ticket !== undefined && !this.isOver;
  }

  /** Ask for consent and ticket, then record. Resolves once it is known whether anything is recorded. */
  async start(): Promise<void> {
    const carried = takeCarried();
    const got = await this.ask(undefined, carried?.ticket);
    if (this.isOver) return;
    if (got === "stop") {
      this.end();
    } else if (typeof got === "number") {
      if (carried) leaveCarried(carried);
      this.after(got, () => void this.start().catch(() => { this.end(); }));
    } else {
      this.begin(got, carried?.recording === got.recording ? carried.number : 0);
    }
  }

  /** Send what is there, then record nothing more. */
  stop(): void {
    this.recorder?.flush();
    this.transport?.flush();
    this.end();
  }

  /** Stop at once, discard all that was not sent, and tell the server. */
  async withdraw(erase: boolean): Promise<void> {
    const ticket = this.ticket?.ticket;
    this.discard();
    if (ticket === undefined) return;
    const visit = await this.options.visit();
    await this.edge.post("/v1/withdraw", "", JSON.stringify({ visit, ticket, erase }), undefined);
  }

  /** A code that the person can tell support, which finds this recording; undefined if nothing is recorded. */
  async supportCode(): Promise<string | undefined> {
    if (!this.ticket || this.isOver) return undefined;
    const answer = await this.edge.post("/v1/support-codes", "", JSON.stringify({ ticket: this.ticket.ticket }), undefined);
    const { code } = answer.body;
    return typeof code === "string" ? code : undefined;
  }

  /** As a question, because it may have happened while an answer was awaited. */
  private hasEnded(): boolean {
    return this.isOver;
  }

  private async ask(old: Ticket | undefined, carried?: string): Promise<Awaited<ReturnType<typeof exchange>>> {
    try {
      const got = await exchange({ edge: this.edge, visit: this.options.visit, isAgreed: this.isAgreed, old, carried });
      if (typeof got === "object" && got.rules.replay && got.rules.journeys.some(({ level }) => keepsShape(level))) await this.shape.load?.();
      return got;
    } catch {
      return "stop";
    }
  }

  private begin(ticket: Ticket, number: number): void {
    const outcome = {
      reset: (isSnapshot: boolean, wait: number): void => { this.reset(isSnapshot, wait); },
      renew: (isLost: boolean): void => void this.renew(isLost),
      kept: (): void => { this.refused = 0; },
      stop: (): void => { this.discard(); },
    };
    this.transport = new Transport(this.edge, outcome, ticket.ticket, number, () => this.masking?.exclusions.take() ?? []);
    this.adopt(ticket);
    this.undo = [watchRoutes(() => { this.routed(); }), this.watchPage(), () => { this.views.watch(false); }];
    this.restart();
  }

  /** Take a ticket and its rules. */
  private adopt(ticket: Ticket): void {
    this.ticket = ticket;
    this.masking = new Masking(ticket.rules, this.shape.page, "off");
    this.after(ticket.renewInMs, () => void this.renew(false));
  }

  private now(): number {
    return this.edge.now() - (this.ticket?.began ?? 0);
  }

  /** The level of the page's address, under what this person agreed to and what the server could take. */
  private levelNow(): Level {
    if (!this.masking || !this.ticket) return "off";
    const { replay, heatmap } = this.ticket.rules;
    const most: Level = !replay && !heatmap ? "off" : replay && this.refused < MOST_REFUSED ? "labelled" : "clicks";
    return lower(lower(this.masking.routes.level(this.masking.routes.here()), most), this.shape.most);
  }

  /** Begin anew under the rules of now: capture stops, the queue is empty, the next batch has a full snapshot. */
  private restart(): void {
    this.silence();
    if (this.isOver) return;
    this.views.watch(this.masking?.routes.hasViews === true);
    this.routeLevel = this.levelNow();
    this.arrived();
    this.apply(this.routeLevel, true);
  }

  /** Capture at a level. `isNew`: whatever was captured before is a thing of its own. */
  private apply(level: Level, isNew: boolean): void {
    const { masking, transport } = this;
    if (!masking || !transport) return;
    const wantsRecorder = keepsShape(level);
    if (!wantsRecorder || isNew) this.stopRecorder();
    masking.level = lower(masking.level, level);
    if (level === "off") {
      this.silence();
      return;
    }
    const startsRecorder = wantsRecorder && !this.recorder;
    transport.open(this.claim(), isNew || startsRecorder);
    // What changed at the level before may hold by now what is shown at this one: it is told at the lower of the two.
    this.recorder?.flush();
    masking.level = level;
    const capture = { masking, now: () => this.now() };
    try {
      this.clicks ??= startClicks({ capture, endpoint: this.options.endpoint, emit: (one) => this.transport?.interaction(one) });
      if (startsRecorder) this.startRecorder(capture);
    } catch {
      // An exclusion that is not CSS: nothing may be recorded.
      this.discard();
    }
  }

  private claim(): { policy: string; vocabulary: number; journey: string } {
    const rules = this.masking?.rules;
    const journey = this.masking?.routes.here()?.journey ?? "";
    return { policy: rules?.policy ?? "", vocabulary: rules?.vocabulary.version ?? 0, journey };
  }

  private startRecorder(capture: { readonly masking: Masking; now(): number }): void {
    const from = this.edge.now();
    this.recorder = this.shape.start({
      capture,
      emit: (event) => { this.took(event); },
      fault: () => { this.fault(); },
    });
    this.noteSnapshot(this.edge.now() - from);
  }

  private took(event: MaskedEvent): void {
    this.transport?.event(event, event.type === FULL_SNAPSHOT);
    if (event.type === FULL_SNAPSHOT || event.type === META) return;
    if (this.edge.now() - this.snapshotAt < this.snapshotEvery) return;
    this.snapshotAt = this.edge.now();
    this.after(0, () => {
      if (this.recorder) this.noteSnapshot(this.recorder.snapshot());
    });
  }

  private noteSnapshot(ms: number): void {
    this.snapshotAt = this.edge.now();
    if (ms > SLOW_SNAPSHOT_MS) this.snapshotEvery *= 2;
  }

  /** Something was dropped because it could not be masked: the replay would be wrong from here on. */
  private fault(): void {
    if (!this.recorder) return;
    this.transport?.drop();
    this.reset(true, FAULT_WAIT_MS);
  }

  private reset(isSnapshot: boolean, wait: number): void {
    if (isSnapshot) this.refused++;
    this.silence();
    this.after(wait, () => { this.restart(); });
  }

  private routed(): void {
    if (this.isOver || !this.masking) return;
    const before = this.masking.level;
    const level = this.levelNow();
    this.routeLevel = level;
    this.arrived();
    const held = lower(before, level);
    this.apply(held, false);
    if (held !== "off") this.announce();
    if (held !== level) {
      this.nextFrame(() => {
        if (this.routeLevel !== level || this.masking?.level !== held) return;
        this.apply(level, before === "off");
        if (held === "off") this.announce();
      });
    }
  }

  /** What the page shows has changed, and with it perhaps its journey. */
  private viewed(): void {
    if (!this.isOver && this.masking?.routes.here()?.journey !== this.journey) this.routed();
  }

  /** At a route that is left out nothing is kept, but that the rule matched. */
  private arrived(): void {
    const routes = this.masking?.routes;
    this.masking?.exclusions.visited(routes?.find(location.href)?.template);
    this.journey = routes?.here()?.journey;
  }

  /** Name the new route in the recording. */
  private announce(): void {
    this.clicks?.navigated();
    if (!this.recorder || !this.masking) return;
    const data = { href: this.masking.routes.template(location.href), ...viewport() };
    this.transport?.event({ type: META, data, timestamp: Math.floor(this.now() / 50) * 50 }, false);
  }

  private nextFrame(act: () => void): void {
    let isDone = false;
    const once = (): void => {
      if (isDone || this.isOver) return;
      isDone = true;
      act();
    };
    requestAnimationFrame(() => { requestAnimationFrame(once); });
    this.after(FRAME_AT_MOST_MS, once);
  }

  private async renew(isLost: boolean): Promise<void> {
    if (isLost) this.silence();
    this.mustRestart ||= isLost;
    if (this.isRenewing || this.hasEnded()) return;
    this.isRenewing = true;
    const old = this.ticket;
    const got = await this.ask(old);
    this.isRenewing = false;
    if (this.hasEnded() || !this.transport || this.ticket !== old) return;
    if (got === "stop") {
      this.discard();
    } else if (typeof got === "number") {
      this.after(got, () => void this.renew(false));
    } else {
      this.renewed(got, old);
    }
  }

  private renewed(got: Ticket, old: Ticket | undefined): void {
    const isOther = got.recording !== old?.recording;
    const isSame = !isOther && got.rules === old.rules;
    const mustRestart = this.mustRestart;
    this.mustRestart = false;
    if (isSame && !mustRestart) {
      this.ticket = got;
      this.transport?.renewed(got.ticket);
      this.after(got.renewInMs, () => void this.renew(false));
      return;
    }
    if (isOther) this.transport?.replaced(got.ticket);
    else this.transport?.renewed(got.ticket);
    this.adopt(got);
    this.restart();
  }

  private watchPage(): () => void {
    return watchLeaving(this.edge, {
      hidden: () => {
        this.recorder?.flush();
        this.transport?.flush();
      },
      away: () => {
        this.recorder?.flush();
        this.transport?.hide();
        const { ticket, transport } = this;
        if (ticket && transport) leaveCarried({ ticket: ticket.ticket, recording: ticket.recording, number: transport.number });
      },
      back: () => { this.again(); },
    });
  }

  /**
   * A page that was kept is shown again. Pages in between went on with the recording, and the person may have said no:
   * all is asked as on a new page, once the page in between was told of its leaving and left its number.
   */
  private again(): void {
    this.transport?.drop();
    this.transport = undefined;
    this.pause();
    this.mustRestart = false;
    this.after(BACK_WAIT_MS, () => void this.start().catch(() => { this.end(); }));
  }

  /** Nothing is captured, watched or waited for. */
  private pause(): void {
    this.silence();
    for (const undo of this.undo) undo();
    this.undo = [];
    for (const timer of this.timers) this.edge.cancel(timer);
    this.timers.clear();
  }

  private after(ms: number, act: () => void): void {
    const timer = this.edge.after(ms, () => {
      this.timers.delete(timer);
      if (!this.isOver) act();
    });
    this.timers.add(timer);
  }

  private stopRecorder(): void {
    this.recorder?.stop();
    this.recorder = undefined;
  }

  /** Capture nothing; what is queued stays queued. */
  private silence(): void {
    this.stopRecorder();
    this.clicks?.stop();
    this.clicks = undefined;
  }

  /** Stop at once; what was not sent is lost. */
  discard(): void {
    this.transport?.drop();
    this.end();
  }

  private end(): void {
    if (!this.isOver) this.ended();
    this.isOver = true;
    this.pause();
  }
}
