"""The console as people use it: looking, being refused, finding, reading the log."""

import html
import re
from pathlib import Path

from milkglass.merkle.log import Entry
from milkglass.merkle.verify import read_export, read_key, verify, verify_proof
from tests.web.house import ORIGIN, Lived, happenings, page_events, right_now


def acts(entries: list[Entry]) -> list[str]:
    return [re.findall(rb'"act":"([^"]+)"', entry.spelled)[0].decode() for entry in entries]


def since(school: Lived, size: int) -> list[str]:
    return acts(school.house.log.entries(size, 100))


def text_of(page: str) -> str:
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)))


def test_a_look_and_each_part_of_it_are_in_the_log(school: Lived) -> None:
    client = school.signed_in("Demo viewer")
    before = school.house.log.size()
    look = school.begun_look(client, school.recordings[0], "HD-7")
    client.get(f"/console/looks/{look}")
    assert since(school, before) == ["case.open", "look.allow"]  # the page itself holds no byte of the recording
    parts = client.get(f"/console/looks/{look}/segments/0").json()["batches"]
    assert since(school, before)[2:] == ["look.segment"]
    assert [event["type"] for event in parts[0]["events"]][:2] == [4, 2]
    assert "Jane" not in str(parts)


def test_a_refused_look_names_rule_and_remedy_and_is_logged(school: Lived) -> None:
    owner = school.signed_in("Owner")
    before = school.house.log.size()
    form = {"reason": "support_case", "case": "HD-9"}
    answer = owner.post(f"/console/recordings/{school.recordings[0]}/looks", data=form)
    assert answer.status_code == 403
    said = text_of(answer.text)
    assert "forbid-owner-view" in said
    assert "Ask a viewer to look" in said
    assert since(school, before)[-1] == "look.refuse"


def test_the_owner_is_told_that_the_owner_never_looks(school: Lived) -> None:
    page = school.signed_in("Owner").get(f"/console/recordings/{school.recordings[0]}")
    assert "the owner never looks" in text_of(page.text)
    assert "/looks" not in page.text


def test_a_made_up_reason_is_refused(school: Lived) -> None:
    client = school.signed_in("Demo viewer")
    form = {"reason": "curiosity", "case": "HD-9"}
    assert client.post(f"/console/recordings/{school.recordings[0]}/looks", data=form).status_code == 403


def test_somebody_elses_look_does_not_exist(school: Lived) -> None:
    look = school.begun_look(school.signed_in("Demo viewer"), school.recordings[0])
    assert school.signed_in("Second viewer").get(f"/console/looks/{look}/segments/0").status_code == 404


def test_reporting_personal_data_ends_every_look(school: Lived) -> None:
    recording = school.record("somebody with a leak", page_events(), happenings())
    school.roll()
    client, other = school.signed_in("Demo viewer"), school.signed_in("Second viewer")
    look, second = school.begun_look(client, recording), school.begun_look(other, recording)
    assert client.post(f"/console/looks/{look}/personal-data", data={"seen": "gossip"}).status_code == 400
    assert (
        client.post(f"/console/looks/{look}/personal-data", data={"seen": "name", "offset": "1200"}).status_code == 200
    )
    assert other.get(f"/console/looks/{second}/segments/0").status_code == 403
    assert "Sealed" in text_of(other.get(f"/console/recordings/{recording}").text)


def test_filters_narrow_and_the_csv_holds_what_is_seen(school: Lived) -> None:
    client = school.signed_in("Demo auditor")
    all_of_them = client.get("/console/recordings.json").json()["recordings"]
    some = client.get("/console/recordings.json?institution=lakeside-college&mark=rage").json()["recordings"]
    assert 0 < len(some) < len(all_of_them)
    assert {one["institution"] for one in some} == {"lakeside-college"}
    assert client.get("/console/recordings.json?journey=feedback").json()["recordings"] == []
    assert client.get("/console/recordings.json?level=clicks").json()["recordings"] == []
    lines = client.get("/console/recordings.csv?institution=lakeside-college").text.splitlines()
    assert len(lines) == len(some) + 1
    assert client.get("/console/recordings?since=yesterday").status_code == 400
    assert "No recording fits" in client.get("/console/recordings?journey=feedback").text


