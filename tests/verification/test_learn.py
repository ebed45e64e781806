"""The walk in a real browser: a small product with all that hides words, and people's data beside them."""

from asyncio import sleep
from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from milkglass.enforcement.table import classes
from milkglass.errors import NotFound, Unavailable
from milkglass.verification.learn import Learned, Task, learn
from milkglass.verification.login import Step
from milkglass.verification.scope import Scope, scope_of
from milkglass.verification.walk import Bounds
from tests.demo.server import served

pytestmark = pytest.mark.browser

HOME = """<!doctype html><title>Desk</title><link rel=stylesheet href=/app.css>
<style>.pupil-jane-doe { --owner: "Jane Doe" }</style>
<body class="pupil-jane-doe">
<nav><a href="/">Home desk</a><a href="/pupils/17">First pupil</a><a href="#/archive">Archive</a>
<a href="/logout">Log out</a></nav>
<h1>Help desk</h1>
<div><ul><li><a href="/rooms">Rooms of ours</a><li><a href="/rules">House rules</a></ul>
<ul><li><a href="/rooms">Omar Quill</a><li><a href="/rooms">Zoë Omar</a></ul></div>
<ul>{rows}</ul>
<button aria-haspopup=menu id=more onclick="document.body.insertAdjacentHTML('beforeend',
  '<div role=menu><button role=menuitem>Rename room</button><button role=menuitem>Delete room</button></div>')"
>More acts</button>
<button onclick="document.querySelector('dialog').showModal()">New room</button>
<dialog><h2>Make a room</h2><input placeholder="What is it called?">
<button onclick="this.closest('dialog').close()">Never mind</button></dialog>
<button onclick="location.href='/gone'">Delete all</button>
<form action=/sent method=post><button>Send it off</button></form>
<details><summary>Details of it</summary><p>Only seen when open</p></details>
<shadow-card></shadow-card><iframe srcdoc="<p>Inside the frame</p>"></iframe>
<table><thead><tr><th>Mark given<td>Reason for it<td>Day<tbody><tr><td>Omar Haddad</table>
<p contenteditable>Typed by somebody</p><textarea>A secret note</textarea><input value="Typed too">
<img src=/logo.png alt="Desk logo" width=8 height=8><main id=main></main>
<script src=/app.js></script>"""
SCRIPT = """
customElements.define("shadow-card", class extends HTMLElement { connectedCallback() {
  this.attachShadow({ mode: "open" }).innerHTML = "<b class='card-note'>Inside the shadow</b>"; } });
const main = document.querySelector("#main");
const show = () => { main.textContent = location.hash === "#/archive" ? "Archived rooms" : ""; };
addEventListener("hashchange", show); show();
fetch("/api/me").then((a) => a.json()).then((me) => {
  const p = document.createElement("p");
  p.textContent = me.motto;
  document.body.append(p);
});
"""
SHEET = """@import url(base.css) layer(base);
.tw\\:flex { display: flex }
h1, .card-note { color: red; background: url(/dot.svg) }"""
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c626001000000ffff03000006000557bfabd40000000049454e44ae426082"
)


