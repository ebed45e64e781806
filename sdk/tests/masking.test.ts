/** Rules of masking that no vector holds: tokens, surrogates, visit tokens, rules from the wire. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { maskText } from "../src/text";
import { isRules } from "../src/ticket";
import { readOptions } from "../src/options";
import { Routes } from "../src/rules";
import { Tokens } from "../src/tokens";
import { hash32, OPEN, CLOSE, wellFormed } from "../src/vocabulary";
import { saysYes } from "../src/visit";
import { rulesOf, tableWidth, type VectorPolicy } from "./policy";

const policy = JSON.parse(readFileSync("../spec/vectors/policy.json", "utf8")) as VectorPolicy;
const visit = (claims: object): string => `e30.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.c2ln`;

void test("the hash of an entry is the server's", () => {
  assert.equal(hash32("Save changes"), 86557313);
});

void test("a mask tells the width of a name, not its letters", () => {
  const names = ["Jane Doe", "Ann Smith", "Omar Haddad", "Mia Lopez"];
  assert.equal(new Set(names.map((name) => maskText(name, null, tableWidth))).size, 1);
});

void test("a page cannot write a reference", () => {
  const words = { version: 1, text: new Map(), names: new Map(), textNumbers: new Set([7]), nameNumbers: new Set<number>(), sheets: new Map(), assets: new Map() };
  assert.match(maskText(`${OPEN}t7${CLOSE}`, words, tableWidth), /^▇+$/);
});

void test("two applications give a word different tokens", () => {
  const names = new Map<number, number>();
  const [a, b] = [new Tokens("a".repeat(16), names).word("k", "jane"), new Tokens("b".repeat(16), names).word("k", "jane")];
  assert.match(a, /^k[0-9a-f]{10}$/);
  assert.notEqual(a, b);
});

void test("a hundred thousand words give no two equal tokens", () => {
  const tokens = new Tokens("00112233445566aa", new Map());
  const made = new Set(Array.from({ length: 100_000 }, (_, i) => tokens.word("k", `student-${i}`)));
  assert.equal(made.size, 100_000);
});

void test("half a pair of surrogates is repaired, a whole one stays", () => {
  assert.equal(wellFormed("a\ud83dz\ude00"), "a\ufffdz\ufffd");
  assert.equal(wellFormed("😀"), "😀");
});

void test("only a consent claim that names a purpose says yes", () => {
  assert.equal(saysYes(visit({ consent: { purposes: ["replay"] } })), true);
  for (const claims of [{}, { consent: null }, { consent: { purposes: [] } }, { consent: { purposes: ["other"] } }, { consent: "replay" }]) {
    assert.equal(saysYes(visit(claims)), false);
  }
  for (const token of ["", "a.b.c", "a.ey", "..", visit({}).slice(0, 9)]) assert.equal(saysYes(token), false);
});

void test("rules that are not whole are no rules", () => {
  const rules = rulesOf(policy);
  assert.equal(isRules(rules), true);
  for (const key of Object.keys(rules).filter((one) => !["application", "replay", "heatmap"].includes(one))) {
    assert.equal(isRules({ ...rules, [key]: undefined }), false, key);
  }
  assert.equal(isRules({ ...rules, journeys: [{ name: "a", routes: ["/"], level: "everything" }] }), false);
});

void test("a fragment opens no page that is left out", () => {
  const journeys = [
    { name: "", routes: ["/grades"], level: "off" as const },
    { name: "app", routes: ["/app", "#/home"], level: "labelled" as const },
  ];
  const routes = new Routes({ journeys, exclusions: { selectors: [], routes: ["/grades"] } });
  assert.equal(routes.find("/app#/home")?.template, "#/home");
  assert.equal(routes.find("/elsewhere#!/home")?.template, "#/home");
  assert.equal(routes.level(routes.find("/grades#/home")), "off");
  assert.equal(routes.template("/grades/#!/home"), "/grades");
});

void test("the more literal template wins, a hash route counts, an excluded route is off", () => {
  const journeys = [
    { name: "wild", routes: ["/a/:x"], level: "labelled" as const },
    { name: "literal", routes: ["/a/b", "#/s/:p"], level: "wireframe" as const },
  ];
  const routes = new Routes({ journeys, exclusions: { selectors: [], routes: ["/a/b"] } });
  assert.equal(routes.find("/a/b")?.journey, "literal");
  assert.equal(routes.template("https://x.example/a/jane/?q=1"), "/a/:x");
  assert.equal(routes.template("/anything#/s/jane?x=1"), "#/s/:p");
  assert.equal(routes.level(routes.find("/a/b")), "off");
  assert.equal(routes.level(routes.find("/nowhere")), "off");
});

void test("an option that is not known is an error that names it", () => {
  const visit = async (): Promise<string> => Promise.resolve("");
  assert.throws(() => readOptions({ endpoint: "https://m.example", visit, maskText: false }), /maskText/);
  assert.throws(() => readOptions({ endpoint: "javascript:x", visit }), /endpoint/);
  assert.throws(() => readOptions({ endpoint: "https://m.example" }), /visit/);
  assert.equal(readOptions({ endpoint: "https://m.example/", visit }).endpoint, "https://m.example");
});
