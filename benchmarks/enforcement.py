"""Enforcement: bytes in to redacted bytes out, beside what the machine's own tools take for the same bytes.

    python -m benchmarks.enforcement [folder of recordings, NDJSON with one batch a line]

Without a folder the pages are made here. Rates are MB of batch JSON a second of processor time, the best of several
passes; `MILKGLASS_PURE=1` measures plain Python where compiled modules are present.
`sent raw` is what a recorder without masking sends, `sent masked` what our own sends: the same batches after one pass.
"""

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from time import process_time

import msgspec
import zstandard

from benchmarks.rows import Row
from milkglass.compiled.finder import is_compiled
from milkglass.enforcement.cuts import cuts
from milkglass.enforcement.enforce import enforce
from milkglass.enforcement.redacted import RedactedBatch, Standing
from milkglass.policy.compile import CompiledPolicy, compile_policy, words_of
from milkglass.policy.document import Journey, OptIn, PolicyDocument
from milkglass.wire.decode import Batch, decode
from milkglass.wire.unpacking import Limits
from milkglass.wire.values import (
    ApplicationId,
    ConsentId,
    InstitutionId,
    Json,
    Level,
    Purpose,
    RecordingId,
    TicketFields,
    VisitId,
)

_WIDE = Limits(wire_bytes=6 << 20)
_PASSES = 5
_SMALL = 64 * 1024
_RECORDINGS = 100


def policy_and_standing() -> tuple[CompiledPolicy, Standing]:
    """Make a policy under which every page is labelled, and a ticket for it."""
    institution, application = InstitutionId("riverbend-high"), ApplicationId("chalkboard")
    both = (Purpose.REPLAY, Purpose.HEATMAP)
    words = words_of(1, {"Save": 1, "Reply": 2, "# replies": 3}, {"row": 1, "message": 2, "avatar": 3}, {})
    document = PolicyDocument(
        application=application,
        name="Chalkboard",
        origins=("https://app.example",),
        vocabulary="none",
        retention_days=30,
        people_floor=10,
        viewers_max=6,
        query_keys=frozenset(),
        institutions=(OptIn(id=institution, name="R", type="k12", purposes=frozenset(both), level=Level.LABELLED),),
        journeys=(
            Journey(
                name="all",
                routes=("/", *("/:a" + "/:b" * n for n in range(6))),
                level=Level.LABELLED,
                has_students=True,
                risk="low",
            ),
        ),
    )
    ticket = TicketFields(
        application=application,
        institution=institution,
        recording=RecordingId("0" * 26),
        visit=VisitId("1" * 26),
        consent=ConsentId("2" * 26),
        purposes=both,
        began=0,
        iat=0,
        exp=900,
        crowd=1,
    )
    standing = Standing(ticket=ticket, now_ms=4 * 3_600_000, recording_key=b"b" * 32, words=words)
    return compile_policy(document, words, "00112233445566aa"), standing


def body_of(events: Json) -> bytes:
    """Lay events out as a batch."""
    head = {"number": 0, "policy": "0" * 64, "vocabulary": 1, "journey": "all", "events": events}
    return msgspec.json.encode(head)


def _message(number: int) -> dict[str, Json]:
    text: Json = {"type": 3, "textContent": f"I pushed the fix for exercise {number}, can you look?", "id": number + 2}
    avatar: Json = {"type": 2, "tagName": "span", "attributes": {"class": "avatar"}, "childNodes": [], "id": number + 1}
    attributes: Json = {"class": f"message row m-{number}", "data-id": str(number), "style": f"top: {number}px;"}
    return {"type": 2, "tagName": "div", "attributes": attributes, "childNodes": [avatar, text], "id": number}


def made() -> Iterator[bytes]:
    """Make a chat of a thousand messages with 900 rules of style, then fifty more messages twenty times."""
    rules = "".join(
        f".c{n} > .m-{n}:hover{{color:rgb({n % 255}, 9, 9);padding:{n}px 4px;display:flex}}" for n in range(900)
    )
    style: Json = {"type": 2, "tagName": "style", "attributes": {"_cssText": rules}, "childNodes": [], "id": 2}
    page: Json = {"type": 0, "childNodes": [style, *[_message(10 * n) for n in range(1, 1000)]], "id": 1}
    yield body_of([{"type": 2, "data": {"node": page, "initialOffset": {"top": 0, "left": 0}}, "timestamp": 0}])
    for start in range(20):
        adds: Json = [
            {"parentId": 1, "nextId": None, "node": _message(100_000 + start * 500 + n * 5)} for n in range(50)
        ]
        data: Json = {"source": 0, "texts": [], "attributes": [], "removes": [], "adds": adds}
        yield body_of([{"type": 3, "data": data, "timestamp": start * 5000}])


