"""Our dialog in a real browser, behind a proxy that writes down all that is sent.

The page's policy allows scripts of its own origin and no style at all, so that what our dialog needs is known.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route

from milkglass.consent.listing import Asked
from milkglass.tickets.visit_tokens import Claims, sign_visit
from milkglass.web.built import SDK
from milkglass.wire.values import ApplicationId, InstitutionId
from tests.browser.axe import faults
from tests.browser.recording_proxy import Proxy, recording_proxy
from tests.browser.sdk_server import unpack
from tests.web.house import Lived, right_now
from tests.web.serving import CHROMIUM, FLAGS, served

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        not any((folder / "milkglass-consent.js").exists() for folder in SDK), reason="the SDK is not built"
    ),
]
CSP = "default-src 'none'; script-src 'self'; connect-src 'self'; base-uri 'none'"
HTML = """<!doctype html><html lang="{language}"><head><meta name="viewport" content="width=device-width">
<title>Class</title></head><body><main><h1>Class</h1><p>Hello, Jane Doe</p><button>Save changes</button></main>
<script src="/sdk/{file}"></script><script src="/demo/start.js"></script></body></html>"""
START = """
window.refused = [];
addEventListener("securitypolicyviolation", (event) => window.refused.push(event.violatedDirective));
window.started = milkglass.start({ endpoint: location.origin, consent: "%s",
  visit: async () => (await fetch("/demo/visit")).text() });
"""
# axe and this test read what a page's own scripts cannot: the root is closed to those.
OPENED = """
const attach = Element.prototype.attachShadow;
Element.prototype.attachShadow = function (options) { return attach.call(this, { ...options, mode: "open" }); };
"""
EMPTY = b'{"number":99,"policy":"","vocabulary":1,"journey":"","reset":false,"events":[],"interactions":[]}'
PICTURES = os.environ.get("MILKGLASS_TEST_PICTURES")


@dataclass
class Product:
    """A product at /demo/ of one house: who is signed in, in which language, with which file of the SDK."""

    lived: Lived
    url: str
    person: str = "jane"
    institution: str = "lakeside-college"
    may_consent: bool = True
    language: str = "en-US"
    file: str = "milkglass-loader.js"
    way: str = "dialog"

    def token(self) -> str:
        now = int(right_now().timestamp())
        claims = Claims(
            application=ApplicationId("chalkboard"),
            institution=InstitutionId(self.institution),
            person=sha256(self.person.encode()).hexdigest(),
            iat=now,
            exp=now + 600,
            may_consent=self.may_consent,
        )
        return sign_visit(claims, self.lived.house.keys.secret(self.lived.house.application))

    def app(self) -> Starlette:
        def page(_request: Request) -> Response:
            said = HTML.format(language=self.language, file=self.file)
            return HTMLResponse(said, headers={"Content-Security-Policy": CSP, "Set-Cookie": "who=jane; Path=/"})

        def start(_request: Request) -> Response:
            return Response(START % self.way, media_type="text/javascript")

        return Starlette(
            routes=[
                Route("/welcome", page),
                Route("/start.js", start),
                Route("/visit", lambda _request: PlainTextResponse(self.token())),
            ]
        )

    def kinds(self, person: str) -> list[str]:
        """What the ledger has of a person, the oldest first."""
        who = self.lived.house.consents.known(
            ApplicationId("chalkboard"), InstitutionId(self.institution), sha256(person.encode()).hexdigest()
        )
        if who is None:
            return []
        return [line.event.kind.value for line in reversed(self.lived.house.ledger.list(Asked(person=who.alias)))]


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    with served(tmp_path_factory.mktemp("consent")) as (lived, url):
        one = Product(lived, url)
        lived.app.router.routes.insert(0, Mount("/demo", app=one.app()))
        yield one


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS, proxy={"server": "per-context"})
        yield browser
        browser.close()


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    with recording_proxy() as one:
        yield one


def opened(chromium: Browser, product: Product, proxy: Proxy, **context: Any) -> tuple[BrowserContext, Page]:
    """A new browser of a person, on the product's page."""
    made = chromium.new_context(
        base_url=product.url, proxy={"server": proxy.address, "bypass": "<-loopback>"}, **context
    )
    made.add_init_script(OPENED)
    page = made.new_page()
    page.goto("/demo/welcome")
    return made, page


