"""Kits that many products are built with: Bootstrap with its icon font, and Fluent UI's custom elements."""

from __future__ import annotations

import json

from tests.layout.cache import npm
from tests.layout.libraries import html
from tests.layout.page import Page, click, fill, hover, keys, press, wheel
from tests.layout.people import rows
from tests.layout.serving import Said, folders

PEOPLE = json.dumps(rows(8), ensure_ascii=False)
ROW = "<tr data-people><td>{id}</td><td>{name}</td><td>{mail}</td><td>{year}</td><td>{note}</td></tr>"
BOOTSTRAP_BODY = """
<nav class="navbar navbar-expand-lg bg-body-tertiary border-bottom"><div class="container-fluid"><a class="navbar-brand" href="#">
<i class="bi bi-mortarboard"></i> Handbook</a>
<ul class="navbar-nav me-auto"><li class="nav-item"><a class="nav-link active" href="#">Classes</a></li><li class="nav-item dropdown">
<a class="nav-link dropdown-toggle" href="#" data-bs-toggle="dropdown">Reports</a>
<ul class="dropdown-menu"><li><a class="dropdown-item" href="#">Attendance</a></li><li><a class="dropdown-item" href="#">Marks by term</a></li><li>
<hr class="dropdown-divider"></li><li><a class="dropdown-item" href="#">Archive</a></li></ul></li></ul>
<form class="d-flex"><input class="form-control me-2" type="search" placeholder="Search">
<button class="btn btn-outline-success" type="button">Search</button></form></div></nav>
<div class="container-fluid"><div class="row"><aside class="col-2 border-end vh-100 py-3"><ul class="nav nav-pills flex-column"><li class="nav-item">
<a class="nav-link active" href="#"><i class="bi bi-house me-2"></i>Overview</a></li>
<li class="nav-item"><a class="nav-link" href="#"><i class="bi bi-people me-2"></i>Pupils <span class="badge text-bg-danger float-end">New</span></a>
</li><li class="nav-item"><a class="nav-link" href="#"><i class="bi bi-gear me-2"></i>Settings</a></li></ul></aside>
<main class="col-10 py-3"><h1 class="h3">Class overview</h1><div class="row row-cols-4 g-3 mb-3">
<div class="col"><div class="card text-bg-primary h-100"><div class="card-body"><h5 class="card-title">Pupils here today</h5>
<p class="display-6 mb-0">27</p></div><div class="card-footer">of the whole class</div></div></div>
<div class="col"><div class="card h-100"><div class="card-body"><h5 class="card-title">Letters</h5><div class="progress">
<div class="progress-bar progress-bar-striped" style="width: 60%">60%</div></div></div></div></div>
<div class="col"><div class="card h-100"><div class="card-body"><div class="spinner-border text-secondary">
</div> <button class="btn btn-primary position-relative" id="write" data-bs-toggle="modal" data-bs-target="#m">Write a letter<span class="position-absolute top-0 start-100 translate-middle badge rounded-pill bg-danger">new</span></button></div></div></div>
<div class="col"><ul class="list-group">
<li class="list-group-item d-flex justify-content-between align-items-center">Waiting for an answer<span class="badge text-bg-secondary rounded-pill">late</span></li><li class="list-group-item">Answered last week</li></ul></div></div>
<ul class="nav nav-tabs" id="tabs"><li class="nav-item"><button class="nav-link active" data-bs-toggle="tab" data-bs-target="#a">Pupils</button></li>
<li class="nav-item"><button class="nav-link" data-bs-toggle="tab" data-bs-target="#b">Questions</button></li><li class="nav-item">
<button class="nav-link" data-bs-toggle="tab" data-bs-target="#c">Form</button></li></ul>
<div class="tab-content border border-top-0 p-3"><div class="tab-pane active" id="a"><div class="table-responsive">
<table class="table table-striped table-hover table-sm"><thead><tr><th>No.</th><th>Name</th><th>Mail address</th><th>Year</th>
<th>Notes of the teachers</th></tr></thead><tbody>ROWS</tbody></table></div>
<nav><ul class="pagination"><li class="page-item disabled"><a class="page-link">Previous</a></li><li class="page-item active">
<a class="page-link" href="#">1</a></li><li class="page-item"><a class="page-link" href="#">2</a></li><li class="page-item">
<a class="page-link" href="#">Next</a></li></ul></nav></div>
<div class="tab-pane" id="b"><div class="accordion" id="acc"><div class="accordion-item"><h2 class="accordion-header">
<button class="accordion-button collapsed" data-bs-toggle="collapse" data-bs-target="#q1">How are marks counted?</button></h2>
<div id="q1" class="accordion-collapse collapse"><div class="accordion-body">Each mark counts once, and the last one twice.</div></div></div>
<div class="accordion-item"><h2 class="accordion-header">
<button class="accordion-button collapsed" data-bs-toggle="collapse" data-bs-target="#q2">Who sees them?</button></h2>
<div id="q2" class="accordion-collapse collapse"><div class="accordion-body">Teachers of the class and its office.</div></div></div></div></div>
<div class="tab-pane" id="c"><form class="row g-3"><div class="col-md-6 form-floating"><input class="form-control" id="f1" placeholder="Title">
<label for="f1">Title of the letter</label></div><div class="col-md-6"><div class="input-group"><span class="input-group-text">@</span>
<input class="form-control" placeholder="Mail"><button class="btn btn-outline-secondary" type="button">Check</button></div></div>
<div class="col-md-4"><select class="form-select"><option>Autumn</option><option>Spring</option></select></div><div class="col-md-4">
<div class="form-check form-switch"><input class="form-check-input" type="checkbox" id="sw">
<label class="form-check-label" for="sw">Send a weekly summary</label></div></div><div class="col-md-4"><input type="range" class="form-range"></div>
</form></div></div></main></div></div>
<div class="modal" id="m"><div class="modal-dialog"><div class="modal-content"><div class="modal-header"><h5 class="modal-title">Write a letter</h5>
<button class="btn-close" data-bs-dismiss="modal"></button></div><div class="modal-body"><p>Parents get it tonight.</p>
<textarea class="form-control" rows="4"></textarea></div><div class="modal-footer">
<button class="btn btn-secondary" data-bs-dismiss="modal">Close</button><button class="btn btn-primary">Send it</button></div></div></div></div>
<script src="/bootstrap/js/bootstrap.bundle.min.js"></script>"""


