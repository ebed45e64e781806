"""What may come in: within limits, of a known form, or refused as Invalid."""

import gzip
import zlib

import msgspec
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from milkglass.enforcement.table import classes
from milkglass.errors import Invalid, TooLarge
from milkglass.wire.changes import IncrementalData
from milkglass.wire.decode import decode
from milkglass.wire.unpacking import Limits, unpack
from milkglass.wire.values import Json, Level, Next, Refusal

SMALL = Limits(wire_bytes=1000, decoded_bytes=5000, window_bytes=1 << 20)
PLAIN = b'{"number":1,"policy":"","vocabulary":0,"journey":"chat"}'


def batch(**more: Json) -> bytes:
    head: dict[str, Json] = {"number": 1, "policy": "", "vocabulary": 0, "journey": "chat"}
    return msgspec.json.encode({**head, **more})


def scroll(at: Json = 0) -> Json:
    return {"type": 3, "data": {"source": 3, "id": 1, "x": 0, "y": 0}, "timestamp": at}


@pytest.mark.parametrize("pack", [lambda b: b, gzip.compress, zstandard.compress, zstandard.ZstdCompressor().compress])
def test_plain_gzip_and_zstd_are_told_by_their_first_bytes(pack: "type[bytes]") -> None:
    assert unpack(pack(PLAIN)) == PLAIN
    assert decode(pack(PLAIN)).journey == "chat"


def test_frames_of_zstd_without_a_size_are_read_too() -> None:
    packer = zstandard.ZstdCompressor(write_content_size=False)
    assert unpack(packer.compress(PLAIN)) == PLAIN


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress])
def test_a_bomb_is_too_large(pack: "type[bytes]") -> None:
    with pytest.raises(TooLarge):
        unpack(pack(b" " * 1_000_000), SMALL)


def test_a_body_over_the_limit_is_too_large() -> None:
    with pytest.raises(TooLarge):
        unpack(b" " * 1001, SMALL)


def test_a_wide_window_is_too_large() -> None:
    parameters = zstandard.ZstdCompressionParameters(window_log=24, write_content_size=False)
    stream = zstandard.ZstdCompressor(compression_params=parameters).compressobj()
    packed = stream.compress(PLAIN) + stream.flush()
    with pytest.raises(TooLarge):
        unpack(packed)


@pytest.mark.parametrize(
    "body",
    [
        gzip.compress(PLAIN)[:-5],
        gzip.compress(PLAIN) + b"more",
        b"\x1f\x8b" + b"broken",
        zstandard.compress(PLAIN) + b"more",
        zstandard.compress(PLAIN)[:-3],
        b"\x28\xb5\x2f\xfd",
        b"\x28\xb5\x2f\xfdbroken",
    ],
)
def test_a_broken_stream_is_invalid(body: bytes) -> None:
    with pytest.raises(Invalid):
        decode(body)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{",
        b"\xff\xfe",
        zlib.compress(PLAIN),
        b'{"number":1}',
        batch(number=-1),
        batch(number=2**60),
        batch(vocabulary=-1),
        batch(number="1"),
        batch(events="packed"),
        batch(events={}),
        b"[" * 100_000,
        batch(journey=7),
        PLAIN.replace(b"chat", b"\\ud800"),
    ],
)
def test_what_is_no_batch_is_invalid(body: bytes) -> None:
    with pytest.raises(Invalid):
        decode(body)


@given(st.binary(max_size=300))
def test_no_other_error_ever_comes_out(body: bytes) -> None:
    with pytest.raises(Invalid):
        decode(body)


def test_a_packed_event_is_refused_and_counted() -> None:
    found = decode(batch(events=["xÚpacked", scroll()]))
    assert (len(found.events), found.dropped) == (1, {"events[]": 1} if "events[]" in found.dropped else {"events": 1})


def test_what_the_types_do_not_name_falls_and_the_rest_stays() -> None:
    odd: Json = {"type": 3, "data": {"source": 3, "id": 1, "x": 0, "y": 0, "Jane": 1}, "timestamp": 0, "cv": "Jane"}
    found = decode(batch(events=[odd, scroll()], Jane="Jane"))
    assert len(found.events) == 2
    assert sum(found.dropped.values()) == 2
    assert "Jane" not in str(found.dropped)


