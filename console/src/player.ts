// Player: loads a look, plays it, and tells it as steps. Everything can be done by keyboard and nothing needs a drag.

import type { Replayer } from "@rrweb/replay";
import { clock, typedTime } from "./clock.ts";
import type { Batch, Words } from "./events.ts";
import { loadBatches, loadJoined, loadWords, type LookSettings, Refused, report } from "./loading.ts";
import { element, settings, svg } from "./page.ts";
import { hasPage, prepared, stage } from "./replaying.ts";
import { references } from "./sheets.ts";
import { type Step, steps } from "./steps.ts";

const STEP_MS = 5000;
const look = settings("look") as LookSettings;
const page = {
  stage: element("stage", HTMLElement),
  fit: element("fit", HTMLElement),
  said: element("said", HTMLElement),
  seek: element("seek", HTMLInputElement),
  play: element("play", HTMLButtonElement),
  playIcon: element("play-icon", HTMLElement),
  pauseIcon: element("pause-icon", HTMLElement),
  playWord: element("play-word", HTMLElement),
  back: element("back", HTMLButtonElement),
  forward: element("forward", HTMLButtonElement),
  next: element("next", HTMLButtonElement),
  typed: element("typed", HTMLInputElement),
  length: element("length", HTMLElement),
  idle: element("idle", HTMLButtonElement),
  stepwise: element("stepwise", HTMLButtonElement),
  marks: element("marks", SVGSVGElement),
  steps: element("steps", HTMLOListElement),
  stepsCount: element("steps-count", HTMLElement),
  report: element("report", HTMLButtonElement),
  dialog: element("dialog", HTMLDialogElement),
  seen: element("seen", HTMLSelectElement),
  seal: element("seal", HTMLButtonElement),
  cancel: element("cancel", HTMLButtonElement),
};

function say(text: string): void {
  page.said.replaceChildren();
  if (text === "") return;
  const line = document.createElement("p");
  line.textContent = text;
  page.said.append(line);
}

function press(button: HTMLButtonElement, isOn: boolean): void {
  button.setAttribute("aria-pressed", String(isOn));
}

function isPressed(button: HTMLButtonElement): boolean {
  return button.getAttribute("aria-pressed") === "true";
}

class Player {
  private isPlaying = false;
  private current = -1;
  private offset = 0;
  private ended = false;

  constructor(
    private readonly replayer: Replayer | null,
    private readonly settle: () => void,
    private readonly told: readonly Step[],
    private readonly first: number, // ms since the recording began, of the first event
    private readonly length: number,
  ) {
    page.seek.max = String(Math.max(length, 1));
    page.length.textContent = clock(length);
    this.listen();
    this.show();
    replayer?.on("finish", () => {
      this.offset = this.length;
      this.setPlaying(false);
    });
  }

  time(): number {
    return this.offset;
  }

  toggle(): void {
    if (this.replayer === null) return;
    if (isPressed(page.stepwise)) {
      this.nextStep();
      return;
    }
    if (this.isPlaying) this.pause();
    else {
      if (this.offset >= this.length) this.offset = 0;
      this.replayer.play(this.offset);
      this.setPlaying(true);
      this.follow();
    }
  }

  pause(): void {
    this.replayer?.pause(this.offset);
    this.setPlaying(false);
  }

  to(offset: number): void {
    this.offset = Math.min(Math.max(offset, 0), this.length);
    if (this.isPlaying) this.replayer?.play(this.offset);
    else this.replayer?.pause(this.offset);
    this.settle();
    this.show();
  }

  nextStep(): void {
    const step = this.told.find((one) => one.at - this.first > this.offset + 1);
    if (step !== undefined) this.to(step.at - this.first);
  }

