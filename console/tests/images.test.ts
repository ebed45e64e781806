import assert from "node:assert/strict";
import { test } from "node:test";
import type { Json, RecordedEvent } from "../src/events.ts";
import { placeholder, withPictures } from "../src/images.ts";

const GIVEN = "data:image/png;base64,AAAA";
const MASK = "▇▇▇▇";

function image(id: number, attributes: Record<string, Json>): Json {
  return { type: 2, id, tagName: "img", attributes, childNodes: [] };
}

function snapshot(...children: Json[]): RecordedEvent {
  const body = { type: 2, id: 3, tagName: "body", attributes: {}, childNodes: children };
  return { type: 2, timestamp: 0, data: { node: { type: 0, id: 1, childNodes: [body] }, initialOffset: { top: 0, left: 0 } } };
}

function change(more: Record<string, Json>): RecordedEvent {
  return { type: 3, timestamp: 1, data: { source: 0, adds: [], removes: [], texts: [], attributes: [], ...more } };
}

void test("an image without a source gets a grey one of its size, and no text", () => {
  const [told] = withPictures([snapshot(image(5, { alt: MASK, class: "k1", rr_width: "36px", rr_height: "24.5px" }))]);
  const text = JSON.stringify(told);
  assert.ok(text.includes("width='36' height='24.5'"));
  assert.ok(text.includes('"class":"k1"'));
  assert.ok(!text.includes(MASK));
});

void test("a source that the player would not fetch counts as none", () => {
  const events = [snapshot(image(5, { src: "https://elsewhere.example/jane.png", srcset: "jane2.png 2x", width: "10", height: "20" }))];
  const text = JSON.stringify(withPictures(events));
  assert.ok(text.includes("width='10' height='20'"));
  assert.ok(!text.includes("jane"));
});

void test("a picture that the recording holds stays as it is", () => {
  const events = [snapshot(image(5, { src: GIVEN, alt: "logo" }), image(6, { rr_dataURL: GIVEN }))];
  assert.deepEqual(withPictures(events), events);
});

void test("images that come later get theirs, at any depth", () => {
  const added = { type: 2, id: 9, tagName: "p", attributes: {}, childNodes: [image(10, { rr_width: "7px", rr_height: "8px" })] };
  const [told] = withPictures([change({ adds: [{ parentId: 3, nextId: null, node: added }] })]);
  assert.ok(JSON.stringify(told).includes("width='7' height='8'"));
});

void test("a later change of source keeps the grey picture, until a new page counts anew", () => {
  const renamed = change({ attributes: [{ id: 5, attributes: { src: "next.png", alt: MASK, class: "k2" } }] });
  const told = withPictures([snapshot(image(5, {})), renamed, snapshot(), renamed]);
  const attributes = (event: RecordedEvent | undefined): Json => (event?.data as { attributes: { attributes: Json }[] }).attributes[0]?.attributes ?? null;
  assert.deepEqual(attributes(told[1]), { class: "k2" });
  assert.deepEqual(attributes(told[3]), { src: "next.png", alt: MASK, class: "k2" });
});

void test("a size that is none still gives a picture, and nothing of it is drawn from the recording", () => {
  const odd = placeholder("36px'/><script>", null);
  assert.ok(odd.includes("width='36' height='1'"));
  assert.ok(!odd.includes("script"));
});
