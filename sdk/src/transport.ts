/**
 * Batches: numbered, sent one at a time, sent again until acknowledged. Whenever one is refused or discarded the whole
 * queue goes, and `reset` asks for a new beginning with a full snapshot.
 */

import type { Answer, Body, Edge } from "./edge";

export interface Claim {
  readonly policy: string;
  readonly vocabulary: number;
  readonly journey: string;
}

export type Next = "stop" | "renew" | "snapshot";

export interface Outcome {
  /** The queue is gone: begin again with Meta and a full snapshot, after `wait` ms. */
  reset(wasSnapshotRefused: boolean, wait: number): void;
  /** A new ticket is needed; `isLost` says that the queue is gone and a snapshot must follow. */
  renew(isLost: boolean): void;
  /** A batch that began with a snapshot was kept. */
  kept(): void;
  stop(): void;
}

interface Sealed {
  readonly number: number;
  readonly text: string;
  readonly isReset: boolean;
  /** What goes over the wire; fixed once, so that a batch sent again is the same bytes. */
  wire: Body | null;
  /** Being packed; asked by whoever comes first. */
  packing?: Promise<Body> | undefined;
}

const SEND_EVERY_MS = 5_000;
/** What is still open when a page is left goes as it is, so that it must fit the page's last beacons. */
const FULL_BYTES = 40 * 1024;
const MOST_ITEMS = 5_000;
const MOST_BYTES = 4 * 1024 * 1024;
const BEACON_BYTES = 60 * 1024;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;
const KEEP: ReadonlySet<number> = new Set([429, 503, 507]);

/** Bytes of a string in UTF-8. */
const utf8 = (text: string): number => new TextEncoder().encode(text).length;
const sizeOf = (body: Body): number => (typeof body === "string" ? utf8(body) : body.length);

export class Transport {
  /** Batches that did not fit the page's last beacons, since the start. */
  lost = 0;
  private queue: Sealed[] = [];
  private events: string[] = [];
  private interactions: string[] = [];
  private bytes = 0;
  private claim: Claim | null = null;
  private isReset = false;
  private isSending = false;
  private failures = 0;
  private timer: number | undefined;
  private retry: number | undefined;
  private abort = new AbortController();
  private epoch = 0;

  constructor(
    private readonly edge: Edge,
    private readonly outcome: Outcome,
    private ticket: string,
    public number: number,
    /** How often each exclusion matched since it was last asked; see `Exclusions`. */
    private readonly excluded: () => readonly number[] = () => [],
  ) {}

  /** Use a renewed ticket for all that is sent from now on. */
  renewed(ticket: string): void {
    this.ticket = ticket;
    this.pump();
  }

  /** Another recording: numbers begin anew, nothing of the old one is sent under its ticket. */
  replaced(ticket: string): void {
    this.drop();
    this.ticket = ticket;
    this.number = 0;
  }

  /** Begin a batch under a claim; what was open is sealed. `isReset`: the batch starts with a new snapshot. */
  open(claim: Claim, isReset: boolean): void {
    this.seal();
    this.pump();
    this.claim = claim;
    this.isReset ||= isReset;
  }

  /** Add a masked event. `isUrgent` sends at once, for the first snapshot. */
  event(event: object, isUrgent: boolean): void {
    this.add(this.events, event);
    if (isUrgent) this.flush();
  }

  interaction(interaction: object): void {
    this.add(this.interactions, interaction);
  }

  /** Seal what is open and send. */
  flush(): void {
    this.seal();
    this.pump();
  }

  /** The page may not come back: the oldest batches, whole and unchanged, while they fit; the rest is lost and counted. */
  hide(): void {
    this.seal();
    let room = BEACON_BYTES;
    for (const [place, batch] of this.queue.entries()) {
      batch.wire ??= batch.text;
      const head = this.ticket + "\n";
      room -= sizeOf(batch.wire) + head.length;
      if (room >= 0 && this.edge.beacon("/v1/batches", head, batch.wire)) continue;
      this.lost += this.queue.length - place;
      return;
    }
  }

  /** Forget everything that was not acknowledged, and take back what is on its way. */
  drop(): void {
    this.epoch++;
    this.abort.abort();
    this.abort = new AbortController();
    this.queue = [];
    [this.events, this.interactions, this.bytes] = [[], [], 0];
    this.isSending = false;
    for (const timer of [this.timer, this.retry]) if (timer !== undefined) this.edge.cancel(timer);
    this.timer = this.retry = undefined;
  }