  end(text: string): void {
    this.ended = true;
    this.setPlaying(false);
    this.replayer?.destroy();
    page.fit.replaceChildren();
    page.steps.replaceChildren();
    page.marks.replaceChildren();
    for (const button of document.querySelectorAll<HTMLButtonElement | HTMLInputElement>(".controls button, .controls input, #report")) {
      button.disabled = true;
    }
    say(text);
  }

  private setPlaying(isPlaying: boolean): void {
    this.isPlaying = isPlaying;
    page.playIcon.hidden = isPlaying;
    page.pauseIcon.hidden = !isPlaying;
    this.word();
    this.show();
  }

  private word(): void {
    page.playWord.textContent = this.isPlaying ? "Pause" : isPressed(page.stepwise) ? "Next step" : "Play";
  }

  private follow(): void {
    if (!this.isPlaying || this.ended) return;
    this.offset = Math.min(this.replayer?.getCurrentTime() ?? 0, this.length);
    this.show();
    requestAnimationFrame(() => {
      this.follow();
    });
  }

  private show(): void {
    page.seek.value = String(this.offset);
    page.seek.setAttribute("aria-valuetext", `${clock(this.offset)} of ${clock(this.length)}`);
    if (document.activeElement !== page.typed) page.typed.value = clock(this.offset);
    const now = this.told.findLastIndex((one) => one.at - this.first <= this.offset + 1);
    if (now === this.current) return;
    this.current = now;
    page.steps.querySelector("[aria-current]")?.removeAttribute("aria-current");
    const button = page.steps.children[now]?.querySelector("button");
    button?.setAttribute("aria-current", "step");
    if (button !== null && button !== undefined && !page.steps.contains(document.activeElement)) {
      page.steps.scrollTop = button.offsetTop - page.steps.clientHeight / 2;
    }
  }

  private listen(): void {
    page.play.addEventListener("click", () => {
      this.toggle();
    });
    page.back.addEventListener("click", () => {
      this.to(this.offset - STEP_MS);
    });
    page.forward.addEventListener("click", () => {
      this.to(this.offset + STEP_MS);
    });
    page.next.addEventListener("click", () => {
      this.nextStep();
    });
    page.seek.addEventListener("input", () => {
      this.to(Number(page.seek.value));
    });
    page.typed.addEventListener("change", () => {
      const typed = typedTime(page.typed.value);
      if (typed !== null) this.to(typed);
      page.typed.value = clock(this.offset);
    });
    page.stepwise.addEventListener("click", () => {
      if (this.isPlaying) this.pause();
      press(page.stepwise, !isPressed(page.stepwise));
      this.word();
    });
    page.idle.addEventListener("click", () => {
      press(page.idle, !isPressed(page.idle));
      this.replayer?.setConfig({ skipInactive: isPressed(page.idle) });
    });
    for (const button of document.querySelectorAll<HTMLButtonElement>("[data-speed]")) {
      button.addEventListener("click", () => {
        for (const other of document.querySelectorAll<HTMLButtonElement>("[data-speed]")) press(other, other === button);
        this.replayer?.setConfig({ speed: Number(button.dataset["speed"]) });
      });
    }
    document.addEventListener("keydown", (event) => {
      this.key(event);
    });
  }

  private key(event: KeyboardEvent): void {
    const isControl = event.target instanceof Element && event.target.closest("button, input, select, a, dialog") !== null;
    if (isControl || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === " ") this.toggle();
    else if (event.key === "ArrowLeft") this.to(this.offset - STEP_MS);
    else if (event.key === "ArrowRight") this.to(this.offset + STEP_MS);
    else return;
    event.preventDefault();
  }
}

