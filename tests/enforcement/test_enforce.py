"""Which batches are kept, and how much of them."""

from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest

from milkglass.enforcement.enforce import enforce
from milkglass.policy.compile import CompiledPolicy
from milkglass.wire.decode import decode
from milkglass.wire.values import Json, Level, Purpose, Refusal
from tests.enforcement.room import KEY, body, kept, marked, refused, renamed, room, standing

MASK = "▇▇▇▇"


def meta(href: str) -> Json:
    return {"type": 4, "data": {"href": href, "width": 100, "height": 100}, "timestamp": 0}


def said(text: str, at: int = 0) -> Json:
    data: Json = {
        "source": 0, "texts": [{"id": 1, "value": text}], "attributes": [{"id": 1, "attributes": {"title": text}}],
        "removes": [], "adds": [],
    }  # fmt: skip
    return {"type": 3, "data": data, "timestamp": at}


def click(**more: Json) -> dict[str, Json]:
    return {"kind": "click", "at": 1234, "route": "/demo/chat", "viewport": "large", **more}


def test_a_person_who_agreed_to_nothing_is_not_recorded() -> None:
    where = room()
    assert refused(body([said("a")]), where, standing(where.words, ())) is Refusal.NO_CONSENT


def test_without_replay_no_event_and_no_interaction_is_kept_but_heatmap_rows_are() -> None:
    where = room()
    batch = kept(body([said("a")], [click()]), where, standing(where.words, (Purpose.HEATMAP,)))
    assert (batch.events, batch.interactions, len(batch.heatmap)) == (b"[]", (), 1)


def test_without_heatmap_no_rows_are_written() -> None:
    where = room()
    batch = kept(body([said("a")], [click()]), where, standing(where.words, (Purpose.REPLAY,)))
    assert (batch.event_count, len(batch.interactions), batch.heatmap) == (1, 1, ())


def test_errors_and_requests_are_no_part_of_a_heatmap() -> None:
    rows: Json = [click(), {"kind": "error", "at": 0, "route": "/demo/chat", "viewport": "small", "type": "TypeError"}]
    batch = kept(body(None, rows))
    assert ([one.kind for one in batch.heatmap], batch.marks) == (["click"], {"click": 1, "error": 1})


@pytest.mark.parametrize("journey", ["closed", "nobody named it", ""])
def test_a_journey_that_is_off_or_unknown_is_refused(journey: str) -> None:
    assert refused(body([said("a")], None, journey)) is Refusal.JOURNEY_OFF


def test_the_stricter_of_the_journey_and_every_page_named_wins() -> None:
    assert kept(body([meta("/demo/chat"), said("Save changes")])).level is Level.LABELLED
    assert kept(body([meta("/demo/sign-in"), said("Save changes")])).level is Level.WIREFRAME
    assert kept(body([said("a")], [click(route="/demo/sign-in")])).level is Level.WIREFRAME
    assert kept(body([meta("/demo/chat"), meta("/quiet")])).level is Level.CLICKS
    assert refused(body([meta("/closed")])) is Refusal.JOURNEY_OFF
    assert refused(body([meta("https://app.example/people/jane")])) is Refusal.JOURNEY_OFF


def test_a_request_names_no_page() -> None:
    row: Json = {"kind": "request", "at": 0, "route": "/api/x", "viewport": "small", "method": "GET", "status": "2xx"}
    assert kept(body(None, [row])).level is Level.LABELLED


def test_an_institutions_level_is_a_ceiling() -> None:
    where = room(institution=Level.WIREFRAME)
    assert kept(body([said("Save changes")]), where).level is Level.WIREFRAME


def test_at_clicks_no_event_is_kept_and_time_is_a_second() -> None:
    batch = kept(body([said("a")], [click()], "quiet"))
    assert (batch.events, batch.interactions[0].at, batch.remarks.dropped["events"]) == (b"[]", 1000, 1)
    assert kept(body(None, [click()], "quiet")).remarks.dropped == {}


def test_on_an_excluded_route_there_is_no_text() -> None:
    where = room(excluded=("/demo/chat",))
    node: Json = {
        "type": 2, "tagName": "div", "attributes": {"class": "row", "title": "Save changes"}, "id": 5,
        "childNodes": [
            {"type": 3, "textContent": "Save changes", "id": 6},
            {"type": 2, "tagName": "textarea", "attributes": {}, "id": 7,
             "childNodes": [{"type": 3, "textContent": "Jane", "id": 8}]},
        ],
    }  # fmt: skip
    snapshot: Json = {"type": 2, "data": {"node": node, "initialOffset": {"top": 0, "left": 0}}, "timestamp": 0}
    batch = kept(body([meta("/demo/chat"), snapshot, said("Hi,")], [click(label=marked("⟦t7⟧"))]), where)
    assert marked("⟦t") not in batch.events.decode()
    assert MASK not in batch.events.decode()
    assert batch.interactions[0].label is None


