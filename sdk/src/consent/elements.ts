/** The dialog and the mark, in a closed shadow root of their own: the page's styles do not reach in, its scripts cannot read. */

import { OWN, type Answer, type Purpose, type Served } from "./host";
import { STYLE } from "./style";

type Words = Served["words"];
type Said = (answer: Answer, purposes: readonly Purpose[]) => Promise<boolean>;

const make = <K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Readonly<Record<string, string>>,
  ...inside: readonly (Node | string)[]
): HTMLElementTagNameMap[K] => {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...inside);
  return element;
};

const word = (words: Words, name: string): string => words[name] ?? "";

/** Put an element of our own into the page; returns its root and what takes it out again. */
const mounted = (language: string): { root: ShadowRoot; unmount: () => void } => {
  const host = document.createElement(OWN);
  const root = host.attachShadow({ mode: "closed" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLE);
  // An adopted sheet needs no `style-src`: nothing of ours is refused by a page's policy.
  root.adoptedStyleSheets = [sheet];
  host.lang = language;
  document.body.append(host);
  return { root, unmount: () => { host.remove(); } };
};

/** Show the notice; resolves with whether the person said yes, once the answer has arrived. Closing it is a no. */
export const showDialog = (served: Served, said: Said): Promise<Answer> =>
  new Promise((resolve) => {
    const { words } = served;
    const { root, unmount } = mounted(served.language);
    const wrong = make("p", { role: "alert" });
    const boxes = served.purposes.map((purpose) => make("input", { type: "checkbox", value: purpose, "aria-describedby": `about-${purpose}` }));
    const choices = served.purposes.map((purpose, at) =>
      make("label", {}, boxes[at] ?? "", make("b", {}, word(words, purpose)), make("span", { id: `about-${purpose}` }, word(words, `${purpose}_about`))),
    );
    const [yes, no] = [make("button", { type: "button" }, word(words, "yes")), make("button", { type: "button" }, word(words, "no"))];
    const close = make("button", { type: "button", class: "close", "aria-label": word(words, "close"), title: word(words, "close") }, "×");
    const dialog = make(
      "dialog",
      { "aria-labelledby": "title", "aria-describedby": "text" },
      make("h2", { id: "title", tabindex: "-1", autofocus: "" }, word(words, "title")),
      make("p", { id: "text" }, served.text),
      make("fieldset", {}, make("legend", {}, word(words, "choose")), ...choices),
      wrong,
      make("div", { class: "answers" }, yes, no),
      close,
    );
    let isBusy = false;
    const answer = async (given: Answer): Promise<void> => {
      const purposes = boxes.filter((box) => box.checked).map((box) => box.value as Purpose);
      if (isBusy) return;
      if (given === "given" && purposes.length === 0) {
        wrong.textContent = word(words, "none");
        boxes[0]?.focus();
        return;
      }
      isBusy = true;
      const has = await said(given, purposes);
      isBusy = false;
      // A no needs nobody's leave: the dialog goes also where it could not be told.
      if (!has && given === "given") {
        wrong.textContent = word(words, "failed");
        return;
      }
      dialog.close();
      unmount();
      resolve(given);
    };
    yes.onclick = () => void answer("given");
    no.onclick = () => void answer("refused");
    close.onclick = () => void answer("dismissed");
    dialog.oncancel = (event) => {
      event.preventDefault();
      void answer("dismissed");
    };
    root.append(dialog);
    dialog.showModal();
  });

export interface Marked {
  /** Say that it stopped; the mark goes by itself. */
  stopped(isErased: boolean): void;
  remove(): void;
}

const GOES_AFTER_MS = 6_000;

/** Show that this page is being recorded, with what ends it. */
export const showMark = (words: Words, language: string, withdraw: (erase: boolean) => void, save: () => void): Marked => {
  const { root, unmount } = mounted(language);
  const button = (name: string, act: () => void): HTMLButtonElement => {
    const made = make("button", { type: "button" }, word(words, name));
    made.onclick = act;
    return made;
  };
  const live = make("div", { role: "status" });
  const details = make(
    "details",
    {},
    make("summary", {}, word(words, "mark")),
    make(
      "div",
      { class: "controls" },
      make("p", {}, word(words, "mark_about")),
      button("stop", () => { withdraw(false); }),
      button("erase", () => { withdraw(true); }),
      button("receipt", save),
    ),
  );
  root.append(make("aside", { "aria-label": word(words, "mark") }, details, live));
  return {
    stopped(isErased) {
      details.remove();
      live.append(make("p", { class: "told", tabindex: "-1" }, word(words, isErased ? "erased" : "stopped")));
      (live.firstElementChild as HTMLElement).focus();
      setTimeout(unmount, GOES_AFTER_MS);
    },
    remove: unmount,
  };
};
