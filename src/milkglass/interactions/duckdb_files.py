"""Encrypted DuckDB files by purge day and recorded day: making, opening, writing anew, removing.

DuckDB encrypts with OpenSSL only, which the httpfs extension carries. It is loaded from its installed package; its
network and every other extension stay off, and nothing is spilled to disk in plain.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import duckdb
import duckdb_extension_httpfs  # type: ignore[import-untyped]  # the package holds one file and no types

from milkglass.errors import Unavailable
from milkglass.interactions.store import KeysOf

COLUMNS = {
    "application": "VARCHAR",
    "route": "VARCHAR",
    "at_ms": "BIGINT",  # since the epoch
    "institution": "VARCHAR",
    "kind": "VARCHAR",
    "viewport": "VARCHAR",
    "element": "VARCHAR",
    "role": "VARCHAR",
    "label": "VARCHAR",
    "x": "FLOAT",
    "y": "FLOAT",
    "page_x": "FLOAT",
    "page_y": "FLOAT",
    "scroll_depth": "FLOAT",
    "type": "VARCHAR",
    "line": "INTEGER",
    "method": "VARCHAR",
    "status": "VARCHAR",
    "ms": "FLOAT",
    "crowd": "BIGINT",
    "recording": "VARCHAR",
}
_SCHEMA = ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())
_SUFFIX = ".duckdb"
_TEMPORARY = ".temporary"
_SETTINGS = (
    "disabled_filesystems = 'HTTPFileSystem,S3FileSystem,HuggingFaceFileSystem'",
    "temp_directory = ''",
    "memory_limit = '512MB'",
    "lock_configuration = true",
)
# In the statements below, `format` fills in names of files, never a value.
_COPY_ROWS = (
    "INSERT INTO {fresh}.rows SELECT * FROM {old}.rows"
    " WHERE $without IS NULL OR recording <> $without ORDER BY application, route, at_ms"
)
_COPY_TAKEN = "INSERT INTO {fresh}.taken SELECT * FROM {old}.taken"
_SETTLE = "UPDATE {fresh}.state SET settled = true"
_COUNT = "SELECT count(*) FROM {name}.rows"
EMPTY = "memory"  # the name under which an empty table stands for no file at all


class Files:
    """Files `<purge day>_<recorded day>.duckdb` behind one connection. Its owner holds a lock."""

    def __init__(self, directory: Path, keys_of: KeysOf) -> None:
        """Open the directory; what a rewrite left half done is removed."""
        self._directory = directory
        self._keys_of = keys_of
        self._attached: set[str] = set()
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        for left in directory.glob(f"*{_TEMPORARY}*"):
            left.unlink()
        self.connection = _connect()

    def close(self) -> None:
        """Write back and close all files."""
        for stem in sorted(self._attached):
            self.detach(stem)
        self.connection.close()

    def stems(self, purge_day: date | None = None) -> list[str]:
        """List the files that are there, of one purge day or of all."""
        begin = "" if purge_day is None else purge_day.isoformat()
        return sorted(path.stem for path in self._directory.glob(f"{begin}*{_SUFFIX}"))

    def copy(self, stem: str, to: Path) -> None:
        """Write a file back and copy it into a folder. It is opened again at its next use."""
        self.attach(stem)
        self.detach(stem)
        shutil.copyfile(self._path(stem), to / self._path(stem).name)

    def attach(self, stem: str) -> str:
        """Open a file, if it is not open; return the name that statements use."""
        if stem in self._attached:
            return name_of(stem)
        keys = self._keys_of(days_of(stem)[0])
        for left, key in reversed(list(enumerate(reversed(keys)))):
            try:
                self._attach_as(self._path(stem), name_of(stem), key)
                break
            except duckdb.Error:
                if left == 0:  # no older key is left to try
                    raise
        self._attached.add(stem)
        return name_of(stem)

    def make(self, stem: str) -> None:
        """Make an empty file, unless it is there. It has another name until it is whole."""
        if not self._path(stem).exists():
            with self._fresh(stem):
                pass

    def rewrite(self, stem: str, without: str | None) -> int:
        """Write a file anew under the newest key, sorted, without a recording; return how many rows went.

        The old file's bytes go with its name, not marked but unlinked.
        """
        old = self.attach(stem)
        before = self.count(old)
        with self._fresh(stem) as fresh:
            self.connection.execute(_COPY_ROWS.format(old=old, fresh=fresh), {"without": without})
            self.connection.execute(_COPY_TAKEN.format(old=old, fresh=fresh))
            self.connection.execute(_SETTLE.format(fresh=fresh))
            after = self.count(fresh)
        return before - after

    def count(self, name: str) -> int:
        """Count an open file's rows."""
        return int(self.connection.execute(_COUNT.format(name=name)).fetchall()[0][0])

    def remove(self, stem: str) -> None:
        """Remove a file, durably."""
        self.detach(stem)
        for left in (self._wal(stem), self._path(stem)):
            left.unlink(missing_ok=True)
        _sync(self._directory)

    def detach(self, stem: str) -> None:
        """Write a file back and close it, if it is open."""
        if stem in self._attached:
            self.connection.execute(f"CHECKPOINT {name_of(stem)}")
            self.connection.execute(f"DETACH {name_of(stem)}")
            self._attached.discard(stem)

    @contextmanager
    def _fresh(self, stem: str) -> Iterator[str]:
        """Yield the name of an empty file; when the block is through, it takes the place of the old one."""
        path, fresh = self._path(stem), f"{name_of(stem)}_fresh"
        temporary = path.with_name(path.name + _TEMPORARY)
        temporary.unlink(missing_ok=True)
        self._attach_as(temporary, fresh, self._keys_of(days_of(stem)[0])[0])
        try:
            _create(self.connection, fresh)
            yield fresh
            self.connection.execute(f"CHECKPOINT {fresh}")
        finally:
            self.connection.execute(f"DETACH {fresh}")
        self.detach(stem)
        # A log left beside the old file would be read into the new one.
        self._wal(stem).unlink(missing_ok=True)
        _sync(temporary)
        temporary.replace(path)
        _sync(self._directory)

    def _attach_as(self, path: Path, name: str, key: bytes) -> None:
        place = str(path).replace("'", "''")
        self.connection.execute(f"ATTACH '{place}' AS {name} (ENCRYPTION_KEY '{key.hex()}', ENCRYPTION_CIPHER 'GCM')")

    def _path(self, stem: str) -> Path:
        return self._directory / f"{stem}{_SUFFIX}"

    def _wal(self, stem: str) -> Path:
        return self._directory / f"{stem}{_SUFFIX}.wal"


