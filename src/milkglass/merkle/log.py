"""Log: reading the evidence log, and computing all of it again.

Source: RFC 6962 for the tree; RFC 8785 for the form in which each entry must stand.
"""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, Row, func, select

from milkglass.database.moments import to_ms
from milkglass.database.tables_log import log_entries, log_roots
from milkglass.merkle.entry import jcs
from milkglass.merkle.hashing import HASH_BYTES, Tree, leaf_hash

_PAGE = 1_000
_KEYS = frozenset({"id", "ts", "act", "actor", "res", "institution", "institution_number"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One kept entry: its place in the tree and its canonical bytes."""

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
    """The room's reading half; `Writer` is the other."""

    engine: Engine

    def size(self) -> int:
        """Count the entries."""
        with self.engine.connect() as connection:
            return connection.execute(select(func.count()).select_from(log_entries)).scalar_one()

    def root(self) -> bytes:
        """Return the root that was kept with the last commit."""
        with self.engine.connect() as connection:
            newest = select(log_roots.c.root).order_by(log_roots.c.size.desc()).limit(1)
            kept = connection.execute(newest).scalar_one_or_none()
        return Tree().root() if kept is None else bytes(kept)

    def entries(self, start: int, count: int) -> list[Entry]:
        """Return up to `count` entries from index `start` on, in order."""
        with self.engine.connect() as connection:
            rows = connection.execute(
                select(log_entries.c.leaf_index, log_entries.c.entry)
                .where(log_entries.c.leaf_index >= start)
                .order_by(log_entries.c.leaf_index)
                .limit(count)
            ).all()
        return [Entry(index=row.leaf_index, spelled=row.entry) for row in rows]

    def about(self, resource: str, count: int = 200) -> list[Entry]:
        """Return the newest entries about one resource's id, oldest first."""
        with self.engine.connect() as connection:
            rows = connection.execute(
                select(log_entries.c.leaf_index, log_entries.c.entry)
                .where(log_entries.c.resource == resource)
                .order_by(log_entries.c.leaf_index.desc())
                .limit(count)
            ).all()
        return [Entry(index=row.leaf_index, spelled=row.entry) for row in reversed(rows)]

    def verify(self) -> Verified:
        """Compute everything again: form, hashes, numbering, index columns, and each root that was ever kept."""
        with self.engine.connect() as connection:
            # One read transaction, so that a commit in between cannot look like a fault.
            roots = {row.size: row for row in connection.execute(select(log_roots).order_by(log_roots.c.size))}
            walk = _Walk()
            ordered = select(log_entries).order_by(log_entries.c.leaf_index)
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
