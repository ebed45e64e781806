"""What the server had to mask, by recorder release and path: counted in memory, written at the roll, shown in rows."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from milkglass.cli.calls import answer
from milkglass.masking.masking import MOST_RELEASES, OTHERS
from milkglass.masking.rates import by_path, by_release
from milkglass.masking.values import Kind, Row
from tests.web.house import Json, Lived, happenings, lived, page_events, right_now

BARE = "2.0.0-alpha.18"
OURS = "0.1.0"
# A text change as our own recorder sends it: a mask, and nothing for the server to do.
MASKED: list[Json] = [
    {"type": 4, "timestamp": 0, "data": {"href": "/demo/chat/:room", "width": 1280, "height": 720}},
    {
        "type": 3,
        "timestamp": 100,
        "data": {"source": 0, "texts": [{"id": 9, "value": "▇▇▇▇"}], "attributes": [], "removes": [], "adds": []},
    },
]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Lived]:
    with lived(tmp_path) as opened:
        yield opened


def sent(house: Lived, release: str, events: Sequence[Json], times: int = 1) -> None:
    ticket = house.ticket(f"somebody with {release}", release=release)
    for number in range(times):
        house.send(ticket, house.batch(number, events, []))


def counted(house: Lived) -> list[Row]:
    house.house.masking.flush()
    today = right_now().date()
    return house.house.masking.rows(house.house.application, today - timedelta(days=1), today)


def test_two_releases_have_their_own_rates(house: Lived) -> None:
    sent(house, OURS, MASKED, 4)
    sent(house, BARE, page_events(), 2)
    rates = {rate.name: rate for rate in by_release(counted(house))}
    assert {name: (rate.batches, rate.plain, rate.share) for name, rate in rates.items()} == {
        OURS: (4, 0, 0.0),
        BARE: (2, 2, 1.0),
    }
    assert rates[OURS].last_at is None
    assert rates[BARE].last_at is not None


def test_a_path_counts_batches_and_strings(house: Lived) -> None:
    sent(house, BARE, page_events())
    sent(house, OURS, MASKED)
    (text,) = [rate for rate in by_path(counted(house)) if rate.name == "node.3.textContent"]
    assert (text.plain, text.batches) == (1, 2)
    assert text.strings >= 7
    masked = [row for row in counted(house) if row.kind is Kind.MASKED]
    assert {(row.string_class, row.path) for row in masked} == {("TEXT", "/demo/chat/:room")}


def test_counts_are_written_with_the_roll_and_add_up_over_restarts(tmp_path: Path) -> None:
    for _ in range(2):
        with lived(tmp_path) as house:
            sent(house, BARE, page_events())
            house.roll()
            today = right_now().date()
            assert house.house.masking.rows(house.house.application, today - timedelta(days=1), today)
    with lived(tmp_path) as house:
        (rate,) = by_release(counted(house))
        assert (rate.batches, rate.plain) == (2, 2)


def test_a_batch_sent_again_counts_once(house: Lived) -> None:
    ticket = house.ticket("somebody", release=BARE)
    for _ in range(3):
        house.send(ticket, house.batch(0, page_events(), []))
    assert [rate.batches for rate in by_release(counted(house))] == [1]


def test_a_release_that_is_no_version_number_is_counted_without_its_name(house: Lived) -> None:
    for said in ("Jane Doe", "jane@uni.example", "1.2.3-jane", ""):
        sent(house, said, MASKED)
    rows = counted(house)
    assert {row.release for row in rows} == {"unknown"}
    assert b"ane" not in msgspec.json.encode([row.path for row in rows])


def test_releases_that_a_sender_makes_up_are_bounded(house: Lived) -> None:
    for number in range(MOST_RELEASES + 5):
        sent(house, f"9.9.{number}", MASKED)
    names = {row.release for row in counted(house)}
    assert len(names) == MOST_RELEASES + 1
    assert OTHERS in names


def test_no_path_that_a_page_chose_is_counted(house: Lived) -> None:
    node = {
        "type": 2,
        "id": 9,
        "tagName": "jane-doe",
        "attributes": {"jane": "doe", "data-jane": "x"},
        "childNodes": [],
    }
    change = {"source": 0, "texts": [], "attributes": [], "removes": [], "adds": [], "jane": 1}
    adds = [{"parentId": 1, "nextId": None, "node": node, "jane": 2}]
    strange = {"type": 3, "timestamp": 60, "data": {**change, "adds": adds}}
    sent(house, BARE, [*page_events()[:2], strange])
    assert not [row.path for row in counted(house) if "jane" in row.path.lower()]


def test_the_page_shows_both_rates_and_links_each_number_to_its_rows(house: Lived) -> None:
    sent(house, OURS, MASKED, 3)
    sent(house, BARE, page_events())
    page = house.signed_in("Demo auditor").get("/console/masking").text
    said = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))
    assert "25.0 %" in said
    assert BARE in said
    assert "node.3.textContent" in said
    assert f"release={BARE}&amp;kind=plain#rows" in page
    rows = house.signed_in("Demo auditor").get(f"/console/masking?release={BARE}&kind=plain").text
    assert re.findall(r"<td>batches with a string that arrived plain</td>", rows) == [
        "<td>batches with a string that arrived plain</td>"
    ]


def test_csv_and_json_hold_exactly_the_rows_that_are_seen(house: Lived) -> None:
    sent(house, OURS, MASKED)
    sent(house, BARE, page_events())
    client = house.signed_in("Owner")
    query = f"?days=1&release={BARE}&kind=bypassed"
    given = client.get(f"/console/masking.json{query}").json()
    read = list(csv.DictReader(io.StringIO(client.get(f"/console/masking.csv{query}").text)))
    assert [row["path"] for row in read] == [row["path"] for row in given["rows"]]
    assert {row["what"] for row in read} == {"bypassed"}
    assert {row["release"] for row in given["rows"]} == {BARE}
    shown = client.get(f"/console/masking{query}").text
    assert all(f"<code>{row['path']}</code>" in shown for row in read)


def test_an_empty_deployment_says_what_will_be_here(house: Lived) -> None:
    page = house.signed_in("Demo viewer").get("/console/masking?days=1").text
    assert "No batch came in this time" in page


def test_interactions_that_hold_a_strange_path_are_counted_too(house: Lived) -> None:
    ticket = house.ticket("somebody", release=BARE)
    clicks = [{**happenings()[1], "element": "body>button.jane"}]
    house.send(ticket, house.batch(0, MASKED, clicks))
    assert [rate.name for rate in by_path(counted(house))] == ["interaction.element"]


def test_an_exclusion_says_when_it_matched_last(house: Lived) -> None:
    ticket = house.ticket("somebody", release=OURS)
    policy = house.house.policies.current(house.house.application)
    assert policy is not None
    rules = policy.document.exclusions
    counts = [2, *(0 for _ in rules.selectors[1:]), *(0 for _ in rules.routes[1:]), 1]
    house.send(ticket, {**house.batch(0, MASKED, []), "excluded": counts})
    house.house.masking.flush()
    rows = {row.rule: row for row in house.house.masking.exclusions(house.house.application, right_now())}
    assert set(rows) == {*rules.selectors, *rules.routes}
    assert rows[rules.selectors[0]].matches == 2
    assert rows[rules.routes[-1]].matches == 1
    assert [row.matched_at for row in rows.values()].count(None) == len(rows) - 2
    assert not any(row.is_idle for row in rows.values())


def test_a_rule_that_matched_nothing_for_a_week_is_reported(house: Lived) -> None:
    later = right_now() + timedelta(days=7, minutes=1)
    rows = house.house.masking.exclusions(house.house.application, later)
    assert rows
    assert all(row.is_idle for row in rows)


def test_counts_of_no_form_count_nothing(house: Lived) -> None:
    ticket = house.ticket("somebody", release=OURS)
    for number, said in enumerate(("Jane Doe", ["Jane"], [-1], [1] * 2000, {"Jane": 1})):
        house.send(ticket, {**house.batch(number, MASKED, []), "excluded": said})
    house.house.masking.flush()
    rows = house.house.masking.exclusions(house.house.application, right_now())
    assert [row.matches for row in rows if row.matches] == []


def test_the_command_tells_rates_and_idle_rules(house: Lived) -> None:
    sent(house, BARE, page_events())
    told = answer(house.house, "masking", {"days": 7}, lambda _text: None)
    assert told["releases"] == [{"release": BARE, "batches": 1, "with_plain": 1, "percent": 100.0}]
    assert "node.3.textContent" in str(told["paths"])
    assert isinstance(told["exclusions"], list)
