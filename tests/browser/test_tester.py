"""The page tester: the real recorder and rules on a pasted page or on one of the product, and nothing of it is kept."""

import html
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from milkglass.errors import Invalid, Unavailable
from milkglass.policy.compile import compile_policy
from milkglass.verification import tester
from milkglass.verification.tester import Page, Trial, check_origin, origin_of
from milkglass.wire.values import Level
from tests.browser.sdk_server import FILES
from tests.web.house import Lived
from tests.web.serving import served

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not FILES["/milkglass.js"].exists(), reason="the SDK is not built: npm run build"),
]
ROOM = "/demo/chat/:room"
CANARY = "Zephyrine Quill"
PASTED = f"""<!doctype html><html><head><title>{CANARY}</title><style>.box{{color:red}}</style>
<script>document.documentElement.dataset.ran = 'yes'; fetch('%s/script')</script></head><body>
<h1 class="box zephyrine" title="{CANARY}">{CANARY} asked</h1><button>Send</button><p hidden>3</p>
<input value="{CANARY}"><img src="%s/picture.png" alt="{CANARY}"><link rel=stylesheet href="%s/sheet.css">
</body></html>"""


@dataclass
class Listener:
    """A server that nobody listed: it notes what it is asked."""

    address: str = ""
    asked: list[str] = field(default_factory=list)
    pages: dict[str, str] = field(default_factory=dict)  # a page, or the address that a path is redirected to


@contextmanager
def listening() -> Iterator[Listener]:
    heard = Listener()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            heard.asked.append(self.path)
            page = heard.pages.get(self.path, "")
            self.send_response(302 if page.startswith("http") else 200)
            self.send_header("Content-Type", "text/html")
            if page.startswith("http"):
                self.send_header("Location", page)
            self.end_headers()
            self.wfile.write(page.encode())

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    heard.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield heard
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def listener() -> Iterator[Listener]:
    with listening() as heard:
        yield heard


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Lived, str]]:
    with served(tmp_path_factory.mktemp("school")) as opened:
        yield opened


def tried(house: Lived, page: Page) -> Trial:
    policy = house.house.policies.current(house.house.application)
    assert policy is not None
    return tester.Tester().try_page(page, policy, FILES["/milkglass.js"].read_text("utf-8"))


def test_a_pasted_page_is_shown_as_it_would_be_stored(school: tuple[Lived, str], listener: Listener) -> None:
    pasted = PASTED % ((listener.address,) * 3)
    trial = tried(school[0], Page(html=pasted, route=ROOM))
    found = {(row.place, row.said): (row.string_class, row.rule, row.stored) for row in trial.rows}
    assert found["text in h1", f"{CANARY} asked"][:2] == ("TEXT", "not reviewed: a mask")
    assert found["text in button", "Send"][1].startswith("reviewed, in vocabulary ")
    assert found["value of input", CANARY] == ("VALUE", "one constant", "▇▇▇▇")
    assert found["class of h1", "box zephyrine"][:2] == ("TOKEN", "not reviewed: a token")
    assert found["alt of img", CANARY][1] == "not reviewed: a mask"
    assert (trial.level, trial.plain, trial.refusal) == (Level.LABELLED, 0, None)
    assert CANARY.encode() not in trial.events
    assert b"zephyrine" not in trial.events
    assert listener.asked == []
    assert not [row for row in trial.rows if row.place == "data-ran of html"]


def test_at_wireframe_a_reviewed_text_is_a_mask(school: tuple[Lived, str]) -> None:
    trial = tried(school[0], Page(html="<button>Send</button>", route=ROOM, most=Level.WIREFRAME))
    assert [row.rule for row in trial.rows if row.said == "Send"] == ["not reviewed: a mask"]
    assert trial.level is Level.WIREFRAME


def test_at_clicks_and_on_a_route_that_is_off_nothing_is_stored(school: tuple[Lived, str]) -> None:
    for page in (Page(html="<p>x</p>", route=ROOM, most=Level.CLICKS), Page(html="<p>x</p>", route="/demo/sign-in")):
        assert (tried(school[0], page).events, tried(school[0], page).rows) == (b"[]", [])


