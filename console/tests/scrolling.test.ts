import assert from "node:assert/strict";
import { test } from "node:test";
import type { Json, RecordedEvent } from "../src/events.ts";
import { scrolls } from "../src/scrolling.ts";

const event = (type: number, timestamp: number, data: Json): RecordedEvent => ({ type, timestamp, data });
const snapshot = (timestamp: number, top: number): RecordedEvent => event(2, timestamp, { node: { id: 1 }, initialOffset: { left: 0, top } });
const scroll = (timestamp: number, id: number, y: number): RecordedEvent => event(3, timestamp, { source: 3, id, x: 0, y });

void test("the last place of each that was scrolled before the moment counts", () => {
  const events = [snapshot(0, 12), scroll(10, 7, 40), scroll(20, 7, 80), scroll(30, 7, 120)];
  assert.deepEqual([...scrolls(events, 20)], [[1, { left: 0, top: 12 }], [7, { left: 0, top: 80 }]]);
});

void test("a snapshot begins anew", () => {
  const events = [snapshot(0, 12), scroll(10, 7, 40), snapshot(20, 0)];
  assert.deepEqual([...scrolls(events, 30)], [[1, { left: 0, top: 0 }]]);
});
