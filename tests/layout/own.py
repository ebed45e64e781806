"""Pages of our own, each for a technique that the products do not show by themselves."""

from __future__ import annotations

import json
import subprocess

from tests.layout.cache import npm
from tests.layout.libraries import html
from tests.layout.page import Act, Page, back, choose, click, fill, hover, wheel
from tests.layout.people import rows
from tests.layout.serving import Said, folders

PEOPLE = json.dumps(rows(40), ensure_ascii=False)
# What every page of ours does: a list of people, a dialog, a menu, a form.
BODY = """
<header class="top"><h1>Class 7b</h1><nav><a href="#" class="link">Pupils</a><a href="#" class="link">Marks</a><a href="#" class="link">Letters</a></nav>
<button class="theme">Change colours</button></header>
<main class="page"><aside class="side"><h2>Terms</h2><ul><li>Autumn term</li><li>Spring term</li><li>Summer term</li></ul>
<p class="hint">Choose a term to see who was in this class and what their teachers wrote about them then.</p></aside>
<section class="cards" data-people></section>
<form class="form"><label>Title <input name="title" placeholder="A short title"></label><label>Kind <select name="kind"><option>Note</option><option>Letter to parents</option></select></label>
<label>Message <textarea name="message" rows="4"></textarea></label><label class="check"><input type="checkbox"> Send a copy to the office</label>
<button type="button" class="open">Write a letter</button></form></main>
<dialog class="dialog"><h2>Letter</h2><p>Parents get it tonight, unless you keep it as a draft and send it later by hand.</p><button class="close">Close it</button></dialog>"""
SCRIPT = """
const people = PEOPLE;
const card = (one) => `<article class="card"><h3 class="name">${one.name}</h3><p class="mail">${one.mail}</p><p class="note">${one.note}</p>
  <span class="badge">Year ${one.year}</span><meter min="1" max="6" value="${one.mark}"></meter></article>`;
const list = document.querySelector(".cards");
list.innerHTML = people.slice(0, 18).map(card).join("");
document.querySelector(".open").onclick = () => document.querySelector(".dialog").showModal();
document.querySelector(".close").onclick = () => document.querySelector(".dialog").close();
document.querySelector(".theme").onclick = () => { const { dataset } = document.documentElement; dataset.theme = dataset.theme === "dark" ? "light" : "dark"; };
document.querySelectorAll(".link").forEach((link, place) => link.addEventListener("click", (event) => { event.preventDefault();
  list.insertAdjacentHTML("afterbegin", people.slice(20 + place * 3, 23 + place * 3).map(card).join("")); link.classList.add("is-on"); }));
""".replace("PEOPLE", PEOPLE)
ACTS: tuple[Act, ...] = (
    click(".link", 0),
    click(".theme"),
    fill("input[name=title]", "Trip"),
    wheel(400),
    click(".link", 1),
    choose("select[name=kind]", "Letter to parents"),
    fill("textarea", "Dear parents"),
    hover(".card", 2),
    click(".open"),
    hover(".close"),
)


def _page(css: str, lang: str = "en", script: str = SCRIPT, body: str = BODY) -> dict[str, Said]:
    page = html("Class 7b", f"<style>{css}</style>", f"{body}<script type=module>{script}</script>")
    return {"/": page.replace('lang="en"', lang if "=" in lang else f'lang="{lang}"')}


def own(name: str, kind: str, files: dict[str, Said]) -> Page:
    """A page of ours with the usual acts."""
    return Page(name=name, kind=kind, serve=folders(lambda: files), path="/", routes=("/",), ready=".card", acts=ACTS)


