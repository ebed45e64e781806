"""Interactions in encrypted DuckDB files, one for each pair of purge day and recorded day.

A purge of a day unlinks files; an erasure writes one file anew: the bytes are gone, not marked as gone. Each file names
the journal files whose rows it holds, written in the same transaction, so that rolling one again adds nothing.
"""

import threading
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import msgspec

from milkglass.interactions.duckdb_files import COLUMNS, EMPTY, Files, days_of, sealed_errors, stem_of
from milkglass.interactions.heatmap import Cell, ElementCount, Heatmap, HeatmapQuery, below_floor
from milkglass.interactions.store import KeysOf, Recorded, recorded_day

_AT_ONCE = 5000  # rows in one statement
_FORM = msgspec.json.encode([COLUMNS]).decode()
# In each statement below, what is filled in by `format` is a file's name or another of these statements, never a value.
_SELECTED = (
    "SELECT crowd, element, role, label, page_x, page_y FROM {name}.rows"
    " WHERE application = $application AND route = $route AND kind = $kind"
    " AND ($viewport IS NULL OR viewport = $viewport)"
)
# The files are read once, into memory; what is asked of the rows found is asked there.
_FOUND = "CREATE OR REPLACE TEMP TABLE found AS {rows}"
_FORGET = "DROP TABLE IF EXISTS temp.found"
_TOTAL = "SELECT count(DISTINCT crowd), count(*) FROM temp.found"
_CELLS = (
    "SELECT least(floor(page_x * $columns), $columns - 1)::INT AS across,"
    " least(floor(page_y * $lines), $lines - 1)::INT AS down, count(DISTINCT crowd), count(*)"
    " FROM temp.found WHERE page_x >= 0 AND page_y >= 0 GROUP BY across, down ORDER BY down, across"
)
_ELEMENTS = (
    "SELECT element, role, label, count(DISTINCT crowd) AS people, count(*)"
    " FROM temp.found WHERE element IS NOT NULL GROUP BY element, role, label ORDER BY people DESC, element, label"
)
_ROUTES = "SELECT DISTINCT route FROM ({rows}) WHERE application = $application ORDER BY route"
_COUNT = "SELECT count(*) FROM ({rows}) WHERE recording = $recording"
_IS_TAKEN = "SELECT 1 FROM {name}.taken WHERE journal_file = ?"
_MARK_TAKEN = "INSERT INTO {name}.taken VALUES (?)"
_SETTLED = "SELECT settled FROM {name}.state"
_UNSETTLE = "UPDATE {name}.state SET settled = false"
_FILL = "INSERT INTO {name}.rows SELECT r.* FROM (SELECT unnest(from_json(?::JSON, ?)) AS r)"


