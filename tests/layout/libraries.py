"""Products that are libraries of the browser: served from their npm packages with as little of ours around as they need."""

from __future__ import annotations

import json

from tests.layout.cache import npm
from tests.layout.openapi import OPENAPI
from tests.layout.page import Page, back, click, fill, hover, keys, press, wheel
from tests.layout.people import rows
from tests.layout.serving import Said, folders

PEOPLE = json.dumps(rows(80), ensure_ascii=False)
HEAD = '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>{head}</head><body>{body}</body></html>'


def html(title: str, head: str, body: str) -> str:
    return HEAD.format(title=title, head=head, body=body)


def _swagger() -> dict[str, Said]:
    start = """window.onload = () => { window.ui = SwaggerUIBundle({ url: "/openapi.json", dom_id: "#swagger-ui",
      deepLinking: true, presets: [SwaggerUIBundle.presets.apis, SwaggerUIStandalonePreset],
      layout: "StandaloneLayout" }); };"""
    folder = npm("swagger-ui-dist@5") / "swagger-ui-dist"
    return {"/": folder, "/swagger-initializer.js": start, "/openapi.json": json.dumps(OPENAPI)}


SWAGGER = Page(
    name="swagger-ui",
    kind="React, one large sheet, hash routes",
    serve=folders(_swagger),
    path="/",
    routes=("/",),
    ready=".opblock",
    data=".example, .highlight-code",
    acts=(
        click(".opblock-summary-control"),
        click(".try-out__btn"),
        fill("input[placeholder=term]", "autumn"),
        wheel(300),
        click(".execute"),
        click(".opblock-summary-control", 1),
        click(".opblock-tag", 1),
        wheel(-200),
        click(".models-control, button.model-box-control"),
        click(".opblock-summary-control", 2),
    ),
)


def _redoc() -> dict[str, Said]:
    start = "Redoc.init('/openapi.json', {}, document.getElementById('redoc'));"
    body = f"<div id=redoc></div><script src=/redoc/redoc.standalone.js></script><script>{start}</script>"
    page = html("Roster API", "<style>body { margin: 0; padding: 0; }</style>", body)
    return {"/": page, "/openapi.json": json.dumps(OPENAPI), "/redoc": npm("redoc") / "redoc/bundles"}


REDOC = Page(
    name="redoc",
    kind="React with styled-components: inserted rules",
    serve=folders(_redoc),
    path="/",
    routes=("/",),
    ready=".api-content",
    data=".redoc-json",
    acts=(
        click(".menu-content li label"),
        click(".menu-content li li label"),
        wheel(600),
        click("button:has-text('200')"),
        click(".menu-content li label", 2),
        wheel(500),
        fill("input[type=text]", "pupil"),
        press("Escape"),
        click("button:has-text('200')", 1),
        wheel(-300),
    ),
)


def _monaco() -> dict[str, Said]:
    code = "\\n".join(f"def step_{n}(name: str) -> int:  # {n}\\n    return len(name) + {n}\\n" for n in range(40))
    start = f"""require.config({{ paths: {{ vs: "/vs" }} }});
      require(["vs/editor/editor.main"], () => {{ window.editor = monaco.editor.create(document.getElementById("code"),
        {{ value: "{code}", language: "python", automaticLayout: true }}); }});"""
    head = (
        "<style>body { margin: 0; font: 14px sans-serif; } #code { height: 600px; } h1 { padding: 8px 16px; }</style>"
    )
    body = f"<h1>Editor</h1><div id=code></div><p>Ready</p><script src=/vs/loader.js></script><script>{start}</script>"
    return {"/": html("Editor", head, body), "/vs": npm("monaco-editor") / "monaco-editor/min/vs"}