def test_times_stay_inside_the_span_of_the_ticket() -> None:
    where = room()
    under = standing(where.words, now_ms=10_000)
    batch = kept(body([said("a", -50), said("b", 1_790_000_000_000)]), where, under)
    assert (batch.first_at, batch.last_at) == (0, 70_000)
    late = standing(where.words, now_ms=10**13)
    assert kept(body([said("b", 10**12)]), where, late).last_at == 4 * 3_600_000


def test_tokens_hold_inside_a_recording_and_nowhere_else() -> None:
    where = room()
    change: Json = {"id": 1, "attributes": {"class": "student-jane"}}
    event: Json = {"type": 3, "data": {"source": 0, "texts": [], "attributes": [change], "removes": [], "adds": []},
                   "timestamp": 0}  # fmt: skip
    here = [kept(body([event]), where, standing(where.words, key=key)).events for key in (KEY, KEY, b"x" * 32)]
    assert here[0] == here[1] != here[2]
    assert renamed(msgspec.json.decode(here[0])) == renamed(msgspec.json.decode(here[2]))


def test_a_pointer_in_interactions_moves_at_most_ten_times_a_second() -> None:
    rows: Json = [{**click(), "kind": "move", "at": at} for at in (0, 50, 100, 150, 250)]
    assert [one.at for one in kept(body(None, rows)).interactions] == [0, 100, 250]


def test_what_the_browser_left_undone_is_counted() -> None:
    remarks = kept(body([said("Jane")])).remarks
    assert remarks.bypassed["incremental.0.texts"] == 1
    assert remarks.masked["TEXT", ""] == 2


def test_a_failure_keeps_nothing() -> None:
    class Broken(CompiledPolicy):
        def is_template(self, route: str) -> bool:
            raise KeyError(route)

    where = room()
    fields = {one: getattr(where.policy, one) for one in where.policy.__dataclass_fields__ if one != "_seen"}
    found = enforce(decode(body([meta("/demo/chat")])), Broken(**fields), standing(where.words))
    assert found is Refusal.NOT_REDACTED


def test_the_batch_is_named_by_its_hash_and_the_policy_enforced() -> None:
    where = room()
    sent = body([said("a")])
    batch = kept(sent, where)
    assert (batch.number, batch.reset, batch.policy) == (4, True, where.policy.hash)
    assert batch.hash == decode(sent).hash
    assert batch.ticket.crowd == 7


@pytest.mark.parametrize("brackets", [480, 5000])
def test_brackets_without_end_are_left_out(brackets: int) -> None:
    change: Json = {"id": 1, "attributes": {"_cssText": "a{width:" + "(" * brackets, "style": "x" * 10_001}}
    event: Json = {"type": 3, "data": {"source": 0, "texts": [], "attributes": [change], "removes": [], "adds": []},
                   "timestamp": 0}  # fmt: skip
    batch = kept(body([event]))
    assert b"((" not in batch.events
    assert batch.remarks.dropped["attributes._csstext"] == 1
    assert batch.remarks.dropped["attributes.style"] == 1


def tree(levels: int, tag: str = "p") -> Json:
    node: Json = {"type": 3, "textContent": "", "id": 1}
    for _ in range(levels):
        node = {"type": 2, "tagName": tag, "attributes": {}, "childNodes": [node], "id": 1}
    return node


def snapshot(node: Json) -> Json:
    return {"type": 2, "data": {"node": node, "initialOffset": {"top": 0, "left": 0}}, "timestamp": 0}


def added(node: Json) -> Json:
    adds: Json = [{"parentId": 1, "nextId": None, "node": node}]
    return {
        "type": 3,
        "data": {"source": 0, "texts": [], "attributes": [], "removes": [], "adds": adds},
        "timestamp": 0,
    }


@pytest.mark.parametrize("tag", ["p", "jane-card", "style", "textarea"])
def test_a_tree_may_be_so_deep_and_no_deeper_in_a_thread_as_well(tag: str) -> None:
    with ThreadPoolExecutor(1) as thread:
        for event in (snapshot, added):
            assert thread.submit(kept, body([event(tree(400, tag))])).result().event_count == 1
            for levels in (401, 402, 450):
                assert thread.submit(refused, body([event(tree(levels, tag))])).result() is Refusal.TOO_LARGE
