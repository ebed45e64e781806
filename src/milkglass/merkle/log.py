"""Log: reading the evidence log, and computing all of it again.

Source: RFC 6962 for the tree; RFC 8785 for the form in which each entry must stand.
"""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any

import msgspec
from sqlalchemy import Engine, Row, Select, func, select

from milkglass.database.moments import to_ms
from milkglass.database.tables_log import log_entries, log_roots
from milkglass.errors import Invalid
from milkglass.merkle.entry import MAX_INTEGER, jcs
from milkglass.merkle.hashing import HASH_BYTES, Tree, leaf_hash
from milkglass.merkle.proofs import Leaves
from milkglass.merkle.writer import newest_log

_PAGE = 1_000
_Whole = Annotated[int, msgspec.Meta(ge=-MAX_INTEGER, le=MAX_INTEGER)]
_PLAIN = msgspec.json.Decoder(dict[str, str | bool | _Whole | dict[str, str | bool | _Whole | list[str]]])
_SORTED = msgspec.json.Encoder(order="sorted")
_KEYS = frozenset({"id", "ts", "act", "actor", "res", "institution", "institution_number"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One kept entry: its log, its place in the log's tree, and its canonical bytes."""

    log: int
    index: int
    spelled: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What a verification found: `bad_index` is the first place that does not hold, None if all holds."""

    size: int
    root: bytes
    bad_index: int | None = None
    fault: str | None = None


@dataclass(slots=True)
class _Walk:
    """The state of one verification, from the first entry on."""

    tree: Tree = field(default_factory=Tree)
    rooted: int = 0  # the greatest size whose kept root was met
    numbers: Counter[str] = field(default_factory=Counter)
    ids: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Log:
    """The room's reading half; `Writer` is the other. Without a `number` it is the log that is written now."""

    engine: Engine
    number: int | None = None

    def current(self) -> int:
        """Return the log's number; logs are counted from 0."""
        if self.number is not None:
            return self.number
        with self.engine.connect() as connection:
            return newest_log(connection)

    def size(self) -> int:
        """Count the entries."""
        counted = select(func.count()).select_from(log_entries).where(log_entries.c.log == self.current())
        with self.engine.connect() as connection:
            return connection.execute(counted).scalar_one()

    def root(self, size: int | None = None) -> bytes | None:
        """Return the root that was kept at a size, with the last commit without it; None if none was."""
        kept = select(log_roots.c.root).where(log_roots.c.log == self.current())
        kept = kept.order_by(log_roots.c.size.desc()) if size is None else kept.where(log_roots.c.size == size)
        with self.engine.connect() as connection:
            found = connection.execute(kept.limit(1)).scalar_one_or_none()
        return bytes(found) if found is not None else None if size else Tree().root()

    def leaves(self, size: int) -> Leaves:
        """Return the first `size` leaf hashes as a tree that proves. Raises Invalid if there are fewer."""
        found = self.leaf_hashes(0, size)
        if len(found) != size:
            raise Invalid(f"the log has {len(found)} entries, not {size}")
        return Leaves.of(found)

    def leaf_hashes(self, start: int, count: int) -> list[bytes]:
        """Return up to `count` leaf hashes from index `start` on, in order."""
        mine = (log_entries.c.log == self.current(), log_entries.c.leaf_index >= start)
        chosen = select(log_entries.c.leaf_hash).where(*mine).order_by(log_entries.c.leaf_index).limit(count)
        with self.engine.connect() as connection:
            return [bytes(leaf) for leaf in connection.execute(chosen).scalars()]

    def entries(self, start: int, count: int) -> list[Entry]:
        """Return up to `count` entries from index `start` on, in order."""
        mine = (log_entries.c.log == self.current(), log_entries.c.leaf_index >= start)
        return self._read(select(log_entries).where(*mine).order_by(log_entries.c.leaf_index).limit(count))

    def about(self, resource: str, count: int = 200) -> list[Entry]:
        """Return the newest entries about one resource's id, of every log, oldest first."""
        chosen = select(log_entries).where(log_entries.c.resource == resource)
        return self._read(chosen.order_by(log_entries.c.log.desc(), log_entries.c.leaf_index.desc()).limit(count))[::-1]

    def of_look(self, look: str) -> list[Entry]:
        """Return the entries that name a look, which are about its recording; of every log, oldest first."""
        acts = log_entries.c.act.in_(("look.allow", "look.refuse", "look.segment"))
        found = self._read(select(log_entries).where(acts).order_by(log_entries.c.log, log_entries.c.leaf_index))
        return [entry for entry in found if f'"look":"{look}"'.encode() in entry.spelled]

    def _read(self, chosen: Select[tuple[object, ...]]) -> list[Entry]:
        with self.engine.connect() as connection:
            rows = connection.execute(chosen).all()
        return [Entry(log=row.log, index=row.leaf_index, spelled=row.entry) for row in rows]

    def verify(self) -> Verified:
        """Compute everything again: form, hashes, numbering, index columns, and each root that was ever kept."""
        number = self.current()
        with self.engine.connect() as connection:
            # One read transaction, so that a commit in between cannot look like a fault.
            kept = select(log_roots).where(log_roots.c.log == number).order_by(log_roots.c.size)
            roots = {row.size: row for row in connection.execute(kept)}
            walk = _Walk()
            ordered = select(log_entries).where(log_entries.c.log == number).order_by(log_entries.c.leaf_index)
            for row in connection.execution_options(yield_per=_PAGE).execute(ordered):
                fault = next(_faults(row, walk), None) or _root_fault(walk, roots.pop(walk.tree.size, None))
                if fault is not None:
                    return _verified(walk, row.leaf_index, fault)
        return _ended(walk, sorted(roots))


def _ended(walk: _Walk, unmet: list[int]) -> Verified:
    """Judge what is left when every entry held: a root of a size never reached tells that entries are missing."""
    if unmet:
        return _verified(walk, min(unmet[0] - 1, walk.tree.size), "entries are missing that a kept root counts")
    if walk.rooted != walk.tree.size:
        return _verified(walk, walk.rooted, "entries stand behind the last kept root")
    return Verified(size=walk.tree.size, root=walk.tree.root())


def _verified(walk: _Walk, index: int, fault: str) -> Verified:
    return Verified(size=walk.tree.size, root=walk.tree.root(), bad_index=index, fault=fault)


def _faults(row: Row[tuple[object, ...]], walk: _Walk) -> Iterator[str]:
    """Name what is wrong with one entry; its leaf joins the walk."""
    expected = walk.tree.size
    spelled = row.entry if isinstance(row.entry, bytes) else b""
    computed = leaf_hash(spelled)
    walk.tree = walk.tree.grown(computed)
    if not spelled:
        yield "the entry is no bytes"
    if row.leaf_index != expected:
        yield f"index {row.leaf_index} stands where {expected} should"
    if computed != row.leaf_hash:
        yield "leaf hash differs"
    yield from _form_faults(row, spelled, walk)


def _form_faults(row: Row[tuple[object, ...]], spelled: bytes, walk: _Walk) -> Iterator[str]:
    entry = _canonical(spelled)
    if entry is None:
        yield "entry is not in canonical form"
        return
    institution = str(entry.get("institution"))
    number = entry.get("institution_number")
    if number != walk.numbers[institution]:
        yield "the institution's numbering has a gap or repeats"
    walk.numbers[institution] += 1
    if entry.get("id") in walk.ids:
        yield "an id occurs twice"
    walk.ids.add(str(entry.get("id")))
    columns = (row.id, row.institution, row.institution_number, row.act, row.actor, row.resource, row.at_ms)
    try:
        named = (entry["actor"]["id"], entry["res"]["id"], _at_ms(entry))
    except (KeyError, TypeError, ValueError):
        yield "entry is not of the schema's shape"
        return
    if columns != (entry["id"], institution, number, entry["act"], *named):
        yield "the index columns tell something else than the entry"


def _at_ms(entry: dict[str, Any]) -> int:
    return to_ms(datetime.fromisoformat(entry["ts"]))


def _canonical(spelled: bytes) -> dict[str, Any] | None:
    return _quickly(spelled) or _slowly(spelled)


def _quickly(spelled: bytes) -> dict[str, Any] | None:
    """Read an entry of the form that nearly all have: ASCII, whole numbers, two levels deep.

    Of such the sorted encoding is the canonical one, so that no second look at each value is needed.
    """
    try:
        entry = _PLAIN.decode(spelled) if spelled.isascii() else {}
    except (msgspec.DecodeError, RecursionError):
        return None
    return entry if entry.keys() >= _KEYS and _SORTED.encode(entry) == spelled else None


def _slowly(spelled: bytes) -> dict[str, Any] | None:
    try:
        entry = json.loads(spelled)
        is_canonical = isinstance(entry, dict) and entry.keys() >= _KEYS and jcs(entry) == spelled
    except (ValueError, RecursionError):
        return None
    return entry if is_canonical else None


def _root_fault(walk: _Walk, kept: Row[tuple[object, ...]] | None) -> str | None:
    if kept is None:
        return None
    walk.rooted, tree = walk.tree.size, walk.tree
    frontier = b"".join(tree.frontier)
    if kept.root != tree.root() or kept.frontier != frontier or len(frontier) % HASH_BYTES:
        return "the root kept at this size differs"
    return None