def signed_in(product: Product, person: str, **more: Any) -> None:
    for name, value in {"institution": "lakeside-college", "may_consent": True, "language": "en-US", **more}.items():
        setattr(product, name, value)
    product.person, product.file = person, more.get("file", "milkglass-loader.js")
    product.way = more.get("way", "dialog")


def agreed(page: Page) -> None:
    page.get_by_role("dialog").wait_for()
    for box in page.get_by_role("checkbox").all():
        box.check()
    page.get_by_role("button", name="Yes, record").click()


def before(page: Page, proxy: Proxy) -> None:
    """Nothing went out but the files and the notice, which names nobody."""
    page.get_by_role("dialog").wait_for()
    page.get_by_role("dialog").get_by_text("You choose what for").click()
    (notice,) = proxy.to("/v1/")
    assert notice.method == "GET"
    assert notice.path == "/v1/notice?language=en-US&application=chalkboard&institution=lakeside-college"
    assert "Cookie" not in notice.headers
    assert sha256(b"walker").hexdigest() not in json.dumps(notice.headers) + notice.path
    files = {one.path.split("/")[-1].split("-0.")[0] for one in proxy.to("/sdk/")}
    assert files == {"milkglass-loader.js", "milkglass-consent"}
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0


def stopped(page: Page, product: Product, proxy: Proxy) -> tuple[float, float]:
    """Take it back on the mark; return within how many seconds the browser was silent and the server refused."""
    ticket = proxy.to("/v1/batches")[0].body.partition(b"\n")[0]
    clicked = monotonic()
    page.get_by_role("button", name="Stop recording", exact=True).click()
    assert proxy.wait("/v1/withdraw")
    page.get_by_text("Recording has stopped.").wait_for()
    last = max([one.at for one in proxy.to("/v1/batches")] + [clicked])
    (withdrawal,) = proxy.to("/v1/withdraw")
    until, code = monotonic() + 60, ""
    while code != "no_consent" and monotonic() < until:
        told = product.lived.client().post("/v1/tickets", content=json.dumps({"visit": product.token()}))
        code = told.json().get("code", "")
    assert code == "no_consent"
    refused_in = monotonic() - withdrawal.at
    late = product.lived.client().post("/v1/batches", content=ticket + b"\n" + EMPTY)
    assert (late.status_code, late.json()["next"]) in {(403, "stop"), (412, "renew")}
    return last - clicked, refused_in


def test_before_a_yes_nothing_is_sent_but_the_files_and_the_notice_and_nothing_after_a_withdrawal(
    chromium: Browser, product: Product, proxy: Proxy
) -> None:
    signed_in(product, "walker")
    context, page = opened(chromium, product, proxy)
    before(page, proxy)
    agreed(page)
    assert proxy.wait("/v1/batches")
    page.get_by_text("Recording", exact=True).wait_for()
    assert page.evaluate("window.refused") == [], "nothing of ours is against the page's policy"
    page.get_by_role("button", name="Save changes").click()
    page.get_by_text("Recording", exact=True).click()
    browser_in, server_in = stopped(page, product, proxy)
    print(f"stopped: the browser after {browser_in:.2f} s, the server after {server_in:.2f} s at most")
    page.get_by_role("button", name="Save changes").click()
    page.reload()
    page.get_by_role("button", name="Save changes").click()
    page.evaluate("window.started")
    page.wait_for_timeout(6_000)  # longer than a batch waits: nothing may come
    assert [one.path for one in proxy.to("/v1/")][-1] == "/v1/withdraw"
    assert page.get_by_role("dialog").count() == 0, "a person who took it back is not asked at once"
    assert product.kinds("walker") == ["requested", "given", "withdrawn"]
    context.close()


def sent(proxy: Proxy) -> list[dict[str, Any]]:
    """The batches that went through, unpacked."""
    return [json.loads(unpack(one.body).partition("\n")[2]) for one in proxy.to("/v1/batches")]