function drawSteps(told: readonly Step[], first: number, go: (offset: number) => void): void {
  page.stepsCount.textContent = told.length === 1 ? "1 step" : `${told.length} steps`;
  page.steps.replaceChildren(
    ...told.map((step) => {
      const row = document.createElement("li");
      const button = document.createElement("button");
      button.type = "button";
      const time = document.createElement("time");
      time.textContent = clock(step.at - first);
      const mark = svg("svg", { viewBox: "0 0 10 10", width: 10, height: 10, "aria-hidden": "true" });
      mark.append(svg("rect", { width: 10, height: 10, rx: 2, class: `mark-${step.kind}` }));
      const text = document.createElement("span");
      text.textContent = step.text;
      if (step.detail !== "") {
        const detail = document.createElement("code");
        const whole = document.createElement("bdi");
        whole.textContent = step.detail;
        detail.title = step.detail;
        detail.append(whole);
        text.append(detail);
      }
      button.append(time, mark, text);
      button.addEventListener("click", () => {
        go(step.at - first);
      });
      row.append(button);
      return row;
    }),
  );
}

function drawMarks(told: readonly Step[], first: number, length: number): void {
  const marked = told.filter((step) => step.kind !== "scroll");
  page.marks.replaceChildren(
    ...marked.map((step) => {
      const x = length === 0 ? 0 : ((step.at - first) / length) * 1000;
      const isCut = step.kind === "cut";
      return svg("rect", { x: x - 1.5, y: isCut ? 0 : 5, width: isCut ? 4 : 3, height: isCut ? 18 : 10, class: `mark-${step.kind}` });
    }),
  );
}

function listenReport(player: Player): void {
  page.report.addEventListener("click", () => {
    player.pause();
    page.dialog.showModal();
  });
  page.cancel.addEventListener("click", () => {
    page.dialog.close();
  });
  page.seal.addEventListener("click", () => {
    page.seal.disabled = true;
    report(look, page.seen.value, player.time()).then(
      () => {
        page.dialog.close();
        player.end("Sealed. Nobody can look at this recording any more; the owner sees it on the overview.");
      },
      (error: unknown) => {
        page.dialog.close();
        player.end(`Not sealed: ${message(error)} Tell the owner at once.`);
      },
    );
  });
}

function message(error: unknown): string {
  return error instanceof Refused ? error.message : "The server did not answer. Load the page again.";
}

function begin(batches: readonly Batch[], words: Words): void {
  const events = batches.flatMap((batch) => batch.events);
  const told = steps(batches, words);
  const moments = [...events.map((event) => event.timestamp), ...told.map((step) => step.at)];
  const isShown = hasPage(events);
  const ordered = isShown ? prepared(events, words, look.beganMs) : [];
  const first = isShown ? (ordered[0]?.timestamp ?? 0) - look.beganMs : moments.reduce((least, at) => Math.min(least, at), Infinity);
  const last = moments.reduce((most, at) => Math.max(most, at), 0);
  const begins = Number.isFinite(first) ? first : 0;
  const length = Math.max(0, last - begins);
  const staged = isShown ? stage(page.fit, page.stage, ordered) : null;
  const replayer = staged?.replayer ?? null;
  const player = new Player(replayer, () => staged?.settle(), told, begins, length);
  drawSteps(told, begins, (offset) => {
    player.to(offset);
  });
  drawMarks(told, begins, length);
  listenReport(player);
  for (const control of [page.seek, page.play, page.back, page.forward, page.next, page.typed]) control.disabled = replayer === null;
  if (replayer === null) {
    say(told.length === 0 ? "Nothing was kept in this recording." : "This recording was kept at level clicks: it has no page to show. The steps tell all of it.");
    return;
  }
  say("");
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) page.stepwise.click();
  player.to(0);
  document.documentElement.dataset["ready"] = "yes";
}

async function start(): Promise<void> {
  try {
    const words = await loadWords(look);
    const batches = await loadBatches(look, (part) => {
      say(`Loading part ${part} of ${look.parts}. Each part is logged before it is read.`);
    });
    const joined = await loadJoined(look, references(batches.flatMap((batch) => batch.events)));
    begin(batches, { ...words, ...joined });
  } catch (error) {
    say(message(error));
    if (!(error instanceof Refused)) throw error;
  }
}

void start();
