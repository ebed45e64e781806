"""Heatmaps: the page of the screen size that is asked for, and a first route that has something to show."""

import re
from collections.abc import Iterator

import pytest

from milkglass.tickets.tickets import Exchange
from tests.web.house import Json, Lived, happenings, lived, page_events, right_now
from tests.web.test_console import text_of

CHAT = "/demo/chat/:room"


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lived]:
    """Ten people in a chat, one on a page that stands before it in the alphabet, and two sizes of wireframe."""
    with lived(tmp_path_factory.mktemp("walked")) as house:
        for number in range(10):
            clicks = [{**one, "viewport": size} for size in ("large", "medium", "small") for one in happenings()]
            house.record(f"person {number}", page_events(), clicks)
        house.record("alone", page_events(), [{**one, "route": "/demo/broken"} for one in happenings()])
        for size, width in (("large", 1280), ("medium", 900)):
            walk(house, size, width)
        house.roll()
        yield house


def walk(house: Lived, size: str, width: int) -> None:
    given = house.house.tickets.demo(house.house.application, None, right_now())
    assert isinstance(given, Exchange)
    events = [sized(one, width) for one in page_events()]
    house.send({"ticket": given.ticket}, house.batch(0, events, []))
    house.house.wireframes.keep(given.fields.recording, CHAT, size, right_now())


def sized(event: Json, width: int) -> Json:
    data = event["data"]
    assert isinstance(data, dict)
    return {**event, "data": {**data, "width": width}} if event["type"] == 4 else event


def shown(house: Lived, query: str) -> str:
    return house.signed_in("Owner").get(f"/console/heatmaps{query}").text


@pytest.mark.parametrize(("viewport", "width"), [("", 1280), ("large", 1280), ("medium", 900), ("small", 1280)])
def test_each_size_of_screen_is_drawn_over_its_own_page(walked: Lived, viewport: str, width: int) -> None:
    drawn = re.findall(r'"width": (\d+)', shown(walked, f"?route={CHAT}&viewport={viewport}"))
    assert drawn == [str(width)]


def test_a_size_whose_page_was_never_taken_says_so(walked: Lived) -> None:
    said = {size: text_of(shown(walked, f"?route={CHAT}&viewport={size}")) for size in ("large", "medium", "small")}
    assert [size for size, page in said.items() if "none was taken of" in page] == ["small"]


def test_the_menu_opens_on_a_route_that_enough_people_used(walked: Lived) -> None:
    assert "10 people" in text_of(shown(walked, ""))
    assert f'<span class="route">{CHAT}</span></h2>' in shown(walked, "")
    assert "Needs 10 people" in text_of(shown(walked, "?route=/demo/broken"))