RTL_CSS = """
body { margin: 0; font: 16px/1.6 "Noto Naskh Arabic", "Segoe UI", sans-serif; } .top { display: flex; gap: 24px; padding-inline: 24px 48px; border-block-end: 2px solid; align-items: center; }
nav { display: flex; gap: 12px; margin-inline-start: auto; } .page { display: grid; grid-template-columns: 220px 1fr 280px; gap: 20px; padding: 20px; }
.side { border-inline-end: 3px solid teal; padding-inline-end: 12px; } .cards { display: flex; flex-wrap: wrap; gap: 10px; } .card { inline-size: 200px; padding: 10px; border: 1px solid; }
.form label { display: block; margin-block: 8px; } .form input:not([type]), textarea, select { inline-size: 100%; box-sizing: border-box; } .note { text-align: end; }"""
DARK_CSS = """
:root { --ground: #fff; --ink: #222; --space: 12px; --gap: calc(var(--space) * 1.5); --font: "Inter", system-ui, sans-serif; } :root[data-theme="dark"] { --ground: #111; --ink: #eee; --space: 18px; }
body { margin: 0; background: var(--ground); color: var(--ink); font-family: var(--font); } .top { padding: var(--space); display: flex; justify-content: space-between; }
.page { display: grid; grid-template: "side cards form" auto / 200px minmax(0, 1fr) 260px; gap: var(--gap); padding: var(--gap); } .side { grid-area: side; } .cards { grid-area: cards; display: grid; grid-template-columns: repeat(auto-fill, minmax(190px, 1fr)); gap: var(--gap); }
.form { grid-area: form; display: flex; flex-direction: column; gap: var(--space); } .card { padding: var(--space); border: 1px solid currentColor; border-radius: 8px; } .badge { display: inline-block; padding: 2px 8px; background: color-mix(in srgb, var(--ink) 20%, var(--ground)); }
.card::before { content: attr(class); font-size: 10px; } .card::after { content: "★"; } .is-on { font-weight: 700; } meter { width: 100%; }"""
LAYERS_CSS = """
@layer base, parts, last; @layer base { body { margin: 0; font: 15px/1.5 Arial, sans-serif; } *, *::before { box-sizing: border-box; } }
@layer parts { .top { display: flex; gap: 1rem; padding: 1rem; position: sticky; top: 0; background: white; z-index: 2; } .page { display: grid; grid-template-columns: 18rem 1fr 20rem; gap: 1rem; padding: 1rem; }
  .cards { container: cards / inline-size; display: grid; gap: 1rem; grid-template-columns: repeat(3, 1fr); } .card { border: 1px solid; padding: .5rem; container-type: inline-size;
    & .name { margin: 0; font-size: 1.1em; } &:hover { outline: 2px solid; } &:nth-child(3n+1) { background: #eef; } @container (min-width: 150px) { & .note { font-size: 13px; } } } }
@layer last { @container cards (min-width: 500px) { .card .badge { display: block; padding: 6px; } } .form { display: grid; gap: .75rem; align-content: start; } .form label { display: grid; } }
@supports (display: grid) { .side { padding-inline: clamp(8px, 2vw, 24px); } } @media (min-width: 1000px) { .side h2 { font-size: 28px; } } .card:has(meter) { border-radius: 10px; } :is(.hint, .note) { color: #555; } :where(.mail) { font-size: 12px; }"""
ELEMENTS_SCRIPT = """
const people = PEOPLE;
const shared = new CSSStyleSheet();
shared.replaceSync(":host { display: block; border: 1px solid #888; padding: 10px; } .name { margin: 0; font: 700 16px/1.3 Georgia, serif; } ::slotted(p) { margin: 4px 0; } slot[name=more] { display: block; padding: 6px; background: #eee; }");
customElements.define("class-card", class extends HTMLElement { constructor() { super(); const root = this.attachShadow({ mode: "open" }); root.adoptedStyleSheets = [shared];
  root.innerHTML = `<h3 class="name"></h3><slot></slot><slot name="more"></slot><button part="button">Show</button>`;
  root.querySelector("button").onclick = () => { const more = document.createElement("p"); more.slot = "more"; more.textContent = this.note; this.append(more); shared.insertRule("button { padding: 8px 20px; }", 0); }; }
  set person(one) { this.note = one.note; this.shadowRoot.querySelector(".name").textContent = one.name; this.innerHTML = `<p>${one.mail}</p>`; } });
const list = document.querySelector(".cards");
for (const one of people.slice(0, 15)) { const made = document.createElement("class-card"); made.className = "card"; made.person = one; list.append(made); }
const page = new CSSStyleSheet(); page.replaceSync(".cards { display: grid; grid-template-columns: repeat(3, 1fr); gap: 12px } class-card::part(button) { border-radius: 8px }"); document.adoptedStyleSheets = [page];
document.querySelector(".theme").onclick = () => { page.insertRule(".side { padding: 20px }", page.cssRules.length); page.deleteRule(0); page.insertRule(".cards { display: grid; grid-template-columns: repeat(4, 1fr); gap: 8px }", 0); };
document.querySelector(".open").onclick = () => document.querySelector(".dialog").showModal(); document.querySelector(".close").onclick = () => document.querySelector(".dialog").close();
""".replace("PEOPLE", PEOPLE)
PLAIN_CSS = "body { margin: 0; font: 15px sans-serif; } .top, nav { display: flex; gap: 16px; padding: 8px; } .page { display: grid; grid-template-columns: 200px 1fr 260px; gap: 16px; } .form label { display: block; }"
SPA_CSS = (
    PLAIN_CSS
    + " .cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(220px, 1fr)); gap: 12px; } .card { border: 1px solid; padding: 12px; } .table { width: 100%; border-collapse: collapse; } td, th { border: 1px solid #bbb; padding: 6px; text-align: start; }"
)
SPA_SCRIPT = """
const people = PEOPLE;
const main = document.querySelector(".cards");
const views = { "/": () => people.slice(0, 16).map((one) => `<article class="card"><h3>${one.name}</h3><p>${one.note}</p></article>`).join(""),
  "/marks": () => `<table class="table"><thead><tr><th>Name</th><th>Mail</th><th>Mark</th><th>Note</th></tr></thead><tbody>${people.map((one) => `<tr><td>${one.name}</td><td>${one.mail}</td><td>${one.mark}</td><td>${one.note}</td></tr>`).join("")}</tbody></table>`,
  "/letters": () => people.slice(10, 22).map((one) => `<div class="card"><img alt="Portrait" width="64" height="64" src="data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"><blockquote>${one.note}</blockquote></div>`).join("") };
const show = () => { main.innerHTML = views[location.pathname]?.() ?? ""; document.title = location.pathname; };
document.querySelectorAll(".link").forEach((link, place) => link.addEventListener("click", (event) => { event.preventDefault(); history.pushState(null, "", ["/", "/marks", "/letters"][place]); show(); scrollTo(0, 0); }));
addEventListener("popstate", show); show();
document.querySelector(".open").onclick = () => document.querySelector(".dialog").showModal(); document.querySelector(".close").onclick = () => document.querySelector(".dialog").close();
""".replace("PEOPLE", PEOPLE)