@pytest.mark.parametrize(
    "address",
    [
        "http://169.254.169.254/latest",
        "http://10.0.0.1/",
        "http://127.0.0.1:1/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "http://localhost:8484@10.0.0.1/",
        "http://localhost:8484\\@10.0.0.1/",
        "http://localhost:8484.evil.example/",
        "//localhost",
        "http://[::1",
        "",
    ],
)
def test_an_address_of_no_listed_origin_is_refused(school: tuple[Lived, str], address: str) -> None:
    policy = school[0].house.policies.current(school[0].house.application)
    assert policy is not None
    with pytest.raises(Invalid, match="lists no such origin"):
        check_origin(address, policy)
    assert origin_of("http://LOCALHOST:8484/x?y#z") == "http://localhost:8484"


def said(page: str) -> str:
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)))


def test_the_console_shows_it_and_keeps_and_logs_nothing(
    school: tuple[Lived, str], listener: Listener, caplog: pytest.LogCaptureFixture
) -> None:
    house, _ = school
    caplog.set_level(logging.DEBUG)
    before = house.house.log.size()
    pasted = PASTED % ((listener.address,) * 3)
    client = house.signed_in("Demo auditor")
    signed_in = house.house.log.size()
    answer = client.post("/console/tester", data={"html": pasted, "route": ROOM, "level": "labelled"})
    assert answer.status_code == 200
    page = said(answer.text)
    assert "The recorder masked all of them" in page
    assert f"{CANARY} asked" in page
    assert answer.headers["cache-control"] == "no-store"
    assert house.house.log.size() == signed_in >= before
    house.roll()
    kept = [file for file in Path(house.house.settings.data).rglob("*") if file.is_file()]
    assert kept
    assert [file.name for file in kept if CANARY.encode() in file.read_bytes()] == []
    assert CANARY not in caplog.text
    assert "Zephyrine" not in client.get("/console/tester").text


def test_what_is_missing_is_said(school: tuple[Lived, str]) -> None:
    client = school[0].signed_in("Owner")
    for data, told in (
        ({}, "one of the two"),
        ({"html": "<p>x</p>", "address": "http://localhost:8484/"}, "one of the two"),
        ({"html": "<p>x</p>"}, "choose the route"),
        ({"address": "http://10.0.0.1/"}, "lists no such origin"),
        ({"html": "<p>x</p>", "route": ROOM, "level": "everything"}, "one of the list"),
    ):
        answer = client.post("/console/tester", data=data)
        assert answer.status_code == 400
        assert told in said(answer.text)


def test_a_page_of_the_product_reaches_only_listed_origins(school: tuple[Lived, str], listener: Listener) -> None:
    policy = school[0].house.policies.current(school[0].house.application)
    assert policy is not None
    with listening() as product:
        reaching = f"""<p>{CANARY}</p><button>Send</button><img src="{listener.address}/img">
            <iframe src="{listener.address}/frame"></iframe>
            <link rel=preload as=image href="{listener.address}/preload">
            <a href="{listener.address}/a" target=_blank>a</a>
            <script>fetch('{listener.address}/fetch').catch(() => 0); window.open('{listener.address}/open');
            document.querySelector("a").click(); setTimeout(() => fetch('/own'), 10);
            new Worker(URL.createObjectURL(new Blob(["fetch('{listener.address}/worker')"])));</script>"""
        product.pages = {"/demo/chat/x": reaching, "/demo/chat/away": f"{listener.address}/away"}
        listed = replace(policy.document, origins=(product.address,))
        strict = compile_policy(listed, policy.vocabulary, policy.key)
        sdk = FILES["/milkglass.js"].read_text("utf-8")
        trial = tester.Tester().try_page(Page(address=f"{product.address}/demo/chat/x"), strict, sdk)
        assert {row.rule for row in trial.rows if row.said == CANARY} == {"not reviewed: a mask"}
        assert trial.plain == 0
        with pytest.raises(Unavailable):
            tester.Tester().try_page(Page(address=f"{product.address}/demo/chat/away"), strict, sdk)
        assert "/own" in product.asked
    assert listener.asked == []
