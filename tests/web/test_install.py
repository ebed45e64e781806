"""The install check: what arrived, what was refused and why, over restarts; and that nobody writes without a token."""

import re
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from milkglass.database.keyfiles import KeyFiles
from milkglass.install import NOBODY, REMEDIES
from milkglass.replay.values import Filters
from milkglass.tickets.visit_tokens import REMEDIES as VISIT_REMEDIES
from milkglass.tickets.visit_tokens import VisitFault
from milkglass.wire.values import Refusal
from tests.web.house import ORIGIN, Lived, happenings, lived, page_events, right_now

CODES = {*map(str, Refusal), *map(str, VisitFault), *map(str, REMEDIES)}


def test_every_reason_has_a_remedy_and_a_row_in_the_docs() -> None:
    assert set(REMEDIES) | set(VISIT_REMEDIES) == CODES
    page = (Path(__file__).parents[2] / "docs" / "refusals.md").read_text("utf-8")
    assert [code for code in CODES if f"`{code}`" not in page] == []


def test_the_page_waits_then_says_what_arrived_and_why_others_were_refused(tmp_path: Path) -> None:
    with lived(tmp_path) as one:
        owner = one.signed_in("Owner")
        assert "Waiting for the first page" in owner.get("/console/install").text
        one.client().post("/v1/tickets", content=b'{"visit": "a.b"}', headers={"origin": ORIGIN})
        assert VISIT_REMEDIES[VisitFault.FORM][1:] in plain(owner.get("/console/install/stream?once=1").text)
        ticket = one.ticket("a pupil")
        assert "A page asked, and nothing is recorded yet" in owner.get("/console/install/stream?once=1").text
        one.send(ticket, one.batch(0, page_events(), happenings()))
        assert "A recorder reaches this server" in owner.get("/console/install/stream?once=1").text


def plain(html: str) -> str:
    return re.sub(r"<[^>]+>", "", html).replace("data: ", "")


def test_what_was_refused_is_still_told_after_a_restart(tmp_path: Path) -> None:
    for _ in range(2):
        with lived(tmp_path) as one:
            one.client().post("/v1/tickets", content=b'{"visit": "a.b"}', headers={"origin": ORIGIN})
            one.roll()
    with lived(tmp_path) as one:
        (counted,) = one.house.install.seen(one.house.application, right_now()).refused
        assert (counted.code, counted.count) == (VisitFault.FORM, 2)


def test_a_page_of_another_origin_is_refused_and_counted_and_may_still_withdraw(tmp_path: Path) -> None:
    with lived(tmp_path) as one:
        elsewhere = {"origin": "https://elsewhere.example"}
        body = msgspec.json.encode({"visit": one.visit("a pupil")})
        answer = one.client().post("/v1/tickets", content=body, headers=elsewhere)
        assert (answer.status_code, answer.json()["code"]) == (403, "origin_not_listed")
        assert one.client().post("/v1/withdraw", content=body, headers=elsewhere).status_code == 202
        (counted,) = one.house.install.seen(one.house.application, right_now()).refused
        assert (counted.code, counted.count) == ("origin_not_listed", 1)


def test_a_flood_of_refusals_is_one_entry_an_hour_and_drowns_nothing(tmp_path: Path) -> None:
    with lived(tmp_path) as one:
        now, before = right_now(), one.house.log.size()
        for minute in range(60):
            for _ in range(1_700):
                one.house.install.refuse(NOBODY, VisitFault.SIGNATURE, now)
            one.house.install.flush(now + timedelta(minutes=minute))
        one.house.install.flush(now + timedelta(minutes=60))
        told = [msgspec.json.decode(entry.spelled) for entry in one.house.log.entries(before, one.house.log.size())]
        assert [(entry["act"], entry["obj"]["refused"]) for entry in told] == [
            ("ingest.reject.summary", 1_700),
            ("ingest.reject.summary", 59 * 1_700),
        ]
        (counted,) = one.house.install.seen(one.house.application, now + timedelta(minutes=61)).refused
        assert counted.count == 102_000


def test_old_counts_go(tmp_path: Path) -> None:
    with lived(tmp_path) as one:
        now = right_now()
        one.house.install.refuse(NOBODY, VisitFault.FORM, now)
        one.house.install.flush(now)
        one.house.install.refuse(NOBODY, VisitFault.FORM, now + timedelta(days=40))
        one.house.install.flush(now + timedelta(days=40))
        (counted,) = one.house.install.seen(one.house.application, now + timedelta(days=40), days=365).refused
        assert counted.count == 1


@pytest.mark.parametrize("who", ["nobody", "the owner, signed in", "who knows the secret", "another deployment"])
def test_nobody_writes_without_a_ticket_of_a_visit_token(school: Lived, tmp_path: Path, who: str) -> None:
    client = school.signed_in("Owner") if who == "the owner, signed in" else school.client()
    secret = school.house.keys.secret(school.house.application).decode()
    heads = {
        "nobody": "",
        "the owner, signed in": client.cookies.get("milkglass") or "",
        "who knows the secret": secret,
        "another deployment": "",
    }
    if who == "another deployment":
        with lived(tmp_path) as other:
            heads[who] = str(other.ticket("a pupil")["ticket"])
    head = heads[who]
    before = len(school.house.replay.list(Filters(most=500)))
    batch = head.encode() + b"\n" + msgspec.json.encode(school.batch(0, page_events(), happenings()))
    tried = {"origin": ORIGIN, "authorization": f"Bearer {secret}", "x-api-key": secret}
    assert client.post("/v1/batches", content=batch, headers=tried).status_code == 401
    assert client.post(f"/v1/batches?key={secret}", content=batch, headers=tried).status_code == 401
    for asked in ({"visit": head}, {"visit": secret}, {"visit": "", "ticket": head}):
        answer = client.post("/v1/tickets", content=msgspec.json.encode(asked), headers=tried)
        assert answer.status_code == 401
    school.roll()
    assert len(school.house.replay.list(Filters(most=500))) == before


def test_a_secret_of_before_two_rotations_writes_nothing(tmp_path: Path) -> None:
    with lived(tmp_path) as one:
        token = one.visit("a pupil")
        keys: KeyFiles = one.house.keys
        keys.rotate(one.house.application)
        body = msgspec.json.encode({"visit": token})
        assert one.client().post("/v1/tickets", content=body, headers={"origin": ORIGIN}).status_code == 200
        keys.rotate(one.house.application)
        answer = one.client().post("/v1/tickets", content=body, headers={"origin": ORIGIN})
        assert (answer.status_code, answer.json()["code"]) == (401, VisitFault.SIGNATURE)