class Product:
    """What was asked of it; it wants a cookie for its pages."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def answer(self, request: Request) -> Response:
        path = request.url.path
        self.asked.append(f"{request.method} {path}")
        files = {
            "/app.js": (SCRIPT, "text/javascript"),
            "/app.css": (SHEET, "text/css"),
            "/base.css": (".base-part{}", "text/css"),
        }
        if path in files:
            return Response(files[path][0], media_type=files[path][1])
        if path == "/logo.png":
            return Response(PNG, media_type="image/png")
        if path == "/dot.svg":
            return Response("<svg xmlns='http://www.w3.org/2000/svg'/>", media_type="image/svg+xml")
        if path == "/api/me":
            return JSONResponse({"motto": "I like rivers a lot"})
        if path == "/in":
            back = RedirectResponse("/", 303)
            back.set_cookie("in", "1")
            return back
        if not request.cookies.get("in"):
            return HTMLResponse(
                "<title>In</title><form action=/in><input id=user name=u><button>Log in now</button></form>"
            )
        if path.startswith("/pupils/"):
            number = path.rpartition("/")[2]
            name = {"17": "Jane Doe", "18": "Zoë Quill"}[number]
            return HTMLResponse(
                f"<title>{name}</title><h1>{name}</h1><h2>Pupil's page</h2><p>Likes what pupil {name} likes</p>"
            )
        rows = "".join(f"<li><a href=/pupils/{n}>{who}</a></li>" for n, who in ((17, "Jane Doe"), (18, "Zoë Quill")))
        return HTMLResponse(HOME.replace("{rows}", rows))


@pytest.fixture(scope="module")
def walked() -> Iterator[tuple[Learned, Product]]:
    product = Product()
    routes = [Route("/{path:path}", product.answer, methods=["GET", "POST"])]
    with served(Starlette(routes=routes)) as base:
        steps = [Step("goto", "/"), Step("fill", "#user", "jane.doe"), Step("click", "button")]
        task = Task(
            address=f"{base}/",
            scope=Scope(pages=("/rooms", "/rules")),
            bounds=Bounds(pages=8, seconds=60, widths=(1280,)),
            login=steps,
            known=tuple(classes().known_attributes),
        )
        yield learn(task, lambda _line: None), product


def clean(learned: Learned, kind: str = "t") -> set[str]:
    return {one.said for one in learned.words if one.kind == kind and not one.mark}


def test_it_opens_what_hides_words(walked: tuple[Learned, Product]) -> None:
    found = clean(walked[0])
    assert {
        "Home desk",
        "Help desk",
        "More acts",
        "Rename room",
        "Make a room",
        "What is it called?",
        "Never mind",
    } <= found
    assert {"Only seen when open", "Inside the shadow", "Inside the frame", "Archived rooms", "Pupil's page"} <= found
    assert {"Rooms of ours", "House rules", "Mark given", "Reason for it", "Desk logo", "Desk"} <= found


def test_it_takes_nobodys_words_for_the_products(walked: tuple[Learned, Product]) -> None:
    found = clean(walked[0])
    for name in ("Jane", "Doe", "Quill", "Omar", "rivers"):
        assert not [said for said in found if name in said]
    seen = {one.said for one in walked[0].words}
    assert not seen & {"Typed by somebody", "A secret note", "Typed too"}
    assert "pupil-jane-doe" not in clean(walked[0], "n")
    assert [sheet.mark for sheet in walked[0].sheets if sheet.address is None] == ["holds"]


def test_it_clicks_nothing_that_destroys_sends_or_ends(walked: tuple[Learned, Product]) -> None:
    asked = set(walked[1].asked)
    assert not asked & {"GET /gone", "POST /sent", "GET /logout"}


def test_it_brings_sheets_with_imports_names_and_assets(walked: tuple[Learned, Product]) -> None:
    [sheet] = [one for one in walked[0].sheets if one.address == "/app.css"]
    assert list(sheet.imports.values()) == [".base-part{}"]
    assert sheet.rules == 3
    assert {"tw:flex", "card-note", "base-part"} <= clean(walked[0], "n")
    assert {one.address.rpartition("/")[2] for one in walked[0].assets} == {"logo.png", "dot.svg"}


def test_it_counts_what_can_be_clicked(walked: tuple[Learned, Product]) -> None:
    labels = {label for one in walked[0].clickables["/"] for label in one.labels}
    assert {"More acts", "Details of it", "Send it off"} <= labels


def test_the_policys_pages_come_before_others() -> None:
    async def answer(request: Request) -> Response:
        return HTMLResponse(
            f"<h1>Here is {request.url.path[1:] or 'home'}</h1><a href=/any>Any</a><a href=/kept>Kept</a>"
        )

    rules = {"journeys": [{"name": "one", "routes": ["/kept"], "level": "labelled"}]}
    scope = scope_of({**rules, "exclusions": {"routes": [], "selectors": []}})
    with served(Starlette(routes=[Route("/{path:path}", answer)])) as base:
        bounds = Bounds(pages=2, seconds=60, widths=(1280,))
        found = clean(learn(Task(address=f"{base}/", scope=scope, bounds=bounds), lambda _line: None))
    assert "Here is kept" in found
    assert "Here is any" not in found


def test_a_login_that_a_slow_server_checks_is_waited_for() -> None:
    async def answer(request: Request) -> Response:
        if request.url.path == "/in":
            await sleep(5)
            back = RedirectResponse("/", 303)
            back.set_cookie("in", "1")
            return back
        who = "inside" if request.cookies.get("in") else "before"
        return HTMLResponse(f"<h1>Here is {who}</h1><form action=/in method=post><button>Go</button></form>")

    steps = [Step("goto", "/"), Step("click", "button")]
    with served(Starlette(routes=[Route("/{path:path}", answer, methods=["GET", "POST"])])) as base:
        task = Task(address=f"{base}/", scope=Scope(), bounds=Bounds(pages=1, seconds=60, widths=(1280,)), login=steps)
        found = clean(learn(task, lambda _line: None))
    assert "Here is inside" in found


def test_a_product_that_does_not_answer_and_a_missing_browser_are_one_clear_error() -> None:
    task = Task(address="http://127.0.0.1:9/", scope=Scope(), bounds=Bounds(pages=1, seconds=5))
    with pytest.raises(Unavailable, match=r"the page at 127\.0\.0\.1:9 does not answer"):
        learn(task, lambda _line: None)
    with pytest.raises(NotFound, match="apt install chromium"):
        learn(Task(address="http://h/", scope=Scope(), bounds=Bounds(), chromium="no-such"), lambda _line: None)