def _emotion() -> dict[str, Said]:
    modules = npm("@emotion/css", "esbuild")
    build = modules.parent / "emotion-bundle.js"
    if not build.exists():
        source = "export * from '@emotion/css'"
        words = [
            str(modules / "esbuild/bin/esbuild"),
            "--bundle",
            "--format=esm",
            '--define:process.env.NODE_ENV="production"',
            f"--outfile={build}",
        ]
        subprocess.run(words, cwd=modules.parent, input=source.encode(), check=True, capture_output=True)
    script = """
import { css, injectGlobal, keyframes } from "/emotion.js";
injectGlobal`body { margin: 0; font: 15px/1.5 Verdana, sans-serif } .top { display: flex; gap: 20px; padding: 16px } .page { display: grid; grid-template-columns: 220px 1fr 260px; gap: 18px; padding: 18px }`;
const spin = keyframes`from { opacity: .4 } to { opacity: 1 }`;
document.querySelector(".cards").classList.add(css`display: flex; flex-wrap: wrap; gap: 14px; align-content: flex-start; & > article { width: 200px; padding: 12px; border: 1px solid #999; h3 { margin: 0 } &:nth-of-type(even) { padding: 20px } }`);
document.querySelector(".form").classList.add(css`label { display: block; margin: 10px 0 } textarea, select { width: 100%; box-sizing: border-box }`);
document.querySelector(".theme").addEventListener("click", () => document.querySelector(".cards").classList.add(css`gap: 30px; animation: ${spin} 1s`));
document.querySelectorAll(".link").forEach((link, place) => link.addEventListener("click", () => document.querySelector(".side").classList.add(css`padding: ${10 + place * 8}px`)));
"""
    return {**_page("", script=script + SCRIPT), "/emotion.js": build}