@pytest.mark.parametrize(
    "event",
    [
        7,
        None,
        {"type": "3"},
        {"type": True, "data": {}, "timestamp": 0},
        {"type": 99, "timestamp": 0},
        {"type": 3, "data": {"source": 3, "id": "x", "x": 0, "y": 0}, "timestamp": 0},
        {"type": 3, "data": {"source": 3, "id": 1, "x": 0, "y": 0}, "timestamp": "0"},
        {"type": 3, "data": [], "timestamp": 0},
        {"type": 3, "data": {"source": 3, "id": 5551234567, "x": 0, "y": 0}, "timestamp": 0},
        {"type": 3, "data": {"source": 3, "id": -2, "x": 0, "y": 0}, "timestamp": 0},
        {"type": 4, "data": {"href": 7, "width": 1, "height": 1}, "timestamp": 0},
    ],
)
def test_an_event_without_what_it_needs_falls(event: Json) -> None:
    assert decode(batch(events=[event])).events == []


def test_a_node_keeps_its_place_whatever_it_lacks() -> None:
    node: Json = {"type": 2, "tagName": "p", "id": 4, "attributes": {"a": [1], "style": {"x": 7, "y": "z"}}}
    event: Json = {"type": 3, "data": {"source": 0, "adds": [{"parentId": 1, "node": node}, 7]}, "timestamp": 0}
    (kept,) = decode(batch(events=[event])).events
    stored = msgspec.json.decode(msgspec.json.encode(kept))
    (addition,) = stored["data"]["adds"]
    assert addition["node"] == {
        "type": 2,
        "tagName": "p",
        "id": 4,
        "childNodes": [],
        "attributes": {"style": {"y": "z"}},
    }
    assert stored["data"]["texts"] == []


def test_a_tree_without_end_is_invalid() -> None:
    level = b'{"type":2,"tagName":"p","attributes":{},"id":1,"childNodes":['
    events = b'[{"type":2,"timestamp":0,"data":{"initialOffset":{"top":0,"left":0},"node":' + level * 2000
    with pytest.raises(Invalid):
        decode(PLAIN[:-1] + b',"events":' + events + b"]}" * 2000 + b"}}]}")


@pytest.mark.parametrize("more", [{}, {"unknown": 1}])
def test_there_may_be_so_many_events_and_no_more(more: dict[str, Json]) -> None:
    few = Limits(events=2, interactions=2)
    assert len(decode(batch(events=[scroll()] * 2, **more), few).events) == 2
    with pytest.raises(TooLarge):
        decode(batch(events=[scroll()] * 3, **more), few)


def test_levels_have_words() -> None:
    assert Level.of("labelled") is Level.LABELLED
    assert Level.OFF.word == "off"
    with pytest.raises(Invalid):
        Level.of("everything")


def test_every_refusal_says_what_comes_next() -> None:
    assert {one.next for one in Refusal} <= set(Next)
    assert all(400 <= one.status < 500 for one in Refusal)


def paths(form: msgspec.inspect.Type, path: str) -> set[str]:
    match form:
        case msgspec.inspect.StructType():
            found = {path + "." + one.encode_name for one in form.fields}
            return found.union(*(paths(one.type, f"{path}.{one.encode_name}") for one in form.fields))
        case msgspec.inspect.ListType():
            return {path + "[]"} | paths(form.item_type, path + "[]")
        case _:
            return set()


@pytest.mark.parametrize("source", ["1", "2", "3", "4", "5", "6", "7", "12", "13", "15", "16"])
def test_the_types_name_what_the_table_names(source: str) -> None:
    form = next(one for one in IncrementalData.__args__ if one.__struct_config__.tag == int(source))
    named = paths(msgspec.inspect.type_info(form), "")
    kept = {"." + path for path, called in classes().incremental[source].items() if called != "DROP"}
    assert kept <= named