  private add(list: string[], said: object): void {
    const text = JSON.stringify(said);
    list.push(text);
    this.bytes += text.length;
    if (this.bytes >= FULL_BYTES || this.events.length >= MOST_ITEMS || this.interactions.length >= MOST_ITEMS) {
      this.flush();
      return;
    }
    this.timer ??= this.edge.after(SEND_EVERY_MS, () => {
      this.flush();
    });
  }

  private seal(): void {
    if (this.timer !== undefined) this.edge.cancel(this.timer);
    this.timer = undefined;
    if (!this.claim || this.events.length + this.interactions.length === 0) return;
    const excluded = this.excluded();
    const counts = excluded.length > 0 ? { excluded } : {};
    const head = JSON.stringify({ number: this.number, ...this.claim, reset: this.isReset, ...counts }).slice(0, -1);
    const text = `${head},"events":[${this.events.join(",")}],"interactions":[${this.interactions.join(",")}]}`;
    const batch: Sealed = { number: this.number, text, isReset: this.isReset, wire: null };
    this.queue.push(batch);
    // Packed while it waits, so that several fit the page's last 60 KiB.
    void this.pack(batch).catch(() => undefined);
    this.number++;
    this.isReset = false;
    [this.events, this.interactions, this.bytes] = [[], [], 0];
    if (this.queue.reduce((sum, one) => sum + one.text.length, 0) > MOST_BYTES) this.discard();
  }

  /** The server is away for long: memory is bounded, so all goes, and recording begins anew when it may be back. */
  private discard(): void {
    this.drop();
    this.outcome.reset(false, this.wait());
  }

  /** Fix what goes over the wire; a batch that left unpacked by a beacon stays so. */
  private async pack(batch: Sealed): Promise<Body> {
    if (batch.wire !== null) return batch.wire;
    try {
      const packed = await (batch.packing ??= this.edge.compress(batch.text));
      // Looked at again: the page may have been left meanwhile, and what left is what is sent again.
      return (batch.wire ??= packed);
    } finally {
      batch.packing = undefined;
    }
  }

  private pump(): void {
    const [first] = this.queue;
    if (!first || this.isSending || this.retry !== undefined) return;
    this.isSending = true;
    void this.send(first, this.epoch);
  }

  private async send(batch: Sealed, epoch: number): Promise<void> {
    let answer: Answer | null = null;
    try {
      const wire = await this.pack(batch);
      if (epoch !== this.epoch) return;
      answer = await this.edge.post("/v1/batches", this.ticket + "\n", wire, this.abort.signal);
    } catch {
      // No answer: the batch is kept and sent again.
    }
    if (epoch !== this.epoch) return;
    this.isSending = false;
    if (!answer || KEEP.has(answer.status)) this.later(answer?.retryAfter);
    else if (answer.status >= 200 && answer.status < 300) this.acknowledged(batch, answer);
    else this.refused(batch, answer);
  }

  private later(seconds: number | undefined): void {
    const wait = Math.max(this.wait(), (seconds ?? 0) * 1000);
    this.retry = this.edge.after(wait, () => {
      this.retry = undefined;
      this.pump();
    });
  }

  /** Back-off with full jitter over its upper half, longer with each failure in a row. */
  private wait(): number {
    const most = Math.min(FIRST_WAIT_MS * 2 ** this.failures++, LONGEST_WAIT_MS);
    return most * (0.5 + this.edge.random() / 2);
  }

  private acknowledged(batch: Sealed, answer: Answer): void {
    this.failures = 0;
    if (this.queue[0] === batch) this.queue.shift();
    if (batch.isReset) this.outcome.kept();
    const next = answer.body["next"];
    if (next === "stop") {
      this.drop();
      this.outcome.stop();
    } else if (next === "snapshot") {
      this.drop();
      this.outcome.reset(false, 0);
    } else {
      if (next === "renew") this.outcome.renew(false);
      this.pump();
    }
  }

  private refused(batch: Sealed, answer: Answer): void {
    this.drop();
    const next = answer.body["next"];
    if (next === "renew" || (next === undefined && (answer.status === 401 || answer.status === 412))) this.outcome.renew(true);
    else if (next === "snapshot" || (next === undefined && answer.status !== 403)) {
      this.outcome.reset(batch.isReset, this.wait());
    } else this.outcome.stop();
  }
}
