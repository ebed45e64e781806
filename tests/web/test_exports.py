"""Exports: a second person confirms, the one who asked fetches, and the log has each step before it."""

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.web.house import Lived
from tests.web.test_console import since, text_of


@pytest.fixture
def vendor(school: Lived) -> Iterator[Lived]:
    """The same house where the product is a vendor's: its people are not invented, so no rule for the demo helps."""
    demo = school.house.replay
    school.house.replay = replace(demo, demo_application=None)
    yield school
    school.house.replay = demo


def test_the_page_says_who_asks_for_what_and_what_a_click_will_log(school: Lived) -> None:
    export = school.asked_export(school.recordings[0], "HD-77")
    client, before = school.signed_in("Demo auditor"), school.house.log.size()
    said = text_of(client.get(f"/console/exports/{export}").text)
    for word in ("Demo viewer wants", "support case", "HD-77", "What will be logged", "you, Demo auditor"):
        assert word in said
    assert school.house.log.size() == before
    assert "HD-77" in text_of(client.get("/console/exports").text)


def test_who_asked_cannot_confirm_and_is_told_the_rule_and_the_remedy(school: Lived) -> None:
    export = school.asked_export(school.recordings[1])
    client, before = school.signed_in("Demo viewer"), school.house.log.size()
    assert "/confirm" not in client.get(f"/console/exports/{export}").text
    answer = client.post(f"/console/exports/{export}/confirm")
    said = text_of(answer.text)
    assert answer.status_code == 403
    assert "Rule second-person" in said
    assert "Confirm from another account" in said
    assert since(school, before) == ["export.refuse"]


def test_a_confirmed_export_is_a_file_for_the_one_who_asked_and_for_nobody_else(vendor: Lived) -> None:
    recording = vendor.recordings[2]
    export = vendor.asked_export(recording)
    viewer, other = (vendor.proved(name) for name in ("Demo viewer", "Second viewer"))
    auditor = vendor.signed_in("Demo auditor")
    fetched = f"/console/exports/{export}/events.json"
    early = viewer.get(fetched)
    assert early.status_code == 403
    assert "four-eyes" in text_of(early.text)
    before = vendor.house.log.size()
    assert auditor.post(f"/console/exports/{export}/confirm").headers["location"] == f"/console/exports/{export}"
    assert auditor.post(f"/console/exports/{export}/confirm").status_code == 409
    assert other.get(fetched).status_code == 403
    answer = viewer.get(fetched)
    assert since(vendor, before) == ["export.confirm", "export.refuse", "export.done"]
    assert answer.headers["content-disposition"] == f'attachment; filename="recording-{recording}.json"'
    assert answer.headers["content-type"] == "application/json"
    assert [event["type"] for event in json.loads(answer.text)][:2] == [4, 2]
    assert "Jane" not in answer.text
    assert "downloaded" in text_of(viewer.get(f"/console/exports/{export}").text)


def test_the_overview_tells_others_than_the_one_who_asked_that_an_export_waits(school: Lived) -> None:
    school.asked_export(school.recordings[3])
    assert "for a second person" in text_of(school.signed_in("Owner").get("/console/").text)
    assert "for a second person" not in text_of(school.signed_in("Demo viewer").get("/console/").text)


def test_an_unknown_export_is_not_found(school: Lived) -> None:
    client = school.signed_in("Demo viewer")
    for path in ("", "/events.json"):
        assert client.get(f"/console/exports/{'z' * 26}{path}").status_code == 404
