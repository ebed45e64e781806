"""Leave to look, as people ask for it: a refused viewer is told what to do, and it works only for what was given."""

import html
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import Connection, update
from starlette.testclient import TestClient

from milkglass.access.training import QUESTIONS
from milkglass.database.tables_access import accounts
from milkglass.replay.values import Filters
from tests.web.house import Lived, right_now

RIGHT = {one.id: str(one.right) for one in QUESTIONS}
FORM = {"reason": "support_case", "case": "HD-77"}


@pytest.fixture
def vendor(school: Lived) -> Iterator[Lived]:
    """The same house where the product is a vendor's: its people are not invented, so leave is needed."""
    demo = school.house.replay
    school.house.replay = replace(demo, demo_application=None)
    yield school
    school.house.replay = demo
    for grant in school.house.access.grants.list():
        if grant.until is not None and grant.revoked_at is None:
            school.house.access.grants.revoke(grant.id, school.house.account("Owner"), right_now())


def of(vendor: Lived, institution: str) -> str:
    rows = {one.recording: one.institution for one in vendor.house.replay.list(Filters())}
    return next(str(recording) for recording, where in rows.items() if where == institution)


def look(client: TestClient, recording: str) -> tuple[int, str]:
    answer = client.post(f"/console/recordings/{recording}/looks", data=FORM)
    return answer.status_code, html.unescape(re.sub(r"<[^>]+>", " ", answer.text)) if answer.text else ""


def given(vendor: Lived, client: TestClient, recording: str) -> str:
    assert client.post(f"/console/recordings/{recording}/leave", data={**FORM, "minutes": "60"}).status_code == 303
    grant = vendor.house.access.grants.list()[0].id
    owner = vendor.signed_in("Owner")
    assert "Demo viewer" in owner.get("/console/access").text
    assert owner.post(f"/console/access/{grant}", data={"picked": "approve"}).status_code == 303
    return grant


def test_a_refused_viewer_is_told_to_ask_and_then_looks(vendor: Lived) -> None:
    client, recording = vendor.proved("Demo viewer"), of(vendor, "riverbend-high")
    status, said = look(client, recording)
    assert (status, "a second person gave leave" in said, "Ask for leave" in said) == (403, True, True)
    grant = given(vendor, client, recording)
    status, _ = look(client, recording)
    assert status == 303
    begun = vendor.begun_look(client, recording, "HD-77")
    assert client.get(f"/console/looks/{begun}/segments/0").status_code == 200
    vendor.house.access.grants.revoke(grant, vendor.house.account("Owner"), right_now())
    assert client.get(f"/console/looks/{begun}/segments/0").status_code == 403


def test_every_route_that_shows_a_recording_keeps_institutions_apart(vendor: Lived) -> None:
    client = vendor.proved("Demo viewer")
    for mine, other in (("riverbend-high", "lakeside-college"), ("lakeside-college", "riverbend-high")):
        inside, outside = of(vendor, mine), of(vendor, other)
        grant = given(vendor, client, inside)
        begun = vendor.begun_look(client, inside, "HD-77")
        second = vendor.proved("Second viewer")
        for route in ("", "/segments/0", "/words", "/joined?of=s1"):
            assert second.get(f"/console/looks/{begun}{route}").status_code == 404
        assert look(client, outside)[0] == 403
        assert look(second, inside)[0] == 403  # another's leave
        vendor.house.access.grants.revoke(grant, vendor.house.account("Owner"), right_now())
        assert look(client, inside)[0] == 403


def test_a_break_glass_is_asked_for_in_words_and_confirmed_by_another(vendor: Lived) -> None:
    client, recording = vendor.proved("Demo viewer"), of(vendor, "lakeside-college")
    assert client.post(f"/console/recordings/{recording}/glass", data={"words": "urgent"}).status_code == 400
    words = {"words": "The college called: a threat was written in the chat."}
    assert client.post(f"/console/recordings/{recording}/glass", data=words).status_code == 303
    grant = vendor.house.access.grants.list()[0].id
    assert client.post(f"/console/access/{grant}", data={"picked": "approve"}).status_code == 403
    assert client.post(f"/console/access/{grant}", data={"picked": "?"}).status_code == 400
    second = vendor.proved("Second viewer")
    assert "a threat was written" in second.get("/console/access").text
    assert second.post(f"/console/access/{grant}", data={"picked": "approve"}).status_code == 303
    answer = client.post(f"/console/recordings/{recording}/looks", data={"reason": "incident", "case": ""})
    assert answer.status_code == 303
    assert client.post(f"/console/access/{grant}", data={"picked": "revoke"}).status_code == 303
    assert "was it right" in second.get("/console/access").text.lower()
    assert second.post(f"/console/access/{grant}", data={"picked": "justified"}).status_code == 403
    owner = vendor.signed_in("Owner")
    assert owner.post(f"/console/access/{grant}", data={"picked": "justified"}).status_code == 303
    assert owner.post(f"/console/access/{grant}", data={"picked": "justified"}).status_code == 409


def test_who_no_longer_looks_is_asked_after(school: Lived) -> None:
    viewer, owner = school.signed_in("Demo viewer"), school.signed_in("Owner")
    school.begun_look(viewer, school.recordings[0])

    def age(connection: Connection) -> None:
        connection.execute(update(accounts).values(created_at=0))

    def asked() -> dict[str, str]:
        listed = owner.get("/console/access").text.partition('id="review"')[2].partition('id="people"')[0]
        return dict(re.findall(r'<th scope="row">([^<]+)</th>(.*?)</tr>', listed, re.DOTALL))

    assert not any("no look in 90 days" in row for row in asked().values()), "nobody is late on the first day"
    school.house.writer.commit([age])
    rows = asked()
    assert "no look in 90 days" in rows["Second viewer"]  # never looked
    assert "no look in 90 days" not in rows.get("Demo viewer", "")
    assert "no look in 90 days" not in rows.get("Owner", "")
    keep = {f"account-{one.account.id}": "keep" for one in school.house.access.reviews.asked(right_now()) if one.flags}
    assert owner.post("/console/access/review", data=keep).status_code == 303
    assert "Owner signed off" in owner.get("/console/access").text


def test_the_training_page_marks_a_try_and_renews_a_pass(school: Lived) -> None:
    client = school.signed_in("Second viewer")
    assert QUESTIONS[0].said in html.unescape(client.get("/console/training").text)
    failed = html.unescape(client.post("/console/training", data={"promise": "yes"}).text)
    assert "0 of 10 right" in failed
    assert QUESTIONS[0].why in failed
    assert client.post("/console/training", data=RIGHT).status_code == 400  # without the promise
    assert "10 of 10 right" in client.post("/console/training", data={**RIGHT, "promise": "yes"}).text
