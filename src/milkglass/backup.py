"""Backup: two sets, apart. The data set opens nothing without the keys set; only the keys set must be short-lived.

What was destroyed stays destroyed: the data set holds no wrapped key, and a restore takes the newest keys set, which
lacks the keys of whatever was purged since, and all its tombstones.

Source: NIST SP 800-88 on cryptographic erase; sqlite.org/backup.html.
"""

import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path

from milkglass.errors import Invalid, Unavailable
from milkglass.wire.values import RecordingId

DATABASE = "milkglass.db"
KEYS_DATABASE = "keys.db"
KEYS_FOLDER = "keys"
# Wrapped keys, and what is gone: never in the data set.
KEY_TABLES = ("day_keys", "recording_keys", "tombstones")
DATA_FOLDERS = ("segments", "journal", "interactions", "vocabulary", "wireframes")
DATA_FILES = ("coverage.json",)
_OF_RECORDING = ("recordings", "segments", "recording_keys")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sets:
    """The two files of a backup, with their SHA-256."""

    data: Path
    keys: Path
    data_digest: str
    keys_digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What a restore put back, and which recordings of the data set it left out, being gone."""

    recordings: int
    gone: tuple[tuple[RecordingId, date], ...]


def back_up(directory: Path, to: Path, now: datetime, copy_rows: Callable[[Path], None]) -> Sets:
    """Write both sets of a data directory that this process owns.

    Args:
        directory: the data directory; its journal was rolled just now.
        to: a folder, made if it is missing; the files are named by the moment.
        now: when.
        copy_rows: copies the heatmap rows' files into a folder, whole, while they are in use.
    Raises: Unavailable if something cannot be written.
    """
    stamp = f"{now:%Y%m%dT%H%M%SZ}"
    data, keys = to / f"milkglass-data-{stamp}.tar", to / f"milkglass-keys-{stamp}.tar"
    try:
        to.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _scratch(directory) as scratch:
            _split(directory / DATABASE, scratch / DATABASE, scratch / KEYS_DATABASE)
            copy_rows(scratch / "interactions")
            with _new_tar(keys) as tar:
                tar.add(scratch / KEYS_DATABASE, KEYS_DATABASE)
                tar.add(directory / KEYS_FOLDER, KEYS_FOLDER)
            with _new_tar(data) as tar:
                tar.add(scratch / DATABASE, DATABASE)
                tar.add(scratch / "interactions", "interactions")
                for name in (*DATA_FOLDERS, *DATA_FILES):
                    if name != "interactions" and (directory / name).exists():
                        tar.add(directory / name, name)
    except OSError as error:
        raise Unavailable(f"the backup cannot be written ({error.strerror}); check {to} and its space") from error
    return Sets(data=data, keys=keys, data_digest=_digest(data), keys_digest=_digest(keys))


def restore(data: Path, keys: Path, directory: Path) -> Restored:
    """Put both sets into a directory that is empty or missing. Raises Invalid for files that are no sets."""
    if directory.exists() and any(directory.iterdir()):
        raise Invalid(f"{directory} is not empty; a restore goes into a new directory")
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    for archive in (data, keys):
        _extract(archive, directory)
    for name in (DATABASE, KEYS_DATABASE, KEYS_FOLDER):
        if not (directory / name).exists():
            raise Invalid(f"the two files hold no {name}; give a data set and a keys set of this program")
    restored = _join(directory / DATABASE, directory / KEYS_DATABASE)
    (directory / KEYS_DATABASE).unlink()
    return restored


def _split(source: Path, data: Path, keys: Path) -> None:
    """Copy the database without its wrapped keys, and these into another."""
    with closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as old, closing(sqlite3.connect(data)) as new:
        old.backup(new)
        new.execute("PRAGMA secure_delete=ON")
        new.execute("ATTACH ? AS kept", (str(keys),))
        # Names of our own tables, and nothing else, stand in these statements.
        for table in KEY_TABLES:
            new.execute(f"CREATE TABLE kept.{table} AS SELECT * FROM main.{table}")  # noqa: S608
            new.execute(f"DELETE FROM main.{table}")  # noqa: S608
        new.commit()
        new.execute("DETACH kept")
        # What was deleted may lie in free pages until the file is written anew.
        new.execute("VACUUM")


def _join(data: Path, keys: Path) -> Restored:
    with closing(sqlite3.connect(data)) as new:
        new.execute("ATTACH ? AS kept", (str(keys),))
        for table in KEY_TABLES:
            new.execute(f"DELETE FROM main.{table}")  # noqa: S608
            new.execute(f"INSERT INTO main.{table} SELECT * FROM kept.{table}")  # noqa: S608
        stones = {bytes(row[0]) for row in new.execute("SELECT digest FROM tombstones")}
        rows = new.execute("SELECT recording, purge_day FROM recordings").fetchall()
        gone = [(name, day) for name, day in rows if sha256(name.encode()).digest() in stones]
        for name, _ in gone:
            for table in _OF_RECORDING:
                new.execute(f"DELETE FROM {table} WHERE recording = ?", (name,))  # noqa: S608
        new.commit()
        new.execute("DETACH kept")
        new.execute("VACUUM")
    left_out = tuple((RecordingId(name), date.fromisoformat(day)) for name, day in gone)
    return Restored(recordings=len(rows) - len(gone), gone=left_out)


def _extract(archive: Path, directory: Path) -> None:
    try:
        with tarfile.open(archive, "r:") as tar:
            tar.extractall(directory, filter="data")
    except (tarfile.TarError, OSError) as error:
        raise Invalid(f"{archive} is no set of a backup, or a damaged one") from error


@contextmanager
def _new_tar(path: Path) -> Iterator[tarfile.TarFile]:
    with path.open("xb") as file, tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as tar:
        path.chmod(0o600)
        yield tar


@contextmanager
def _scratch(directory: Path) -> Iterator[Path]:
    """Yield a folder in the data directory itself: nothing is written to a place that others read."""
    folder = Path(tempfile.mkdtemp(prefix="backup-", dir=directory))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        state = sha256()
        while part := file.read(1 << 20):
            state.update(part)
    return state.hexdigest()
