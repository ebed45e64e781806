/** Batches and their fate, with a clock and a network that the test holds. */

import assert from "node:assert/strict";
import { test } from "node:test";

import type { Answer, Body, Edge } from "../src/edge";
import { Transport, type Outcome } from "../src/transport";

const CLAIM = { policy: "p", vocabulary: 1, journey: "chat" };
const answer = (status: number, body: Answer["body"] = {}, retryAfter?: number): Answer => ({ status, body, retryAfter });
const settled = async (): Promise<void> => {
  for (let i = 0; i < 12; i++) await Promise.resolve();
};

/** A network whose answers are listed, and a clock that moves only when told. */
class World implements Edge {
  readonly posted: string[] = [];
  readonly beacons: string[] = [];
  readonly said: string[] = [];
  answers: (Answer | "none")[] = [];
  time = 0;
  private timers: { id: number; at: number; act: () => void }[] = [];
  private next = 1;

  post(_path: string, head: string, body: Body): Promise<Answer> {
    this.posted.push(head + String(body));
    const found = this.answers.shift() ?? answer(202);
    return found === "none" ? Promise.reject(new Error("offline")) : Promise.resolve(found);
  }
  beacon(_path: string, head: string, body: Body): boolean {
    this.beacons.push(head + String(body));
    return true;
  }
  compress(text: string): Promise<Body> {
    return Promise.resolve(text);
  }
  now(): number {
    return this.time;
  }
  random(): number {
    return 1;
  }
  after(ms: number, act: () => void): number {
    this.timers.push({ id: this.next, at: this.time + ms, act });
    return this.next++;
  }
  cancel(timer: number): void {
    this.timers = this.timers.filter(({ id }) => id !== timer);
  }
  async pass(ms: number): Promise<void> {
    const end = this.time + ms;
    for (;;) {
      const [due] = this.timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
      if (!due) break;
      this.time = due.at;
      this.cancel(due.id);
      due.act();
      await settled();
    }
    this.time = end;
  }
  get numbers(): number[] {
    return this.posted.map((one) => (JSON.parse(one.split("\n")[1] ?? "") as { number: number }).number);
  }
}

const made = (): { world: World; transport: Transport } => {
  const world = new World();
  const outcome: Outcome = {
    reset: (isSnapshot, wait) => world.said.push(`reset ${isSnapshot} ${wait > 0 ? "later" : "now"}`),
    renew: (isLost) => world.said.push(`renew ${isLost}`),
    kept: () => world.said.push("kept"),
    stop: () => world.said.push("stop"),
  };
  const transport = new Transport(world, outcome, "ticket", 0);
  transport.open(CLAIM, true);
  return { world, transport };
};

const event = (size = 10): object => ({ type: 3, data: "x".repeat(size), timestamp: 0 });

