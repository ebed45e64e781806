"""`milkglass doctor --url` names the cause: each with a real page and a real server that have this defect."""

from __future__ import annotations

import json
import stat
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from milkglass import facts
from milkglass.cli.doctor import examine_page
from milkglass.cli.main import app
from milkglass.errors import Unavailable
from milkglass.institutions import Reach
from milkglass.verification.diagnosis import CANARY
from tests.line.product import Product, product, site, snippet
from tests.web.house import right_now
from tests.web.serving import CHROMIUM

pytestmark = [
    pytest.mark.browser,
    pytest.mark.long,
    pytest.mark.skipif(
        not (Path(__file__).parents[2] / "sdk/dist/manifest.json").exists(),
        reason="the SDK is not built: npm run build",
    ),
]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    with product(tmp_path_factory.mktemp("doctor")) as one:
        yield one


@pytest.fixture
def shop(whole: Product) -> Iterator[Product]:
    """The product with nothing wrong; a test spoils what it is about."""
    whole.site.files = {**snippet(whole.url), "/visit-token": whole.token}
    whole.site.headers = {}
    yield whole
    whole.clock = time.time


def wrong(shop: Product, path: str = "/", browser: str | None = None) -> dict[str, str]:
    """What the doctor finds wrong on a page, by check."""
    checks = examine_page(shop.site.url + path, browser)
    return {one["check"]: one["says"] for one in checks if one["state"] == "wrong"}


def test_nothing_is_wrong_with_a_right_page_and_nothing_of_the_visit_is_stored(shop: Product) -> None:
    checks = examine_page(shop.site.url, None)
    assert {one["state"] for one in checks} == {"right"}, checks
    assert "in none of 1 batches" in checks[-1]["says"]
    shop.house.ingest.roll(right_now())
    assert shop.house.install.seen(shop.house.application, right_now()).batch_at is None


def test_a_page_without_the_snippet(shop: Product) -> None:
    shop.site.files["/"] = "<!doctype html><title>Shop</title><script src=/other.js></script>"
    shop.site.files["/other.js"] = "document.title = 'other'"
    assert "no script of this page is the recorder" in wrong(shop)["snippet"]


def test_a_recorder_file_that_is_not_there(shop: Product) -> None:
    shop.site.files |= snippet(shop.url, file="milkglass-9.9.9-00000000.js")
    assert "/sdk/milkglass-9.9.9-00000000.js answers 404" in wrong(shop)["snippet"]


def test_a_policy_of_the_page_that_blocks_the_file_gets_the_line_to_add(shop: Product) -> None:
    shop.site.headers = {"Content-Security-Policy": "default-src 'self'"}
    assert f"add to it: script-src {shop.url}" in wrong(shop)["content security policy"]


def test_a_policy_of_the_page_that_blocks_the_endpoint_gets_the_line_to_add(shop: Product) -> None:
    shop.site.headers = {"Content-Security-Policy": f"default-src 'self'; script-src 'self' {shop.url}"}
    assert f"add to it: connect-src {shop.url}" in wrong(shop)["content security policy"]


def test_a_policy_that_blocks_an_inline_start_says_where_to_put_it(shop: Product) -> None:
    shop.site.files["/"] = str(shop.site.files["/"]).replace(
        '<script src="/own.js"></script>', "<script>void 0</script>"
    )
    shop.site.headers = {"Content-Security-Policy": f"script-src {shop.url}"}
    assert "an inline script is blocked" in wrong(shop)["content security policy"]


def test_a_policy_that_only_reports_and_a_breakpoint_are_no_cause(shop: Product) -> None:
    shop.site.files["/own.js"] = f"debugger;\n{shop.site.files['/own.js']}"
    shop.site.headers = {"Content-Security-Policy-Report-Only": "default-src 'none'"}
    assert wrong(shop) == {}


def test_an_origin_that_the_policy_does_not_list_gets_the_line_to_add(shop: Product) -> None:
    with site() as other:
        other.files = dict(shop.site.files)
        checks = examine_page(other.url, None)
        (found,) = [one for one in checks if one["state"] == "wrong"]
        assert found["check"] == "origin"
        assert f"add {other.url} to application.origins" in found["says"]


def test_a_token_signed_with_another_secret(shop: Product) -> None:
    shop.site.files["/visit-token"] = lambda: shop.token(b"mgs_" + b"0" * 64)
    assert wrong(shop)["secret"].startswith("visit_token_signature: sign header.payload")


@pytest.mark.parametrize(("apart", "code"), [(3_600, "visit_token_future"), (-3_600, "visit_token_expired")])
def test_a_clock_that_is_off(shop: Product, apart: int, code: str) -> None:
    shop.clock = lambda: time.time() + apart
    said = wrong(shop)["clock"]
    assert said.startswith(code)
    assert ("ahead of" if apart > 0 else "behind") in said


