// Vocabulary: the review list by keyboard. Each key presses a button that is there without this module as well, and works
// only while a row has the focus, so that no letter typed elsewhere decides anything.

import { element } from "./page.ts";

const list = document.getElementById("rows");
const told = element("told", HTMLElement);

const rows = (): HTMLElement[] => [...document.querySelectorAll<HTMLElement>("#rows > [data-row]")];

function focus(row: HTMLElement | undefined): void {
  if (!row) return;
  for (const one of rows()) one.tabIndex = one === row ? 0 : -1;
  row.focus();
}

/** Send one row's verdict without loading the page again; where that fails the form is sent as ever. */
async function decide(row: HTMLElement, button: HTMLButtonElement): Promise<void> {
  const body = new URLSearchParams({ [button.name]: button.value });
  const answer = await fetch("/console/vocabulary/decide", { method: "POST", body, redirect: "manual" });
  if (answer.type !== "opaqueredirect") {
    button.click();
    return;
  }
  const all = rows();
  const next = all[all.indexOf(row) + 1] ?? all[all.indexOf(row) - 1];
  told.textContent = `${button.textContent.trim()}: done. ${all.length - 1} left on this page.`;
  row.remove();
  if (next) focus(next);
  else location.reload();
}

const button = (row: HTMLElement, name: string): HTMLButtonElement | null => row.querySelector(`button[name="${name}"]`);

function pressed(event: KeyboardEvent): void {
  const row = event.target instanceof HTMLElement ? event.target : null;
  if (!row?.matches("[data-row]") || event.ctrlKey || event.metaKey || event.altKey) return;
  const all = rows();
  const at = all.indexOf(row);
  const verdict = { a: "approve", r: "refuse", u: "reopen" }[event.key];
  const chosen = verdict === undefined ? null : button(row, verdict);
  if (event.key === "j" || event.key === "ArrowDown") focus(all[at + 1]);
  else if (event.key === "k" || event.key === "ArrowUp") focus(all[at - 1]);
  else if (event.key === "x") row.querySelector<HTMLInputElement>("input[type=checkbox]")?.click();
  else if (event.key === "c") row.querySelector<HTMLAnchorElement>("a.button")?.click();
  else if (chosen) void decide(row, chosen);
  else return;
  event.preventDefault();
}

if (list) {
  element("keys", HTMLElement).hidden = false;
  rows().forEach((row, number) => {
    row.tabIndex = number === 0 ? 0 : -1;
  });
  list.addEventListener("keydown", pressed);
}
