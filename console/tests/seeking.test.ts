import assert from "node:assert/strict";
import { test } from "node:test";
import type { RecordedEvent } from "../src/events.ts";
import { seekable } from "../src/seeking.ts";

const meta = (timestamp: number): RecordedEvent => ({ type: 4, timestamp, data: { href: "/chat", width: 800, height: 600 } });
const snapshot: RecordedEvent = { type: 2, timestamp: 1, data: {} };
const resize = (timestamp: number): RecordedEvent => ({ type: 3, timestamp, data: { source: 4, width: 800, height: 600 } });

void test("a route told without a snapshot becomes a resize, so that a seek does not begin there", () => {
  assert.deepEqual(seekable([meta(0), snapshot, meta(5), meta(9)]), [meta(0), snapshot, resize(5), resize(9)]);
});

void test("a Meta before a snapshot stays", () => {
  assert.deepEqual(seekable([meta(0), snapshot, meta(5), snapshot]), [meta(0), snapshot, meta(5), snapshot]);
});