def test_a_person_who_did_not_agree(shop: Product) -> None:
    shop.site.files["/visit-token"] = lambda: shop.token(consent=None)
    assert "the visit token has no consent" in wrong(shop)["consent"]


def test_a_person_whom_our_own_dialog_asks(shop: Product) -> None:
    shop.site.files["/visit-token"] = lambda: shop.token(consent=None)
    shop.site.files["/own.js"] = str(shop.site.files["/own.js"]).replace("endpoint:", 'consent: "dialog", endpoint:')
    assert "our own dialog asks" in wrong(shop)["consent"]


def test_a_recorder_that_was_never_started(shop: Product) -> None:
    shop.site.files["/own.js"] = "void 0"
    assert "asked for no visit token" in wrong(shop)["consent"]


def test_an_institution_that_is_off(shop: Product) -> None:
    shop.site.files["/visit-token"] = lambda: shop.token(institution="other-school")
    assert "does not name other-school" in wrong(shop)["institution"]


def test_recording_that_was_stopped(shop: Product) -> None:
    scope = shop.house.scope(Reach.APPLICATION, "")
    stops, by = shop.house.institutions.stops, facts.By(at=right_now(), actor=facts.COMMAND_LINE)
    stops.stop(scope, by)
    try:
        assert "`milkglass resume`" in wrong(shop)["ticket"]
    finally:
        stops.resume(scope, by)


def test_a_route_that_no_journey_names(shop: Product) -> None:
    shop.site.files["/grades"] = shop.site.files["/"]
    assert "no journey of the policy takes /grades" in wrong(shop, "/grades")["journey"]


def test_a_browser_that_blocks_the_recorder(shop: Product, tmp_path: Path) -> None:
    assert "ad blocker" in wrong(shop, browser=str(with_blocker(tmp_path)))["blocker"]


def with_blocker(folder: Path) -> Path:
    """A Chromium that has a blocker: an extension with one rule of the form that the lists of blockers have."""
    extension = folder / "blocker"
    extension.mkdir()
    manifest = {
        "manifest_version": 3,
        "name": "Blocker",
        "version": "1",
        "permissions": ["declarativeNetRequest"],
        "host_permissions": ["<all_urls>"],
        "declarative_net_request": {"rule_resources": [{"id": "list", "enabled": True, "path": "list.json"}]},
    }
    rule = {"id": 1, "action": {"type": "block"}, "condition": {"urlFilter": "/milkglass"}}
    (extension / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    (extension / "list.json").write_text(json.dumps([rule]), "utf-8")
    command = folder / "chromium-with-blocker"
    command.write_text(
        '#!/bin/sh\nfor word; do shift; [ "$word" = --disable-extensions ] || set -- "$@" "$word"; done\n'
        f'exec {CHROMIUM} --load-extension={extension} --disable-features=DisableLoadExtensionCommandLineSwitch "$@"\n',
        "utf-8",
    )
    command.chmod(command.stat().st_mode | stat.S_IXUSR)
    return command


def test_a_style_sheet_that_the_page_may_not_read(shop: Product) -> None:
    with site() as elsewhere:
        elsewhere.files = {"/look.css": "p { color: red }"}
        shop.site.files["/"] = str(shop.site.files["/"]) + f'<link rel=stylesheet href="{elsewhere.url}/look.css">'
        assert elsewhere.url in wrong(shop)["style sheets"]


def test_a_planted_name_that_would_be_sent(shop: Product) -> None:
    # A recorder of somebody's own, that sends the page as it is.
    shop.site.files["/own.js"] = f"""
      addEventListener("load", async () => {{
        const visit = await (await fetch("/visit-token")).text();
        const asked = {{ method: "POST", body: JSON.stringify({{ visit }}) }};
        const {{ ticket }} = await (await fetch("{shop.url}/v1/tickets", asked)).json();
        const packed = new Blob([document.body.innerHTML]).stream().pipeThrough(new CompressionStream("gzip"));
        const sent = new Blob([ticket + "\\n", await new Response(packed).blob()]);
        await fetch("{shop.url}/v1/batches", {{ method: "POST", body: sent }});
      }});"""
    assert "planted in the page is in 1 of 1" in wrong(shop)["planted name"]
    assert CANARY not in str(wrong(shop))


def test_the_command_says_it_as_json_and_by_its_exit_code(shop: Product) -> None:
    done = CliRunner().invoke(app, ["doctor", "--url", shop.site.url, "--json"])
    told = json.loads(done.stdout)
    assert (done.exit_code, told["schema_version"], told["url"]) == (0, 1, shop.site.url)
    shop.site.files["/"] = "<!doctype html><title>Shop</title>"
    assert CliRunner().invoke(app, ["doctor", "--url", shop.site.url]).exit_code == 1
    with pytest.raises(Unavailable):
        examine_page("http://localhost:9/", None)
