"""Export: a log as one zip that a stranger verifies with what lies in it and a key from elsewhere.

The export is a fact itself: an entry names the digest of all its texts, so that the signed checkpoint binds every byte.

Source: C2SP tlog-tiles for the layout; docs/auditors-guide.md.
"""

import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from importlib.resources import files
from pathlib import Path

from milkglass.errors import Invalid, Unavailable
from milkglass.merkle.entry import Fact
from milkglass.merkle.log import Log
from milkglass.merkle.logs import LogRow, Logs
from milkglass.merkle.tile_files import addresses, content
from milkglass.merkle.verify import STAMP, texts_digest
from milkglass.merkle.writer import Writer

FactOf = Callable[[int, str, str, int], Fact]  # of the log's number, the digest, the form, the size
README = """\
This is the evidence log of a Milkglass server: who looked at which recording and why, what was refused, published,
agreed to, taken back, exported and destroyed. Nobody's name, address or words are in it, only random ids.

To verify it you need Python 3.9 or newer, nothing else, no network, and the log's public key.

1. Get the public key from somewhere else: from paper, from an earlier report, from the person who runs the server.
   It is one line that begins with the log's name. log.vkey here is for comparison only: whoever could forge this
   export could have put another key into it.
2. If you kept a checkpoint of this log from an earlier time, have it at hand as a file: it is the only way to notice
   that the log was rewritten with its own key.
3. Take verify.py out of this zip and read it, or use one that you kept. Then, with the zip as it is or unpacked:

       python3 verify.py log.zip --key "THE LINE" --pin EARLIER-CHECKPOINT

   It prints "all of it holds" with the counts of acts, or "DOES NOT HOLD" and the first thing that differs.
4. Keep the checkpoint that it prints. It is your --pin for the next export.

What lies here
  checkpoint            name, number of entries and root hash of the log, signed (C2SP signed note, Ed25519)
  tile/entries/…        the entries, 256 a file, each behind its length in two bytes (C2SP tlog-tiles)
  tile/0/… tile/1/…     the hash tree over them (RFC 6962)
  entry.schema.json     the acts and their fields
  rules/…               the access rules by which each decision was made; an entry's "policy" names the file
  policies/…            what might be recorded, version by version; "document" of the act policy.publish names the file
  disclosures.jsonl     empty: no entry of this version has a field that could be erased
  verify.py, README, log.vkey

What it proves: that these entries, in this order, are what the server signed; that none was changed, taken out or put
in since; that each institution's entries are numbered without a gap. What it cannot prove: that something happened
which the server never wrote down, or what was rewritten by a thief of the key after your last kept checkpoint.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exports:
    """The room."""

    logs: Logs
    writer: Writer

    def write(self, to: Path, texts: Mapping[str, bytes], fact: FactOf, now: datetime) -> LogRow:
        """Write the newest log as a zip, with what `texts` adds; the export is its last entry.

        Raises: Invalid if the file is there already; Unavailable if the log cannot be signed or the file not written.
        """
        row = self.logs.newest()
        held = {**own_texts(row), **texts}
        self.writer.commit([], fact(row.number, texts_digest(held), "zip", Log(self.logs.engine, row.number).size()))
        self.logs.sign(now)
        signed = self.logs.get(row.number)
        write_zip(to, Log(self.logs.engine, row.number), signed, held)
        return signed

    def write_plain(self, to: Path, body: bytes, form: str, fact: FactOf) -> LogRow:
        """Write a file that was made of the newest log's entries, `form` jsonl or csv; the entry names its digest."""
        row = self.logs.newest()
        size = Log(self.logs.engine, row.number).size()
        self.writer.commit([], fact(row.number, sha256(body).hexdigest(), form, size))
        _create(to, body)
        return row


def own_texts(row: LogRow) -> dict[str, bytes]:
    """Return the texts that every export of a log holds."""
    return {
        "README": README.encode(),
        "verify.py": files("milkglass.merkle").joinpath("verify.py").read_bytes(),
        "log.vkey": f"{row.vkey}\n".encode(),
        "disclosures.jsonl": b"",
    }


def write_zip(to: Path, log: Log, row: LogRow, texts: Mapping[str, bytes]) -> None:
    """Write the one zip of a log at its newest checkpoint, file by file, in the order that `verify.packed` has."""
    if row.checkpoint is None:
        raise Unavailable("the log has no signed checkpoint yet")
    small = {**texts, "checkpoint": row.checkpoint}
    paths = {path for path, _ in addresses(row.size)}
    levels = log.leaves(row.size).levels
    try:
        with to.open("xb") as file, zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
            for name in sorted(small.keys() | paths):
                body = small[name] if name in small else content(log, levels, name, row.size)
                archive.writestr(zipfile.ZipInfo(name, STAMP), body)
    except OSError as error:
        raise _unwritten(to, error) from error


def _create(to: Path, body: bytes) -> None:
    try:
        with to.open("xb") as file:
            file.write(body)
    except OSError as error:
        raise _unwritten(to, error) from error


def _unwritten(to: Path, error: OSError) -> Invalid | Unavailable:
    if isinstance(error, FileExistsError):
        return Invalid(f"{to} is there already; name another file")
    return Unavailable(f"{to} cannot be written ({error.strerror}); check the path and the space")