MONACO = Page(
    name="monaco",
    kind="code editor: absolute lines, measured fonts",
    serve=folders(_monaco),
    path="/",
    routes=("/",),
    ready=".view-line",
    data=".view-lines",
    own=r"^(def|return|str|int|len|name)$|step_|len\(|[()#:]",
    acts=(
        click(".view-line", 3),
        keys("x = 1"),
        press("Enter"),
        wheel(300, ".view-lines"),
        press("Control+F"),
        keys("step_1"),
        press("Escape"),
        press("F1"),
        press("Escape"),
        wheel(-200, ".view-lines"),
    ),
)


def _grid() -> dict[str, Said]:
    start = f"""agGrid.createGrid(document.getElementById("grid"), {{ rowData: {PEOPLE}, pagination: true, paginationPageSize: 20,
      rowSelection: {{ mode: "multiRow" }}, defaultColDef: {{ filter: true, sortable: true, flex: 1 }},
      columnDefs: ["name", "mail", "year", "mark", "note"].map((field) => ({{ field }})) }});"""
    head = (
        "<style>body { margin: 0; font-family: Helvetica, sans-serif; } #grid { height: 620px; margin: 16px; }</style>"
    )
    body = f"<h1>Pupils</h1><div id=grid></div><script src=/grid/ag-grid-community.min.js></script><script>{start}</script>"
    return {"/": html("Pupils", head, body), "/grid": npm("ag-grid-community") / "ag-grid-community/dist"}


GRID = Page(
    name="ag-grid",
    kind="virtual grid: absolute rows, sheets added by script",
    serve=folders(_grid),
    path="/",
    routes=("/",),
    ready=".ag-row",
    data=".ag-center-cols-container",
    acts=(
        click(".ag-header-cell-label"),
        click(".ag-header-cell-label", 2),
        click(".ag-selection-checkbox", 2),
        click(".ag-cell", 8),
        wheel(400, ".ag-row"),
        click(".ag-paging-button:not(.ag-disabled)"),
        click(".ag-header-cell-filter-button"),
        keys("Ana"),
        press("Escape"),
        hover(".ag-row", 3),
    ),
)

SHOELACE_BODY = """
<h1>Class 7b</h1><sl-tab-group><sl-tab slot="nav" panel="pupils">Pupils</sl-tab><sl-tab slot="nav" panel="settings">Settings</sl-tab>
<sl-tab-panel name="pupils"><div id="cards"></div></sl-tab-panel>
<sl-tab-panel name="settings"><sl-input label="Class name" help-text="Shown to parents" value="7b"></sl-input>
<sl-select label="Term" value="a"><sl-option value="a">Autumn</sl-option><sl-option value="b">Spring</sl-option></sl-select>
<sl-switch>Send a weekly summary</sl-switch><sl-range label="Volume"></sl-range></sl-tab-panel></sl-tab-group>
<sl-button variant="primary" id="open">Open dialog</sl-button>
<sl-details summary="More about this class">The class meets every morning and goes home after lunch.</sl-details>
<sl-dialog label="Write a message" id="dialog"><sl-textarea label="Message"></sl-textarea>
<sl-button slot="footer" variant="primary">Send</sl-button></sl-dialog>
<script type="module">
const people = PEOPLE;
for (const one of people.slice(0, 12)) document.getElementById("cards").insertAdjacentHTML("beforeend",
  `<sl-card><strong slot="header" data-people>${one.name}</strong><span data-people>${one.note}</span>
   <sl-badge variant="success" slot="footer">Year ${one.year}</sl-badge><sl-rating value="3" slot="footer"></sl-rating></sl-card>`);
document.getElementById("open").addEventListener("click", () => document.getElementById("dialog").show());
</script>"""


def _shoelace() -> dict[str, Said]:
    head = """<link rel="stylesheet" href="/cdn/themes/light.css"><script type="module" src="/cdn/shoelace.js"></script>
      <style>body { margin: 24px; font-family: var(--sl-font-sans); } sl-card { width: 220px; margin: 6px; }</style>"""
    folder = npm("@shoelace-style/shoelace") / "@shoelace-style/shoelace/cdn"
    return {"/": html("Class 7b", head, SHOELACE_BODY.replace("PEOPLE", PEOPLE)), "/cdn": folder}


