"""The review page: decided by plain forms, filtered by the address, published with a leaf for each act."""

import re
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from milkglass.vocabulary.entries import CandidateFilter, Proposal, State
from tests.web.house import Lived, lived, right_now


@pytest.fixture
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lived]:
    with lived(tmp_path_factory.mktemp("review")) as one:
        yield one


def proposed(house: Lived, *said: str, kind: str = "t", group: str = "/app", marks: tuple[str, ...] = ()) -> None:
    rows = [Proposal(kind=kind, said=one, source="learn", where="/app", group=group, marks=marks) for one in said]
    house.house.vocabulary.propose(house.house.application, rows, right_now())


def ids(house: Lived, state: State = State.OPEN) -> dict[str | None, str]:
    found = house.house.vocabulary.candidates(house.house.application, CandidateFilter(state=state))
    return {one.said: one.id for one in found}


def words(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def leaves(house: Lived) -> int:
    return house.house.log.size()


def owner(house: Lived) -> TestClient:
    return house.signed_in("Owner")


def test_one_is_approved_one_refused_and_each_is_a_leaf(house: Lived) -> None:
    proposed(house, "Archive room", "Jane Doe")
    client, before = owner(house), ids(house)
    size = leaves(house)
    assert client.post("/console/vocabulary/decide", data={"approve": before["Archive room"]}).status_code == 303
    assert client.post("/console/vocabulary/decide", data={"refuse": before["Jane Doe"]}).status_code == 303
    assert leaves(house) == size + 2
    assert set(ids(house, State.APPROVED)) == {"Archive room"}
    assert set(ids(house, State.REFUSED)) == {None}
    page = client.get("/console/vocabulary?state=refused").text
    assert "destroyed" in page
    assert "Jane Doe" not in page


def test_picked_ones_are_approved_but_what_something_warns_of_is_left(house: Lived) -> None:
    proposed(house, "Archive room", "Rename room")
    proposed(house, "Omar Haddad", marks=("row",))
    client, open_ones = owner(house), ids(house)
    picked = {f"pick-{one}": "1" for one in open_ones.values()}
    answer = client.post("/console/vocabulary/decide", data={"picked": "approve", "back_kind": "t", **picked})
    assert answer.headers["location"] == "/console/vocabulary?kind=t&done=2&left=1"
    assert set(ids(house)) == {"Omar Haddad"}
    page = words(client.get(answer.headers["location"]).text)
    assert "2 candidates decided." in page
    assert "differs from row to row" in page


def test_a_whole_file_is_approved_without_what_warns(house: Lived) -> None:
    proposed(house, "room-list", "room-row", kind="n", group="/static/app.css")
    proposed(house, "Write to jane@uni.example", group="/static/app.css")
    proposed(house, "Elsewhere else", group="/other")
    answer = owner(house).post("/console/vocabulary/groups", data={"approve_file": "/static/app.css"})
    assert answer.headers["location"].endswith("done=2&left=1")
    assert set(ids(house, State.APPROVED)) == {"room-list", "room-row"}


def test_a_text_is_cut_into_what_the_product_says(house: Lived) -> None:
    proposed(house, "Welcome again, Jane Doe")
    client, [candidate] = owner(house), ids(house).values()
    address = f"/console/vocabulary/candidates/{candidate}"
    assert "Welcome again, Jane Doe" in client.get(address).text
    wrong = client.post(f"{address}/cut", data={"fragments": "Something else"})
    assert (wrong.status_code, "must be parts of the text" in wrong.text) == (400, True)
    assert client.post(f"{address}/cut", data={"fragments": "Welcome again,"}).status_code == 303
    assert set(ids(house)) == {"Welcome again,"}


def test_publishing_makes_a_version_whose_difference_is_shown(house: Lived) -> None:
    client = owner(house)
    proposed(house, "Archive room")
    client.post("/console/vocabulary/groups", data={"approve_file": ""})
    assert "What will be logged when you click" in client.get("/console/vocabulary").text
    answer = client.post("/console/vocabulary/publish")
    assert answer.headers["location"] == "/console/vocabulary/versions?newer=2"
    shown = words(client.get(answer.headers["location"]).text)
    assert "1 entry came, 0 entries went" in shown
    assert "Archive room" in shown
    policy = house.house.policies.current(house.house.application)
    assert policy is not None
    assert "Archive room" in policy.vocabulary.text


def test_the_list_is_what_its_csv_and_json_hold(house: Lived) -> None:
    proposed(house, "Archive room", "=1+1 room")
    proposed(house, "room-list", kind="n")
    client = owner(house)
    listed = client.get("/console/vocabulary.json?kind=n").json()["candidates"]
    assert [one["said"] for one in listed] == ["room-list"]
    assert '"\'=#+# room"' in client.get("/console/vocabulary.csv").text
    assert client.get("/console/vocabulary?state=nonsense&page=99999999999").status_code == 200


def test_an_act_without_a_verdict_says_what_to_do(house: Lived) -> None:
    answer = owner(house).post("/console/vocabulary/decide", data={"pick-x": "1"})
    assert answer.status_code == 400
    assert "say what to do: approve, refuse or reopen" in answer.text
