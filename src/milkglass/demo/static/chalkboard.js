// Chalkboard's own script: rooms change without a reload, messages are sent and answered, toasts and the share dialog.

/** Every word that this script puts on the page; reviewed in chalkboard.vocabulary.yaml. */
const SAY = {
  copied: "Copied",
  saved: "Saved",
  shared: "Snippet shared",
  uploaded: "File uploaded",
  failed: "That did not work. Try again.",
  online: "is here to help",
};

const one = (selector, root = document) => root.querySelector(selector);

function toast(words) {
  const shown = document.createElement("div");
  shown.className = "toast";
  shown.textContent = words;
  one(".toasts")?.append(shown);
  setTimeout(() => shown.remove(), 4000);
}

async function post(address, body) {
  const answer = await fetch(address, { method: "POST", body });
  if (!answer.ok) throw new Error(`answered ${answer.status}`);
  return answer.json();
}

/** A name inside a shadow root, where a recorder must look, too. */
customElements.define(
  "presence-card",
  class extends HTMLElement {
    connectedCallback() {
      if (this.shadowRoot) return;
      const root = this.attachShadow({ mode: "open" });
      const style = document.createElement("style");
      style.textContent =
        ".presence{display:flex;align-items:center;gap:6px;font-size:14px;color:#56645e}" +
        ".presence-dot{width:8px;height:8px;border-radius:50%;background:#2f8f5b}";
      const line = document.createElement("span");
      line.className = "presence";
      const dot = document.createElement("span");
      dot.className = "presence-dot";
      const name = document.createElement("b");
      name.textContent = this.dataset.name;
      const words = document.createElement("span");
      words.textContent = SAY.online;
      line.append(dot, name, words);
      root.append(style, line);
    }
  },
);

// Recording: what a customer writes. The SDK's file comes before this one and asks the page for a visit token.
async function visit() {
  const answer = await fetch("/demo/api/visit", { method: "POST" });
  return (await answer.json()).visit;
}
// The demo is served by Milkglass itself, so both have one origin; elsewhere `endpoint` is Milkglass's own address.
// Two ways to ask: the product's own form, whose answer its visit token tells, or the recorder's dialog.
const consent = document.body.dataset.asks ? "dialog" : undefined;
if (globalThis.milkglass && document.body.dataset.number) globalThis.milkglass.start({ endpoint: location.origin, visit, consent });

if (document.body.dataset.person) {
  try {
    localStorage.setItem("chalkboard.person", document.body.dataset.person);
  } catch {
    // A browser that keeps nothing still shows the page.
  }
}

function toEnd() {
  const scroller = one(".scroller");
  if (scroller && one(".messages")) scroller.scrollTop = scroller.scrollHeight;
}

function addMessage(html) {
  one(".messages")?.insertAdjacentHTML("beforeend", html);
  toEnd();
}

const roomHere = () => one(".room")?.dataset.room;

async function say(form) {
  const input = one(".composer-input", form);
  const said = input.value.trim();
  const room = roomHere();
  if (!said) return;
  input.value = "";
  const answer = await post(`/demo/api/rooms/${room}/messages`, JSON.stringify({ said }));
  if (room !== roomHere()) return;
  addMessage(answer.mine);
  const typing = one(".typing");
  one(".typing-name").textContent = answer.helper;
  typing.hidden = false;
  toEnd();
  setTimeout(() => {
    typing.hidden = true;
    if (room === roomHere()) addMessage(answer.reply);
  }, 1200);
}

async function share(form) {
  const sent = new FormData(form);
  const file = sent.get("file");
  form.reset();
  if (file instanceof File && file.size > 0) {
    const only = new FormData();
    only.append("file", file);
    await post("/demo/api/files", only);
    toast(SAY.uploaded);
  }
  if (String(sent.get("code")).trim()) {
    const body = JSON.stringify({ title: sent.get("title"), code: sent.get("code") });
    const answer = await post(`/demo/api/rooms/${roomHere()}/snippets`, body);
    addMessage(answer.mine);
    toast(SAY.shared);
  }
}

/** Show another room in place of this one, and its address in the bar. */
async function open(address, keepsAddress) {
  const answer = await fetch(address);
  if (!answer.ok || answer.redirected) return location.assign(address);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (!keepsAddress) history.pushState({}, "", address);
  document.title = page.title;
  one("#main").replaceChildren(...one("#main", page).childNodes);
  one(".sidebar").classList.remove("is-open");
  one(".menu-button").setAttribute("aria-expanded", "false");
  const path = new URL(address, location.href).pathname;
  for (const link of document.querySelectorAll(".nav-link")) {
    if (new URL(link.href).pathname === path) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  one(".page-title")?.focus({ preventScroll: true });
  toEnd();
}

function step(button) {
  const here = button.closest(".step");
  here.classList.replace("is-current", "is-done");
  here.removeAttribute("aria-current");
  const next = here.nextElementSibling;
  next.classList.add("is-current");
  next.setAttribute("aria-current", "step");
  one("a, button", next)?.focus();
  toast(SAY.saved);
}

async function copy(from) {
  try {
    await navigator.clipboard.writeText(from.textContent);
    toast(SAY.copied);
  } catch {
    toast(SAY.failed);
  }
}

async function loadMarks() {
  const answer = await fetch("/demo/api/marks", { method: "POST" });
  if (!answer.ok) one(".failure-answer").hidden = false;
}

function average(marks) {
  return marks.sum / marks.count; // fails: there are no marks yet
}

const CLICKS = {
  ".menu-button": (button) => {
    const isOpen = one(".sidebar").classList.toggle("is-open");
    button.setAttribute("aria-expanded", String(isOpen));
  },
  ".share-button": () => one(".share-dialog").showModal(),
  ".copy-button": (button) => copy(one(".code", button.parentElement)),
  ".copy-page-button": () => copy(one(".code")),
  ".step-button": step,
  ".marks-button": loadMarks,
  ".average-button": () => average(undefined),
};

document.addEventListener("click", (event) => {
  for (const [selector, act] of Object.entries(CLICKS)) {
    const hit = event.target.closest(selector);
    if (hit) return act(hit);
  }
  const link = event.target.closest("a.room-link, a.tab");
  if (link && roomHere() && !event.metaKey && !event.ctrlKey && !event.shiftKey) {
    event.preventDefault();
    open(link.href);
  }
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.matches(".composer")) {
    event.preventDefault();
    say(form).catch(() => toast(SAY.failed));
  } else if (form.matches(".share-form") && event.submitter?.value === "share") {
    share(form).catch(() => toast(SAY.failed));
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && event.target.matches(".composer-input")) {
    event.preventDefault();
    event.target.form.requestSubmit();
  }
});

addEventListener("popstate", () => (roomHere() ? open(location.href, true) : location.reload()));
toEnd();