def read(folder: Path, names: str = "*.ndjson") -> Iterator[bytes]:
    """Read the batches of a folder's recordings."""
    for file in sorted(folder.glob(names)):
        for line in file.read_bytes().splitlines():
            yield body_of(msgspec.json.decode(line)["events"])


def _rate(bodies: Sequence[bytes], work: Callable[[bytes], object]) -> float:
    best = min(_seconds(bodies, work) for _ in range(_PASSES))
    return sum(map(len, bodies)) / best / 1e6


def _seconds(bodies: Sequence[bytes], work: Callable[[bytes], object]) -> float:
    start = process_time()
    for body in bodies:
        work(body)
    return process_time() - start


def masked_bodies(bodies: Sequence[bytes], policy: CompiledPolicy, standing: Standing) -> list[bytes]:
    """Return what our own recorder would send of the same pages."""
    kept = [enforce(decode(body, _WIDE), policy, standing) for body in bodies]
    return [body_of(msgspec.json.decode(one.events)) for one in kept if isinstance(one, RedactedBatch)]


def _rows(name: str, bodies: Sequence[bytes], policy: CompiledPolicy, standing: Standing) -> Iterator[Row]:
    # The goals were set where decoding alone ran at 250 MB/s: what they ask of this machine is their share of that.
    whole_share, after_share, kind = (0.52, 1.2, "compiled") if is_compiled() else (0.16, 0.0, "plain Python")

    def whole(body: bytes) -> object:
        return enforce(decode(body, _WIDE), policy, standing)

    decoded: dict[bytes, Batch] = {body: decode(body, _WIDE) for body in bodies}
    first = sum(map(len, bodies)) / _seconds(bodies, whole) / 1e6
    name = f"{kind}, {name}"
    pack = zstandard.ZstdCompressor(level=3)
    parse = _rate(bodies, msgspec.json.decode)
    beside = (
        f"msgspec untyped {parse:.0f}, zstd {_rate(bodies, pack.compress):.0f}, copy {_rate(bodies, bytearray):.0f}"
    )
    decoding = _rate(bodies, lambda body: decode(body, _WIDE))
    both, only = _rate(bodies, whole), _rate(bodies, lambda body: enforce(decoded[body], policy, standing))
    yield Row(f"enforcement, {name}: decode alone", f"{decoding:.1f}", "MB/s", beside)
    for what, rate, share in (("bytes to redacted bytes", both, whole_share), ("after decode", only, after_share)):
        goal = f"≥ {share:g} of decoding" if share else ""
        yield Row(f"enforcement, {name}: {what}", f"{rate:.1f}", "MB/s", f"{rate / decoding:.2f} of decoding", goal)
    small = [body for body in bodies if len(body) <= _SMALL]
    waits = sorted(1000 * _seconds([body], whole) for _ in range(_PASSES) for body in small)
    longest = 1000 * max(_seconds([body], whole) for body in bodies)
    goal, beside = "≤ 5", f"{len(small)} of {len(bodies)} batches; the largest of all takes {longest:.0f} ms"
    yield Row(
        f"enforcement, {name}: a batch up to 64 KiB, p99", f"{waits[len(waits) * 99 // 100]:.1f}", "ms", beside, goal
    )
    yield Row(f"enforcement, {name}: first pass in a process", f"{first:.1f}", "MB/s", "sheets are parsed once")


def _cached(bodies: Sequence[bytes], policy: CompiledPolicy, standing: Standing) -> Row:
    """Count how often CSS was seen before, over many recordings of one page, the first sight among them."""
    cuts.cache_clear()
    for number in range(_RECORDINGS):
        other = replace(standing, recording_key=number.to_bytes(32, "big"))
        for body in bodies:
            enforce(decode(body, _WIDE), policy, other)
    memory = cuts()
    beside = (
        f"{memory.asked} sheets, rules and values of {_RECORDINGS} recordings; {memory.asked - memory.found} parsed"
    )
    return Row(
        "enforcement: CSS found cleaned", f"{memory.found / max(memory.asked, 1):.3f}", "share", beside, "≥ 0.95"
    )


def run(folder: Path | None = None) -> list[Row]:
    """Measure on the recordings of a folder (`BENCHMARK_RECORDINGS` by itself), or on pages that are made here."""
    policy, standing = policy_and_standing()
    named = os.environ.get("BENCHMARK_RECORDINGS")
    folder = folder or (Path(named) if named else None)
    raw = list(read(folder) if folder else made())
    masked = masked_bodies(raw, policy, standing)
    cached = _cached(masked[:2], policy, standing)
    return [*_rows("sent raw", raw, policy, standing), *_rows("sent masked", masked, policy, standing), cached]


if __name__ == "__main__":
    for row in run(Path(sys.argv[1]) if len(sys.argv) > 1 else None):
        print(f"{row.name} | {row.value} | {row.unit} | {row.beside}")
