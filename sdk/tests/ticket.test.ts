/** The exchange's clock: when a recording began, by an answer that took its time. */

import assert from "node:assert/strict";
import { test } from "node:test";

import type { Answer, Edge } from "../src/edge";
import { exchange } from "../src/ticket";
import { rulesOf } from "./policy";

const CONSENTED = `e30.${btoa(JSON.stringify({ consent: { purposes: ["replay"] } }))}.c2ln`;

const RULES = rulesOf({ key: "00", query_keys: [], journeys: [], vocabulary: { version: 1, text: {}, names: {} } });

const asked = async (ms: number): Promise<number> => {
  let time = 1_000;
  const body = { ticket: "t", recording: "r", elapsed: 500, renew_in: 840, rules: RULES };
  const edge = {
    now: () => time,
    post: (): Promise<Answer> => {
      time += ms;
      return Promise.resolve({ status: 200, body, retryAfter: undefined });
    },
  } as unknown as Edge;
  const got = await exchange({ edge, visit: () => Promise.resolve(CONSENTED), isAgreed: false, old: undefined, carried: undefined });
  assert.ok(typeof got === "object");
  return got.began;
};

void test("a recording began by the middle of the way there and back", async () => {
  assert.equal(await asked(80), 1_040 - 500);
});

void test("an answer that waited for the page's own scripts does not move it", async () => {
  assert.equal(await asked(2_000), 1_150 - 500);
});