def _bootstrap() -> dict[str, Said]:
    modules = npm("bootstrap@5", "bootstrap-icons@1")
    head = """<link rel="stylesheet" href="/bootstrap/css/bootstrap.min.css">
      <link rel="stylesheet" href="/icons/bootstrap-icons.min.css">"""
    body = BOOTSTRAP_BODY.replace("ROWS", "".join(ROW.format(**one) for one in rows(25)))
    return {
        "/": html("Class overview", head, body),
        "/bootstrap": modules / "bootstrap/dist",
        "/icons": modules / "bootstrap-icons/font",
    }


BOOTSTRAP = Page(
    name="bootstrap",
    kind="Bootstrap: a grid of shares, an icon font, a list",
    serve=folders(_bootstrap),
    path="/",
    routes=("/",),
    ready="table",
    acts=(
        click(".dropdown-toggle"),
        press("Escape"),
        click("#tabs button", 1),
        click(".accordion-button"),
        click("#tabs button", 2),
        fill("#f1", "Trip"),
        click("#tabs button", 0),
        wheel(300),
        click("#write"),
        hover(".modal .btn-primary"),
    ),
)

FLUENT_BODY = """
<fluent-design-system-provider use-defaults><h1>Class overview</h1><fluent-tabs><fluent-tab id="a">Pupils</fluent-tab>
<fluent-tab id="b">Settings</fluent-tab><fluent-tab-panel><fluent-data-grid id="g"></fluent-data-grid></fluent-tab-panel>
<fluent-tab-panel><fluent-text-field placeholder="Shown to parents">Class name</fluent-text-field><fluent-select>
<fluent-option>Autumn</fluent-option><fluent-option>Spring term</fluent-option></fluent-select><fluent-switch>Send a weekly summary</fluent-switch>
<fluent-slider></fluent-slider><fluent-checkbox>Public</fluent-checkbox><fluent-progress></fluent-progress></fluent-tab-panel></fluent-tabs>
<fluent-accordion><fluent-accordion-item>
<span slot="heading">How are marks counted?</span>Each mark counts once, and the last one twice.</fluent-accordion-item></fluent-accordion>
<fluent-card style="padding:16px;width:300px"><p>Nobody was late today.</p><fluent-badge>New</fluent-badge></fluent-card>
<fluent-button appearance="accent" id="write">Write a letter</fluent-button><fluent-menu><fluent-menu-item>Print this list</fluent-menu-item>
<fluent-menu-item>Archive</fluent-menu-item></fluent-menu></fluent-design-system-provider>
<script type=module src=/fluent/web-components.min.js></script><script>
customElements.whenDefined("fluent-data-grid").then(() => {
  document.getElementById("g").rowsData = PEOPLE.map(({ name, mail, year }) => ({ name, mail, year })); });
</script>"""


def _fluent() -> dict[str, Said]:
    modules = npm("@fluentui/web-components@2")
    head = "<style>body { margin: 20px; font-family: sans-serif; }</style>"
    body = FLUENT_BODY.replace("PEOPLE", PEOPLE)
    return {"/": html("Class overview", head, body), "/fluent": modules / "@fluentui/web-components/dist"}


FLUENT = Page(
    name="fluent",
    kind="custom elements of FAST, as in JupyterLab: a theme of adopted sheets set by script",
    serve=folders(_fluent),
    path="/",
    routes=("/",),
    ready="fluent-data-grid-row",
    data="fluent-data-grid",
    acts=(
        click("fluent-tab", 1),
        click("fluent-text-field"),
        keys("7b"),
        click("fluent-select"),
        press("Escape"),
        click("fluent-checkbox"),
        click("fluent-accordion-item"),
        click("fluent-tab", 0),
        wheel(200),
        hover("#write"),
    ),
)
KITS = (BOOTSTRAP, FLUENT)