def clicks(proxy: Proxy) -> list[dict[str, Any]]:
    return [one for batch in sent(proxy) for one in batch["interactions"] if one["kind"] == "click"]


def test_nothing_of_our_own_elements_is_recorded(chromium: Browser, product: Product, proxy: Proxy) -> None:
    signed_in(product, "own")
    context, page = opened(chromium, product, proxy)
    agreed(page)
    page.get_by_text("Recording", exact=True).click()
    page.get_by_text("This page is being recorded").click()
    assert proxy.wait("/v1/batches")
    page.get_by_role("button", name="Save changes").click()
    assert proxy.until(lambda: bool(clicks(proxy)))
    assert len(clicks(proxy)) == 1, "the clicks on our own elements are nobody's use of the page"
    said = json.dumps(sent(proxy))
    for tag in ("dialog", "aside", "details", "summary", "fieldset"):
        assert f'"tagName": "{tag}"' not in said
    assert '"tagName": "button"' in said
    context.close()


def test_escape_is_a_no_and_it_holds(chromium: Browser, product: Product, proxy: Proxy) -> None:
    signed_in(product, "escape")
    context, page = opened(chromium, product, proxy)
    page.get_by_role("dialog").wait_for()
    assert page.evaluate("document.activeElement.localName") == "milkglass-consent", "the dialog has the focus"
    page.keyboard.press("Escape")
    page.get_by_role("dialog").wait_for(state="detached")
    assert proxy.wait("/v1/consents")
    page.reload()
    page.evaluate("window.started")
    assert page.get_by_role("dialog").count() == 0
    assert [one.path.partition("?")[0] for one in proxy.to("/v1/")] == ["/v1/notice", "/v1/consents"]
    assert product.kinds("escape") == ["requested", "dismissed"]
    signed_in(product, "classmate")  # of the same computer
    page.reload()
    page.get_by_role("dialog").wait_for()
    context.close()


def test_the_whole_dialog_goes_by_keyboard(chromium: Browser, product: Product, proxy: Proxy) -> None:
    signed_in(product, "keys")
    context, page = opened(chromium, product, proxy)
    page.get_by_role("dialog").wait_for()
    active = (
        "(() => { let at = document.activeElement; while (at.shadowRoot) at = at.shadowRoot.activeElement; return at"
    )

    def tabbed(name: str) -> None:
        for _ in range(12):
            page.keyboard.press("Tab")
            if name in page.evaluate(f"{active}.ariaLabel || at.textContent || at.value; }})()"):
                return
        raise AssertionError(f"no Tab reaches {name}")

    tabbed("Yes, record")
    page.keyboard.press("Enter")
    page.get_by_role("alert").get_by_text("Choose at least one").wait_for()
    page.keyboard.press("Space")
    tabbed("Yes, record")
    page.keyboard.press("Enter")
    page.get_by_text("Recording", exact=True).wait_for()
    assert product.kinds("keys") == ["requested", "given"]
    context.close()


LOOKS: dict[str, dict[str, Any]] = {
    "en": {},
    "es": {"language": "es-MX"},
    "narrow": {"viewport": {"width": 320, "height": 640}},
    "dark": {"color_scheme": "dark"},
    "double": {"viewport": {"width": 640, "height": 400}, "device_scale_factor": 2},
}


@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing_and_nothing_is_cut_off(chromium: Browser, product: Product, proxy: Proxy, look: str) -> None:
    shown = dict(LOOKS[look])
    signed_in(product, f"look {look}", language=shown.pop("language", "en-US"))
    context, page = opened(chromium, product, proxy, **shown)
    page.get_by_role("dialog").wait_for()
    found = faults(page)
    kept(page, f"dialog-{look}")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    sizes = [button.bounding_box() for button in page.locator(".answers button").all()]
    assert len({round(size["width"]) for size in sizes if size}) == 1, "yes and no are equally large"
    looks = page.locator(".answers button").evaluate_all("all => all.map((one) => getComputedStyle(one).cssText)")
    assert len(set(looks)) <= 1 or looks[0] == looks[1]
    for box in page.get_by_role("checkbox").all():
        assert not box.is_checked(), "nothing is chosen for the person"
        box.check()
    page.locator(".answers button").first.click()
    page.locator("summary").click()
    page.locator(".controls button").first.wait_for()
    found += faults(page)
    kept(page, f"mark-{look}")
    assert not found, "\n".join(found)
    context.close()


