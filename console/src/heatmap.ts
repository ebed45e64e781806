// Heatmap: the density of people over a route's wireframe, which the demo account left and nobody else.

import { type Cell, draw } from "./density.ts";
import type { RecordedEvent, Words } from "./events.ts";
import { element, settings } from "./page.ts";
import { hasPage, prepared, stage } from "./replaying.ts";

interface HeatSettings {
  columns: number;
  rows: number;
  cells: Cell[];
  events: RecordedEvent[];
  words: Words;
}

const heat = settings("heat") as HeatSettings;
const frame = element("stage", HTMLElement);
const root = element("fit", HTMLElement);
const BLANK = { width: 1280, height: 1600 };

function paint(size: { width: number; height: number }): void {
  const canvas = document.createElement("canvas");
  canvas.width = size.width;
  canvas.height = size.height;
  canvas.setAttribute("aria-hidden", "true");
  draw(canvas, heat.cells, heat);
  root.append(canvas);
}

function scaled(size: { width: number; height: number }): void {
  const scale = frame.clientWidth / size.width;
  root.style.transform = `scale(${scale})`;
  root.style.width = `${size.width}px`;
  root.style.height = `${size.height}px`;
  frame.style.blockSize = `${Math.min(size.height * scale, window.innerHeight * 2)}px`;
}

function begin(): void {
  if (!hasPage(heat.events)) {
    paint(BLANK);
    scaled(BLANK);
    return;
  }
  const { replayer } = stage(root, frame, prepared(heat.events, heat.words, 1));
  replayer.pause(replayer.getMetaData().totalTime);
  // Heatmap rows are fractions of the whole page, so the frame is opened to all of its height.
  const page = replayer.iframe.contentDocument?.documentElement;
  const size = { width: Number(replayer.iframe.width) || BLANK.width, height: page?.scrollHeight ?? BLANK.height };
  replayer.iframe.height = String(size.height);
  paint(size);
  const again = (): void => {
    scaled(size);
  };
  requestAnimationFrame(again);
  new ResizeObserver(again).observe(frame);
}

begin();