void test("a batch leaves after five seconds, behind its ticket", async () => {
  const { world, transport } = made();
  transport.event(event(), false);
  await world.pass(4_900);
  assert.equal(world.posted.length, 0);
  await world.pass(200);
  assert.match(world.posted[0] ?? "", /^ticket\n\{"number":0,"policy":"p","vocabulary":1,"journey":"chat","reset":true,"events":\[/);
});

void test("the first snapshot leaves at once", async () => {
  const { world, transport } = made();
  transport.event(event(), true);
  await settled();
  assert.deepEqual(world.numbers, [0]);
  assert.deepEqual(world.said, ["kept"]);
});

void test("40 KiB make a batch", async () => {
  const { world, transport } = made();
  for (let i = 0; i < 5; i++) transport.event(event(10_000), false);
  await settled();
  assert.deepEqual(world.numbers, [0]);
});

void test("what was not sent yet when a page is left fits its last beacons", async () => {
  const { world, transport } = made();
  for (let i = 0; i < 8; i++) transport.event(event(35_000), false);
  await settled();
  transport.hide();
  assert.deepEqual([world.posted.length, world.beacons.length, transport.lost], [4, 0, 0]);
  transport.event(event(35_000), false);
  transport.hide();
  assert.deepEqual([world.beacons.length, transport.lost], [1, 0]);
});

void test("only the first batch after a beginning says reset", async () => {
  const { world, transport } = made();
  transport.event(event(), true);
  transport.event(event(), true);
  await settled();
  assert.deepEqual(world.numbers, [0, 1]);
  assert.match(world.posted[1] ?? "", /"reset":false/);
});

void test("a change of claim cuts the batch", async () => {
  const { world, transport } = made();
  transport.event(event(), false);
  transport.open({ ...CLAIM, journey: "quiet" }, false);
  transport.interaction({ kind: "click" });
  transport.flush();
  await settled();
  assert.deepEqual(world.numbers, [0, 1]);
  assert.match(world.posted[1] ?? "", /"journey":"quiet".*"events":\[\],"interactions":\[\{"kind":"click"\}\]/);
});

for (const busy of [answer(429), answer(503), answer(507), "none" as const]) {
  void test(`${busy === "none" ? "no answer" : busy.status} keeps the batch and sends it again, unchanged, ever later`, async () => {
    const { world, transport } = made();
    world.answers = [busy, busy, answer(202)];
    transport.event(event(), true);
    await settled();
    await world.pass(999);
    assert.equal(world.posted.length, 1);
    await world.pass(2);
    assert.equal(world.posted.length, 2);
    await world.pass(1_900);
    assert.equal(world.posted.length, 2);
    await world.pass(200);
    assert.equal(new Set(world.posted).size, 1);
    assert.deepEqual(world.said, ["kept"]);
  });
}

void test("Retry-After is waited for", async () => {
  const { world, transport } = made();
  world.answers = [answer(429, {}, 30)];
  transport.event(event(), true);
  await settled();
  await world.pass(29_000);
  assert.equal(world.posted.length, 1);
  await world.pass(1_100);
  assert.equal(world.posted.length, 2);
});

const REFUSALS: readonly (readonly [number, string | undefined, string])[] = [
  [400, "snapshot", "reset true later"],
  [409, "snapshot", "reset true later"],
  [413, undefined, "reset true later"],
  [500, undefined, "reset true later"],
  [401, "renew", "renew true"],
  [401, undefined, "renew true"],
  [412, "renew", "renew true"],
  [403, "stop", "stop"],
  [403, undefined, "stop"],
];
for (const [status, next, said] of REFUSALS) {
  void test(`${status} with next ${next ?? "missing"} drops the queue: ${said}`, async () => {
    const { world, transport } = made();
    world.answers = [answer(status, next === undefined ? {} : { next })];
    transport.event(event(), true);
    transport.event(event(), true);
    await settled();
    await world.pass(60_000);
    assert.deepEqual(world.said, [said]);
    assert.equal(world.posted.length, 1);
  });
}

const ORDERS: readonly (readonly [string, readonly string[]])[] = [
  ["stop", ["kept", "stop"]],
  ["snapshot", ["kept", "reset false now"]],
  ["renew", ["kept", "renew false"]],
];
for (const [next, said] of ORDERS) {
  void test(`next ${next} of a kept batch is obeyed`, async () => {
    const { world, transport } = made();
    world.answers = [answer(202, { next })];
    transport.event(event(), true);
    await settled();
    assert.deepEqual(world.said, said);
  });
}

void test("a renewed ticket is used for what is still to be sent", async () => {
  const { world, transport } = made();
  world.answers = [answer(503)];
  transport.event(event(), true);
  await settled();
  transport.renewed("second");
  await world.pass(1_100);
  assert.match(world.posted[1] ?? "", /^second\n/);
});

void test("memory is bounded: when the server is away too long all goes and recording begins anew", async () => {
  const { world, transport } = made();
  world.answers = Array<"none">(50).fill("none");
  for (let i = 0; i < 30; i++) transport.event(event(200_000), false);
  await settled();
  assert.equal(world.said[0], "reset false later");
});

void test("the page's last beacons carry the oldest batches while they fit 60 KiB; the rest is lost and counted", async () => {
  const { world, transport } = made();
  world.answers = ["none"];
  for (let i = 0; i < 4; i++) transport.event(event(25_000), true);
  await settled();
  transport.hide();
  assert.deepEqual(world.beacons.map((one) => /"number":(\d)/.exec(one)?.[1]), ["0", "1"]);
  assert.equal(world.beacons[0], world.posted[0]);
  assert.equal(transport.lost, 2);
});

void test("what was dropped is never sent, and a late answer changes nothing", async () => {
  const { world, transport } = made();
  world.answers = [answer(400, { next: "snapshot" })];
  transport.event(event(), true);
  transport.drop();
  await settled();
  await world.pass(60_000);
  assert.deepEqual(world.said, []);
});