def kept(page: Page, name: str) -> None:
    """Keep a picture where somebody asked for them."""
    if PICTURES:
        page.screenshot(path=str(Path(PICTURES) / f"{name}.png"))


def test_a_withdrawal_without_a_network_is_told_later_and_what_waited_is_lost(
    chromium: Browser, product: Product, proxy: Proxy
) -> None:
    signed_in(product, "offline")
    context, page = opened(chromium, product, proxy)
    agreed(page)
    assert proxy.wait("/v1/batches")
    page.get_by_text("Recording", exact=True).click()
    body = proxy.to("/v1/batches")[0].body
    proxy.online = False
    context.set_offline(True)
    page.get_by_role("button", name="Save changes").click()
    page.get_by_role("button", name="Stop and erase").click()
    page.get_by_text("Recording has stopped.").wait_for()
    count = len(proxy.to("/v1/batches"))
    proxy.online = True
    context.set_offline(False)
    assert proxy.wait("/v1/withdraw")
    assert json.loads(proxy.to("/v1/withdraw")[0].body)["erase"] is True
    assert len(proxy.to("/v1/batches")) == count, "what waited was discarded"
    until = monotonic() + 60
    while "withdrawn" not in product.kinds("offline"):  # what passed the proxy is about to be taken by the server
        assert monotonic() < until
        page.wait_for_timeout(50)
    flushed = product.lived.client().post("/v1/batches", content=body)
    assert (flushed.status_code, flushed.json()["next"]) == (403, "stop")
    context.close()


@pytest.mark.parametrize("file", ["milkglass.js", "milkglass-clicks.js"])
def test_a_page_can_ask_by_its_own_means(chromium: Browser, product: Product, proxy: Proxy, file: str) -> None:
    signed_in(product, f"own means {file}", way="headless", file=file)
    context, page = opened(chromium, product, proxy)
    page.evaluate("window.started")
    assert proxy.to("/v1/") == []
    assert page.evaluate("milkglass.consent.state()") == "none"
    page.evaluate("milkglass.consent.notice().then((served) => { window.served = served; })")
    assert page.evaluate("milkglass.consent.answer(window.served, 'given', ['heatmap'])") == "given"
    assert proxy.wait("/v1/tickets")
    receipt = page.evaluate("milkglass.consent.receipt()")
    purposes = receipt["records"][0]["pii_processing"]["purposes"]
    assert [one["purpose"] for one in purposes] == ["heatmap_aggregation"]
    page.evaluate("milkglass.consent.withdraw()")
    assert page.evaluate("milkglass.consent.state()") == "refused"
    assert page.get_by_role("dialog").count() == 0
    context.close()


@pytest.mark.parametrize("why", ["pupil", "signal"])
def test_who_may_not_agree_or_whose_browser_refuses_is_not_asked(
    chromium: Browser, product: Product, proxy: Proxy, why: str
) -> None:
    is_pupil = why == "pupil"
    signed_in(product, f"not asked {why}", may_consent=not is_pupil)
    if is_pupil:
        product.institution = "riverbend-high"
    context, page = opened(chromium, product, proxy)
    if not is_pupil:
        context.add_init_script("Object.defineProperty(navigator, 'globalPrivacyControl', { value: true })")
        page.get_by_role("dialog").wait_for()  # without the signal: what it asked for is through
        signed_in(product, "not asked signal again")
        proxy.passed.clear()
        page.reload()
    page.evaluate("window.started")
    assert page.get_by_role("dialog").count() == 0
    assert proxy.to("/v1/") == []
    if not is_pupil:
        page.evaluate("void milkglass.consent.ask()")
        page.get_by_role("dialog").wait_for()
    context.close()