def stem_of(purge_day: date, recorded_day: date) -> str:
    """Name the file of a pair of days."""
    return f"{purge_day.isoformat()}_{recorded_day.isoformat()}"


def days_of(stem: str) -> tuple[date, date]:
    """Read a file's purge day and recorded day off its name."""
    purge_day, recorded_day = stem.split("_")
    return date.fromisoformat(purge_day), date.fromisoformat(recorded_day)


def name_of(stem: str) -> str:
    """Name an open file in a statement: letters and digits of two dates, nothing that came from outside."""
    purge_day, recorded_day = days_of(stem)
    return f"d{purge_day:%Y%m%d}_{recorded_day:%Y%m%d}"


@contextmanager
def sealed_errors() -> Iterator[None]:
    """Turn the database's errors into ours without their text, which can hold a statement and so a key."""
    try:
        yield
    except (duckdb.Error, OSError) as error:
        kind = type(error).__name__
        raise Unavailable(f"the interactions could not be read or written ({kind}); try again") from None


def _connect() -> duckdb.DuckDBPyConnection:
    extensions = Path(duckdb_extension_httpfs.__file__).parent / "extensions" / f"v{duckdb.__version__}"
    connection = duckdb.connect(config={"autoinstall_known_extensions": False, "autoload_known_extensions": False})
    place = str(extensions / "httpfs.duckdb_extension").replace("'", "''")
    connection.execute(f"LOAD '{place}'")
    for setting in _SETTINGS:
        connection.execute(f"SET {setting}")
    _create(connection, EMPTY)
    return connection


def _create(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    connection.execute(f"CREATE TABLE {name}.rows ({_SCHEMA})")
    connection.execute(f"CREATE TABLE {name}.taken (journal_file VARCHAR PRIMARY KEY)")
    connection.execute(f"CREATE TABLE {name}.state AS SELECT false AS settled")


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