class DuckdbInteractions:
    """The driver. One process owns the directory."""

    def __init__(self, directory: Path, keys_of: KeysOf) -> None:
        self._files = Files(directory, keys_of)
        self._run = self._files.connection.execute
        self._lock = threading.Lock()

    def close(self) -> None:
        """Write back and close all files."""
        with self._lock:
            self._files.close()

    def take(self, journal_file: str, batches: Sequence[Recorded]) -> None:
        """Add a journal file's rows, once; durable on return. Raises Unavailable."""
        for stem, rows in sorted(rows_by_file(batches).items()):
            with self._held():
                self._files.make(stem)
                self._add(self._files.attach(stem), journal_file, rows)

    def heatmap(self, query: HeatmapQuery) -> Heatmap:
        """Count different people by cell and by element. Raises Unavailable."""
        named = {"application": query.application, "route": query.route, "kind": query.kind, "viewport": query.viewport}
        with self._held():
            stems = [stem for stem in self._files.stems() if query.first_day <= days_of(stem)[1] <= query.last_day]
            self._run(_FOUND.format(rows=self._union(stems, _SELECTED)), named)
            try:
                people, count = self._run(_TOTAL).fetchall()[0]
                if people < query.least_people:
                    return below_floor(query, is_empty=count == 0)
                grid = {"columns": query.columns, "lines": query.rows}
                cells = [Cell(*row) for row in self._run(_CELLS, grid).fetchall()]
                elements = [ElementCount(*row) for row in self._run(_ELEMENTS).fetchall()]
            finally:
                self._run(_FORGET)
        shown_cells = [cell for cell in cells if cell.people >= query.least_people]
        shown_elements = [element for element in elements if element.people >= query.least_people]
        return Heatmap(
            people=people,
            count=count,
            cells=shown_cells,
            elements=shown_elements,
            hidden_cells=len(cells) - len(shown_cells),
            hidden_elements=len(elements) - len(shown_elements),
            least_people=query.least_people,
            is_below_floor=False,
        )

    def routes(self, application: str) -> list[str]:
        """List the routes that an application has rows of, sorted."""
        with self._held():
            rows = self._union(self._files.stems(), "SELECT DISTINCT application, route FROM {name}.rows")
            found = self._run(_ROUTES.format(rows=rows), {"application": application}).fetchall()
        return [row[0] for row in found]

    def copy(self, to: Path) -> None:
        """Copy every file, whole and written back, into a folder that is made. Raises Unavailable."""
        to.mkdir(mode=0o700)
        with self._held():
            for stem in self._files.stems():
                self._files.copy(stem, to)

    def forget(self, recording: str, purge_day: date) -> int:
        """Write the files that hold a recording anew without it, under the newest key; return how many rows went."""
        with self._held():
            stems = [stem for stem in self._stems_to(purge_day) if self._count(recording, [stem])]
            return sum(self._files.rewrite(stem, recording) for stem in stems)

    def drop(self, purge_day: date) -> int:
        """Remove a whole purge day; return how many files went."""
        with self._held():
            stems = self._files.stems(purge_day)
            for stem in stems:
                self._files.remove(stem)
        return len(stems)

    def count(self, recording: str, purge_day: date) -> int:
        """Count a recording's rows."""
        with self._held():
            return self._count(recording, self._stems_to(purge_day))

    def days(self) -> list[date]:
        """List the purge days that have files, sorted."""
        with self._held():
            return sorted({days_of(stem)[0] for stem in self._files.stems()})

    def settle(self, today: date) -> int:
        """Sort the files whose recorded day is over by application, route and time; return how many were."""
        with self._held():
            late = [stem for stem in self._files.stems() if days_of(stem)[1] < today and not self._is_settled(stem)]
            for stem in late:
                self._files.rewrite(stem, None)
        return len(late)

    @contextmanager
    def _held(self) -> Iterator[None]:
        with self._lock, sealed_errors():
            yield

    def _add(self, name: str, journal_file: str, rows: Sequence[bytes]) -> None:
        if self._run(_IS_TAKEN.format(name=name), [journal_file]).fetchall():
            return
        self._run("BEGIN")
        try:
            for start in range(0, len(rows), _AT_ONCE):
                packed = b"[" + b",".join(rows[start : start + _AT_ONCE]) + b"]"
                self._run(_FILL.format(name=name), [packed.decode(), _FORM])
            self._run(_MARK_TAKEN.format(name=name), [journal_file])
            self._run(_UNSETTLE.format(name=name))
            self._run("COMMIT")
        except BaseException:
            self._run("ROLLBACK")
            raise

    def _union(self, stems: Sequence[str], one: str) -> str:
        """Spell one SELECT a file, joined; over the empty table where there is no file."""
        names = [self._files.attach(stem) for stem in stems] or [EMPTY]
        return " UNION ALL ".join(one.format(name=name) for name in names)

    def _stems_to(self, purge_day: date) -> list[str]:
        return [stem for stem in self._files.stems() if days_of(stem)[0] <= purge_day]

    def _count(self, recording: str, stems: Sequence[str]) -> int:
        rows = self._union(stems, "SELECT recording FROM {name}.rows")
        return int(self._run(_COUNT.format(rows=rows), {"recording": recording}).fetchall()[0][0])

    def _is_settled(self, stem: str) -> bool:
        found = self._run(_SETTLED.format(name=self._files.attach(stem))).fetchall()
        return bool(found[0][0])


def rows_by_file(batches: Sequence[Recorded]) -> dict[str, list[bytes]]:
    """Sort batches' rows into files, each row as JSON, in the order of application, route and time."""
    found: dict[str, list[tuple[str, str, int, bytes]]] = defaultdict(list)
    for batch in batches:
        for row in batch.interactions:
            at = int(batch.began + row.at)
            fields = msgspec.structs.asdict(row) | {
                "application": batch.application,
                "institution": batch.institution,
                "at_ms": at,
                "crowd": batch.crowd,
                "recording": batch.recording,
            }
            stem = stem_of(batch.purge_day, recorded_day(batch.began, row.at))
            found[stem].append((batch.application, row.route, at, msgspec.json.encode(fields)))
    return {stem: [row[3] for row in sorted(rows)] for stem, rows in found.items()}