def _tailwind() -> dict[str, Said]:
    modules = npm("tailwindcss@3")
    folder = modules.parent / "tailwind"
    folder.mkdir(exist_ok=True)
    body = (
        BODY.replace(
            'class="top"', 'class="top sticky top-0 z-10 flex items-center gap-4 border-b bg-white/90 px-6 py-3"'
        )
        .replace(
            'class="page"', 'class="page mx-auto grid max-w-6xl gap-6 p-6 md:grid-cols-[14rem_minmax(0,1fr)_18rem]"'
        )
        .replace('class="cards"', 'class="cards grid grid-cols-1 gap-4 lg:grid-cols-2 xl:grid-cols-3"')
        .replace('class="form"', 'class="form space-y-4 [&_input:not([type])]:w-full [&_textarea]:w-full"')
        .replace(
            'class="open"', 'class="open rounded-lg bg-sky-600 px-4 py-2 font-semibold text-white hover:bg-sky-700"'
        )
    )
    script = SCRIPT.replace(
        'class="card"', 'class="card group rounded-xl border p-4 shadow-sm odd:bg-slate-50 hover:shadow-md"'
    ).replace(
        'class="note"', 'class="note mt-2 text-sm leading-6 text-slate-600 group-hover:text-slate-900 line-clamp-3"'
    )
    (folder / "page.html").write_text(body + script, "utf-8")
    (folder / "in.css").write_text("@tailwind base; @tailwind components; @tailwind utilities;", "utf-8")
    words = [
        "node",
        str(modules / "tailwindcss/lib/cli.js"),
        "-i",
        "in.css",
        "-o",
        "out.css",
        "--content",
        "page.html",
        "--minify",
    ]
    subprocess.run(words, cwd=folder, check=True, capture_output=True)
    page = html("Class 7b", '<link rel="stylesheet" href="/out.css">', f"{body}<script type=module>{script}</script>")
    return {"/": page, "/out.css": folder / "out.css"}


SPA_ACTS = (
    click(".link", 1), wheel(500), click(".link", 2), back(), wheel(-200), click(".link", 0), fill("input[name=title]", "Trip"), click(".link", 2), wheel(300), hover(".card", 1),
)  # fmt: skip
ELEMENT_ACTS = (
    click("class-card button", 0), click(".theme"), click("class-card button", 3), wheel(300), fill("input[name=title]", "Trip"), fill("textarea", "Dear"), hover("class-card", 2),
    click("class-card button", 5), click(".open"), hover(".close"),
)  # fmt: skip
OWN = (
    Page(
        name="tailwind",
        kind="Tailwind, built",
        serve=folders(_tailwind),
        path="/",
        routes=("/",),
        ready=".card",
        acts=ACTS,
    ),
    Page(
        name="emotion",
        kind="CSS in JS, rules inserted",
        serve=folders(_emotion),
        path="/",
        routes=("/",),
        ready=".card",
        acts=ACTS,
    ),
    Page(
        name="elements",
        kind="custom elements, adopted sheets",
        serve=folders(lambda: _page(PLAIN_CSS, script=ELEMENTS_SCRIPT)),
        path="/",
        routes=("/",),
        ready=".card",
        acts=ELEMENT_ACTS,
    ),
    own("rtl", "right to left", _page(RTL_CSS, 'lang="ar" dir="rtl"')),
    own("dark", "a theme by attribute, custom properties", _page(DARK_CSS)),
    own("layers", "layers, container queries, nesting", _page(LAYERS_CSS)),
    Page(
        name="spa",
        kind="routes without reload",
        serve=folders(lambda: _page(SPA_CSS, script=SPA_SCRIPT), "/"),
        path="/",
        routes=("/", "/marks", "/letters"),
        ready=".card",
        acts=SPA_ACTS,
    ),
)