def test_a_support_code_finds_the_visit_and_the_look_up_is_logged(school: Lived) -> None:
    ticket = school.ticket("person 1")
    school.send(ticket, school.batch(0, page_events(), happenings()))
    school.roll()
    body = f'{{"ticket": "{ticket["ticket"]}"}}'
    code = school.client().post("/v1/support-codes", content=body, headers={"origin": ORIGIN}).json()["code"]
    client, before = school.signed_in("Demo viewer"), school.house.log.size()
    page = client.post("/console/recordings/by-code", data={"code": code.lower()})
    assert str(ticket["recording"]) in page.text
    assert since(school, before) == ["code.find"]


def test_a_heatmap_shows_many_and_hides_few(school: Lived) -> None:
    client = school.signed_in("Owner")
    assert '"cells": [[' in client.get("/console/heatmaps?kind=click").text
    page = text_of(client.get("/console/heatmaps?kind=click&viewport=small").text)
    assert "Needs 10 people" in page


def test_the_log_page_is_checked_and_can_be_narrowed(school: Lived) -> None:
    client = school.signed_in("Demo auditor")
    page = text_of(client.get("/console/log").text)
    assert "computed again and whole" in page
    form = {"reason": "support_case", "case": "HD-9"}
    school.signed_in("Owner").post(f"/console/recordings/{school.recordings[0]}/looks", data=form)
    looks = text_of(client.get("/console/log?act=look&decision=deny").text)
    assert "look.refuse" in looks
    assert "consent.record" not in looks


def test_the_log_is_downloaded_in_each_form_and_that_is_an_entry(school: Lived, tmp_path: Path) -> None:
    client, key = school.signed_in("Demo auditor"), read_key(school.house.logs.newest().vkey)
    before = 0
    for form in ("jsonl", "csv", "zip"):
        before = school.house.log.size()
        answer = client.post("/console/log/export", data={"format": form})
        assert answer.headers["content-disposition"].endswith(f'.{form}"')
        assert acts(school.house.log.entries(before, 10)) == ["log.export"]
        if form == "jsonl":
            assert answer.content.splitlines() == [one.spelled for one in school.house.log.entries(0, before)]
        elif form == "csv":
            assert len(answer.text.splitlines()) == before + 1
            assert '"\'-"' in answer.text  # the deployment's `-` is no formula
        else:
            (tmp_path / "log.zip").write_bytes(answer.content)
            assert verify(read_export(tmp_path / "log.zip"), key).checkpoint.size == before + 1
    assert list((school.house.settings.data / "exports").iterdir()) == []
    proof = client.get(f"/console/log/0/{before}/proof").content
    assert verify_proof(proof, key)[0]["act"] == "log.export"
    assert client.get("/console/log/0/999999/proof").status_code == 503
    assert client.get("/console/log/0/x/proof").status_code == 400


def test_the_log_page_shows_key_and_checkpoint(school: Lived) -> None:
    school.house.logs.sign(right_now())
    page = html.unescape(school.signed_in("Demo auditor").get("/console/log").text)
    row = school.house.logs.newest()
    assert row.vkey in page
    assert row.checkpoint is not None
    assert row.checkpoint.decode() in page


def test_a_link_works_once_and_opening_it_uses_nothing_up(school: Lived) -> None:
    link = school.house.link("Demo viewer", right_now()).rpartition("/")[2]
    client = school.client()
    assert client.get(f"/login/{link}").status_code == 200
    first = client.post(f"/login/{link}", data={"password": ""})
    cookie = first.headers["set-cookie"]
    assert first.status_code == 303
    assert all(word in cookie for word in ("HttpOnly", "SameSite=lax", "Path=/"))
    assert school.client().post(f"/login/{link}", data={}).status_code == 403


def test_logging_out_ends_the_session_and_clears_the_browser(school: Lived) -> None:
    client = school.signed_in("Demo viewer")
    kept = dict(client.cookies)
    answer = client.post("/logout")
    assert answer.headers["clear-site-data"] == '"cache", "storage"'
    again = school.client()
    again.cookies.update(kept)
    assert again.get("/console/").status_code == 303


def test_an_unknown_address_says_what_to_do(school: Lived) -> None:
    assert school.client().get("/console/nowhere").status_code == 404
    assert school.client().get("/nowhere").json()["code"] == "no_such_address"
    page = school.signed_in("Demo viewer").get(f"/console/recordings/{'z' * 26}")
    assert page.status_code == 404
    assert "purged" in text_of(page.text)
