"""Pseudonyms in the console: asked, agreed to by another, told once in an answer and at no address."""

from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

from tests.web.house import Lived, right_now
from tests.web.test_console import since, text_of

HERE = "/console/pseudonyms"


def form(person: str, **changed: str) -> dict[str, str]:
    said = {"subject": person, "institution": "riverbend-high", "reason": "rights_request", "case": "HD-88"}
    return said | changed


def test_a_viewer_asks_another_agrees_and_the_name_is_shown_to_the_one_who_asked(school: Lived) -> None:
    viewer, legal, before = school.proved("Demo viewer"), school.signed_in("Demo legal"), school.house.log.size()
    assert "What will be logged" in text_of(viewer.get(HERE).text)
    assert viewer.post(HERE, data=form(school.recordings[0])).status_code == 303
    resolution = school.house.pseudonyms.list()[0].id
    early = viewer.post(f"{HERE}/{resolution}/resolve")
    assert early.status_code == 403
    assert "four-eyes-person" in text_of(early.text)
    assert viewer.post(f"{HERE}/{resolution}/confirm").status_code == 403
    assert "Demo viewer" in text_of(legal.get(HERE).text)
    assert legal.post(f"{HERE}/{resolution}/confirm").status_code == 303
    assert legal.post(f"{HERE}/{resolution}/resolve").status_code == 403
    answer = viewer.post(f"{HERE}/{resolution}/resolve")
    account = replace(school.house.account("Demo viewer"), proved_at=right_now() - timedelta(minutes=1))
    alias = school.house.pseudonyms.resolve(account, resolution, right_now()).alias
    assert alias in answer.text
    assert school.recordings[0] in answer.text
    assert alias not in viewer.get(HERE).text
    told = [act for act in since(school, before) if act.startswith("pseudonym.")]
    assert told == [
        "pseudonym.ask",
        "pseudonym.refuse",
        "pseudonym.refuse",
        "pseudonym.confirm",
        "pseudonym.refuse",
        "pseudonym.resolve",
        "pseudonym.resolve",
    ]


def test_a_wrong_form_says_what_to_mend_and_keeps_what_was_written(school: Lived) -> None:
    viewer = school.signed_in("Demo viewer")
    for changed, said in (
        ({"subject": ""}, "say whose pseudonym"),
        ({"subject": "jane@school.example"}, "64 lower-case hex"),
        ({"institution": "nowhere"}, "not in the policy"),
        ({"case": "the case of Jane"}, "the help desk's number only"),
    ):
        answer = viewer.post(HERE, data=form(sha256(b"x").hexdigest()) | changed)
        assert answer.status_code == 400
        assert said in text_of(answer.text)
    assert 'value="HD-88"' in viewer.post(HERE, data=form("")).text
    refused = viewer.post(HERE, data=form(sha256(b"x").hexdigest(), reason="curious"))
    assert refused.status_code == 403
    assert "pseudonym-resolve" in text_of(refused.text)