SHOELACE = Page(
    name="shoelace",
    kind="custom elements with shadow roots and adopted sheets",
    serve=folders(_shoelace),
    path="/",
    routes=("/",),
    ready="sl-card[class], sl-tab[active]",
    acts=(
        click("sl-tab >> nth=1"),
        click("sl-input"),
        keys("8a"),
        click("sl-switch"),
        click("sl-details"),
        wheel(200),
        click("sl-tab >> nth=0"),
        click("#open"),
        keys("Hello"),
        hover("sl-dialog sl-button"),
    ),
)


def _tinymce() -> dict[str, Said]:
    text = "".join(f"<h2>Week {n}</h2><p data-people>{rows(20)[n]['note']}. " * 3 + "</p>" for n in range(6))
    start = """tinymce.init({ selector: "#letter", height: 560, license_key: "gpl", promotion: false,
      plugins: "lists link table code wordcount", toolbar: "undo redo | styles | bold italic | bullist numlist | table link code" });"""
    body = f"""<h1>Letter to parents</h1><form><textarea id=letter>{text}</textarea></form>
      <script src=/tinymce/tinymce.min.js></script><script>{start}</script>"""
    head = "<style>body { font: 16px/1.5 Georgia, serif; margin: 20px auto; max-width: 1000px; }</style>"
    return {"/": html("Letter", head, body), "/tinymce": npm("tinymce") / "tinymce"}


TINYMCE = Page(
    name="tinymce",
    kind="rich text in a frame, menus",
    serve=folders(_tinymce),
    path="/",
    routes=("/",),
    ready="iframe.tox-edit-area__iframe",
    own=r"^Week",
    acts=(
        click(".tox-mbtn"),
        press("Escape"),
        click(".tox-edit-area"),
        keys("Dear parents"),
        click(".tox-mbtn", 3),
        press("Escape"),
        click("button[aria-label^=Bold]"),
        click(".tox-mbtn", 5),
        press("Escape"),
        wheel(300, ".tox-edit-area"),
    ),
)


def _docsify() -> dict[str, Said]:
    start = "window.$docsify = { name: 'Handbook', loadSidebar: true, subMaxLevel: 2 };"
    head = '<link rel="stylesheet" href="/docsify/themes/vue.css">'
    body = f"<div id=app></div><script>{start}</script><script src=/docsify/docsify.min.js></script>"
    more = "\n\n".join(
        f"## Part {n}\n\nHow a school uses part {n}.\n\n* one\n* two\n\n```\nmilk {n}\n```" for n in range(12)
    )
    pages = {f"/{name}.md": f"# {name.title()}\n\n{more}" for name in ("guide", "rules", "contact")}
    side = "* [Home](/)\n* [Guide](guide)\n* [Rules](rules)\n* [Contact](contact)\n"
    return {
        "/": html("Handbook", head, body),
        "/docsify": npm("docsify@4") / "docsify/lib",
        "/README.md": f"# Handbook\n\n> For teachers\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n{more}",
        "/_sidebar.md": side,
        **pages,
    }


DOCSIFY = Page(
    name="docsify",
    kind="a documentation site that routes by the hash",
    serve=folders(_docsify),
    path="/",
    routes=("/", "#/guide", "#/rules", "#/contact"),
    ready=".markdown-section h2",
    acts=(
        click(".sidebar-nav a", 1),
        wheel(400),
        click(".sidebar-nav a", 2),
        click(".sidebar-toggle"),
        click(".sidebar-toggle"),
        back(),
        click(".sidebar-nav li li a", 2),
        wheel(-200),
        click(".sidebar-nav a:has-text('Rules')"),
        hover(".markdown-section h2", 1),
    ),
)

LIBRARIES = (SWAGGER, REDOC, MONACO, GRID, SHOELACE, TINYMCE, DOCSIFY)
