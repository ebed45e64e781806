"""Real recorder output of two dialects, through enforcement, still plays: the replayer raises nothing."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright

from milkglass.web.built import BUILT
from milkglass.wire.values import RecordingId
from tests.browser.test_console_screens import looking
from tests.web.house import ORIGIN, Json, Lived, right_now
from tests.web.serving import CHROMIUM, FLAGS, served

KEPT = Path(__file__).parents[3] / "shared" / "recordings"
FILES = sorted([*KEPT.glob("*/*.json"), *KEPT.glob("*/*.ndjson")])
# A video has no bytes in a masked recording; the browser says so of each seek, to nobody's harm.
INTERRUPTED = "The play() request was interrupted"
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not (BUILT / "manifest.json").exists(), reason="the console is not built: npm run build"),
    pytest.mark.skipif(not FILES, reason="the kept recordings are not beside this checkout"),
]


def batches_of(file: Path) -> list[list[Json]]:
    """A recording's events in batches, with times counted from its first."""
    if file.suffix == ".ndjson":
        batches = [json.loads(line)["events"] for line in file.read_text("utf-8").splitlines() if line]
    else:
        batches = [json.loads(file.read_text("utf-8"))]
    first = min(event["timestamp"] for batch in batches for event in batch)
    return [[on_the_map(event, first) for event in batch] for batch in batches]


def on_the_map(event: Json, first: float) -> Json:
    """The event counted from the recording's beginning, on a route that the policy keeps."""
    moved = {**event, "timestamp": event["timestamp"] - first}  # type: ignore[operator]  # a number in every file
    if event["type"] == 4:
        moved["data"] = {**event["data"], "href": f"{ORIGIN}/demo/chat/web-project"}  # type: ignore[dict-item]
    return moved


def brought_in(house: Lived, file: Path) -> str:
    ticket = house.ticket(file.name)
    for number, events in enumerate(batches_of(file)):
        body = gzip.compress(json.dumps(house.batch(number, events, [])).encode())
        sent = f"{ticket['ticket']}\n".encode() + body
        answer = house.client().post("/v1/batches", content=sent, headers={"origin": ORIGIN})
        assert answer.status_code == 202, f"{file.name} {number}: {answer.text}"
    return str(ticket["recording"])


@pytest.fixture(scope="module")
def viewer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Lived, Page]]:
    with served(tmp_path_factory.mktemp("school")) as (house, url), sync_playwright() as playwright:
        page = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS).new_page(base_url=url)
        page.goto(f"/login/{house.house.link('Demo viewer', right_now()).rpartition('/')[2]}")
        page.get_by_role("button", name="Log in").click()
        page.wait_for_url("**/console/")
        yield house, page


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_a_real_recording_plays_after_enforcement(viewer: tuple[Lived, Page], file: Path) -> None:
    house, page = viewer
    recording = RecordingId(brought_in(house, file))
    house.roll()
    said: list[str] = []
    page.once("pageerror", lambda error: said.append(str(error)))
    looking(page, recording)
    for key in ("End", "Home", "End"):
        page.get_by_label("Position").press(key)
        page.wait_for_timeout(60)
    assert [one for one in said if INTERRUPTED not in one] == []
    assert page.locator("iframe").count() >= 1
