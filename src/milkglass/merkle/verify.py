"""Verify: an exported evidence log, or the proof of one entry, offline and with Python's standard library alone.

    python3 verify.py EXPORT.zip --key KEY [--pin CHECKPOINT]...
    python3 verify.py ONE.tlog-proof --key KEY

EXPORT is the zip or the folder it was unpacked to. KEY is the log's public key, or a file that holds it: take it from
paper or from an earlier report, never from the export. A pin is a checkpoint that was kept earlier. Exit code 0 if all
of it holds, 1 if anything does not, 2 for a wrong call.

Nothing here is imported from Milkglass, and nothing is fetched: read it before you run it.

Source: RFC 6962 and 9162 (tree, proofs), RFC 8785 (entries), RFC 8032 (Ed25519); C2SP signed-note, tlog-checkpoint,
tlog-tiles and tlog-proof.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import io
import json
import re
import sys
import zipfile
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

WIDTH = 256  # entries in a bundle, hashes in a tile
HASH_BYTES = 32
KEY_ID_BYTES = 4
ED25519 = b"\x01"
PROOF = "c2sp.org/tlog-proof@v1"
NO_RULES = "sha256:" + "0" * 64
TEXTS = ("README", "verify.py", "log.vkey", "entry.schema.json", "disclosures.jsonl")
STAMP = (1980, 1, 1, 0, 0, 0)  # a zip of the same files is the same bytes


class Fault(Exception):
    """Something does not hold; the message says what and where."""


# --- Ed25519 -------------------------------------------------------------------------------------------------------

_P = 2**255 - 19
_L = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, _P - 2, _P) % _P
_ROOT_OF_MINUS_1 = pow(2, (_P - 1) // 4, _P)


def _added(p: tuple[int, ...], q: tuple[int, ...]) -> tuple[int, ...]:
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % _P, (p[1] + p[0]) * (q[1] + q[0]) % _P
    c, d = 2 * p[3] * q[3] * _D % _P, 2 * p[2] * q[2] % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % _P, g * h % _P, f * g % _P, e * h % _P)


def _times(scalar: int, point: tuple[int, ...]) -> tuple[int, ...]:
    total: tuple[int, ...] = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            total = _added(total, point)
        point, scalar = _added(point, point), scalar >> 1
    return total


def _point(raw: bytes) -> tuple[int, ...] | None:
    """Read a point; None for what is on no curve, and for a second spelling of a point."""
    y = int.from_bytes(raw, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    if y >= _P:
        return None
    square = (y * y - 1) * pow(_D * y * y + 1, _P - 2, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P:
        x = x * _ROOT_OF_MINUS_1 % _P
    if (x * x - square) % _P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = _P - x
    return (x, y, 1, x * y % _P)


_BASE = _point((4 * pow(5, _P - 2, _P) % _P).to_bytes(32, "little")) or (0, 1, 1, 0)


@lru_cache(maxsize=64)
def is_signed(public: bytes, said: bytes, signature: bytes) -> bool:
    """Tell whether an Ed25519 key signed these bytes."""
    if len(public) != HASH_BYTES or len(signature) != 2 * HASH_BYTES:
        return False
    key, shown = _point(public), _point(signature[:32])
    scalar = int.from_bytes(signature[32:], "little")
    if key is None or shown is None or scalar >= _L:
        return False
    digest = hashlib.sha512(signature[:32] + public + said).digest()
    left = _times(scalar, _BASE)
    right = _added(shown, _times(int.from_bytes(digest, "little") % _L, key))
    return not (left[0] * right[2] - right[0] * left[2]) % _P and not (left[1] * right[2] - right[1] * left[2]) % _P


# --- signed notes and checkpoints ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Key:
    """A log's public key; `name` is the log's origin."""

    name: str
    id: bytes
    public: bytes


@dataclass(frozen=True)
class Checkpoint:
    """What a log promised: at this size it had this root."""

    origin: str
    size: int
    root: bytes


def unpacked(text: str, what: str) -> bytes:
    """Read base64 strictly: a text that does not come out again as it went in is refused."""
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Fault(f"{what} is no base64") from error
    if base64.b64encode(raw).decode("ascii") != text:
        raise Fault(f"{what} is base64 in a second spelling")
    return raw


def read_key(text: str) -> Key:
    """Read a public key, `name+id+base64`. Raises Fault."""
    parts = text.strip().split("+", 2)
    if len(parts) != 3 or re.fullmatch(r"[0-9a-f]{8}", parts[1]) is None or not _is_name(parts[0]):  # noqa: PLR2004
        raise Fault("the key is not of the form name+id+base64")
    raw = unpacked(parts[2], "the key")
    if raw[:1] != ED25519 or len(raw) != 1 + HASH_BYTES:
        raise Fault("the key is no Ed25519 key")
    if key_id(parts[0], raw).hex() != parts[1]:
        raise Fault("the key's id is not the hash of its name and its bytes")
    return Key(parts[0], key_id(parts[0], raw), raw[1:])


def key_id(name: str, raw: bytes) -> bytes:
    """Return a key's id; `raw` is the algorithm's byte and the public key."""
    return hashlib.sha256(name.encode() + b"\n" + raw).digest()[:KEY_ID_BYTES]


def open_note(note: bytes, key: Key) -> str:
    """Return the text that the key signed. Raises Fault if it did not, or for a note of another form."""
    try:
        text = note.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Fault("the checkpoint is no UTF-8") from error
    if any(ord(letter) < 32 and letter != "\n" for letter in text) or "\x7f" in text or not text.endswith("\n"):  # noqa: PLR2004
        raise Fault("the checkpoint holds a control character or does not end its last line")
    body, blank, signatures = text.rpartition("\n\n")
    if not blank or not signatures:
        raise Fault("the checkpoint has no signature")
    body += "\n"
    by_key = [_signature(line) for line in signatures[:-1].split("\n")]
    ours = [raw for name, known, raw in by_key if (name, known) == (key.name, key.id)]
    if len(ours) != 1 or not is_signed(key.public, body.encode(), ours[0]):
        raise Fault("the checkpoint is not signed by this key")
    return body


def read_checkpoint(note: bytes, key: Key) -> Checkpoint:
    """Read a signed checkpoint: three lines, no more. Raises Fault."""
    lines = open_note(note, key).split("\n")
    if len(lines) != 4 or lines[0] != key.name or re.fullmatch(r"0|[1-9][0-9]{0,15}", lines[1]) is None:  # noqa: PLR2004
        raise Fault("the checkpoint is not of the form origin, size, root")
    root = unpacked(lines[2], "the checkpoint's root")
    if len(root) != HASH_BYTES:
        raise Fault("the checkpoint's root is no SHA-256")
    return Checkpoint(lines[0], int(lines[1]), root)


def _signature(line: str) -> tuple[str, bytes, bytes]:
    found = re.fullmatch(r"\u2014 (\S+) (\S+)", line)
    if found is None or not _is_name(found[1]):
        raise Fault("a signature of the checkpoint is not of the form name, base64")
    raw = unpacked(found[2], "a signature")
    if len(raw) <= KEY_ID_BYTES:
        raise Fault("a signature of the checkpoint is too short")
    return found[1], raw[:KEY_ID_BYTES], raw[KEY_ID_BYTES:]


def _is_name(name: str) -> bool:
    return bool(name) and "+" not in name and not any(letter.isspace() for letter in name)


# --- the tree ------------------------------------------------------------------------------------------------------


def leaf_hash(entry: bytes) -> bytes:
    """Hash one entry as a leaf."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two subtrees into one."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_of(leaves: Sequence[bytes]) -> bytes:
    """Return the RFC 6962 root of some leaf hashes."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    stack: list[tuple[int, bytes]] = []
    for leaf in leaves:
        height, node = 0, leaf
        while stack and stack[-1][0] == height:
            node, height = node_hash(stack.pop()[1], node), height + 1
        stack.append((height, node))
    root = stack.pop()[1]
    while stack:
        root = node_hash(stack.pop()[1], root)
    return root


def inclusion_holds(leaf: bytes, index: int, path: Sequence[bytes], at: Checkpoint) -> bool:
    """Check an inclusion proof against a checkpoint."""
    if not 0 <= index < at.size:
        return False
    place, last, node = index, at.size - 1, leaf
    for sibling in path:
        if last == 0:
            return False
        if place & 1 or place == last:
            node = node_hash(sibling, node)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            node = node_hash(node, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and node == at.root


def consistency_holds(old: Checkpoint, new: Checkpoint, path: Sequence[bytes]) -> bool:
    """Check that the old checkpoint's tree is the beginning of the new one's."""
    if old.size == new.size:
        return not path and old.root == new.root
    if not 0 < old.size < new.size or not path:
        return old.size == 0 and not path and old.root == root_of(())
    place, last = old.size - 1, new.size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    rest = list(path)
    first = second = rest.pop(0) if old.size & (old.size - 1) else old.root
    for sibling in rest:
        if last == 0:
            return False
        if place & 1 or place == last:
            first, second = node_hash(sibling, first), node_hash(sibling, second)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            second = node_hash(second, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and first == old.root and second == new.root


# --- tiles and bundles ---------------------------------------------------------------------------------------------


def tile_path(level: int | str, number: int, width: int) -> str:
    """Return a tile's or bundle's address; `level` is a number or `entries`."""
    parts = [f"{number % 1000:03d}"]
    while number := number // 1000:
        parts.insert(0, f"x{number % 1000:03d}")
    partial = "" if width == WIDTH else f".p/{width}"
    return f"tile/{level}/{'/'.join(parts)}{partial}"


def places(count: int) -> Iterator[tuple[int, int]]:
    """Yield number and width of each tile that `count` hashes fill."""
    for number in range(-(-count // WIDTH)):
        yield number, min(WIDTH, count - number * WIDTH)


def tiles(leaves: Sequence[bytes]) -> Iterator[tuple[str, bytes]]:
    """Yield address and bytes of every tile of a tree, lowest level first."""
    level, hashes = 0, list(leaves)
    while hashes:
        for number, width in places(len(hashes)):
            yield tile_path(level, number, width), b"".join(hashes[number * WIDTH : number * WIDTH + width])
        full = len(hashes) // WIDTH
        hashes = [root_of(hashes[number * WIDTH : (number + 1) * WIDTH]) for number in range(full)]
        level += 1


def split_bundle(bundle: bytes, width: int, path: str) -> list[bytes]:
    """Return a bundle's entries. Raises Fault unless there are exactly `width` and no byte is left over."""
    entries, at = [], 0
    for _ in range(width):
        length = int.from_bytes(bundle[at : at + 2], "big")
        entry = bundle[at + 2 : at + 2 + length]
        if at + 2 > len(bundle) or len(entry) != length:
            raise Fault(f"{path} ends before its last entry")
        entries.append(entry)
        at += 2 + length
    if at != len(bundle):
        raise Fault(f"{path} holds more than its entries")
    return entries


# --- entries -------------------------------------------------------------------------------------------------------


_PLAIN = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def spelled(value: object) -> bytes:
    """Spell JSON canonically (RFC 8785), for values without fractions."""
    # Keys of plain letters sort alike by code points and by UTF-16, and the library sorts many times faster.
    text = _PLAIN(value)
    return (text if text.isascii() else _ordered(value)).encode("utf-8")


def _ordered(value: object) -> str:
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be", "surrogatepass"))
        return "{" + ",".join(f"{json.dumps(name, ensure_ascii=False)}:{_ordered(value[name])}" for name in names) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_ordered, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def _no_fraction(text: str) -> object:
    raise Fault(f"a number is no integer: {text[:20]}")


def read_entry(raw: bytes, index: int) -> dict[str, Any]:
    """Read one entry. Raises Fault if it is not in canonical form."""
    try:
        entry = json.loads(raw.decode("utf-8"), parse_float=_no_fraction, parse_constant=_no_fraction)
        is_canonical = isinstance(entry, dict) and spelled(entry) == raw
    except (ValueError, RecursionError) as error:
        raise Fault(f"entry {index} is no JSON") from error
    if not is_canonical:
        raise Fault(f"entry {index} is not in canonical form")
    return dict(entry)


_KINDS: Mapping[str, Callable[[object], bool]] = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
}


def misfits(value: object, shape: Mapping[str, Any], where: str) -> Iterator[str]:
    """Name what of a value does not fit a JSON schema, of which the words that ours uses are known."""
    if "type" in shape and not _KINDS[shape["type"]](value):
        yield f"{where} is no {shape['type']}"
        return
    if "const" in shape and value != shape["const"]:
        yield f"{where} is another value"
    if "enum" in shape and value not in shape["enum"]:
        yield f"{where} is none of the known words"
    if isinstance(value, str):
        if "pattern" in shape and re.search(shape["pattern"].replace("$", r"\Z"), value) is None:
            yield f"{where} is not of its form"
        if len(value) > shape.get("maxLength", len(value)):
            yield f"{where} is too long"
    if isinstance(value, int) and not shape.get("minimum", value) <= value <= shape.get("maximum", value):
        yield f"{where} is out of range"
    if isinstance(value, list):
        if len(value) > shape.get("maxItems", len(value)):
            yield f"{where} has too many items"
        for inner in value:
            yield from misfits(inner, shape.get("items", {}), where)
    if isinstance(value, dict):
        yield from _object_misfits(value, shape, where)


def _object_misfits(value: Mapping[str, object], shape: Mapping[str, Any], where: str) -> Iterator[str]:
    known: Mapping[str, Any] = shape.get("properties", {})
    yield from (f"{where} lacks {name}" for name in shape.get("required", ()) if name not in value)
    if shape.get("additionalProperties") is False:
        yield from (f"{where} has an unknown field" for name in value if name not in known)
    for name, inner in known.items():
        if name in value:
            yield from misfits(value[name], inner, f"{where}.{name}")
    for case in shape.get("allOf", ()):
        if not any(misfits(value, case["if"], where)):
            yield from misfits(value, case["then"], where)


# --- an export -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Report:
    """What a verification that found no fault saw."""

    checkpoint: Checkpoint
    acts: dict[str, int]
    refused: int
    first: str
    last: str
    steps_back: int  # entries whose clock is earlier than the one before: shown, not fatal
    warnings: list[str] = field(default_factory=list)


def verify(files: Mapping[str, bytes], key: Key, pins: Iterable[bytes] = ()) -> Report:
    """Compute everything again. `files` are an export's, by address. Raises Fault at the first thing that differs."""
    _no_stranger(files)
    at = read_checkpoint(_file(files, "checkpoint"), key)
    entries = [entry for number, width in places(at.size) for entry in _bundle(files, number, width)]
    leaves = [leaf_hash(entry) for entry in entries]
    if root_of(leaves) != at.root:
        raise Fault("the entries do not give the checkpoint's root")
    for path, tile in tiles(leaves):
        if _file(files, path) != tile:
            raise Fault(f"{path} is not what the entries give")
    expected = {path for path, _ in tiles(leaves)} | {tile_path("entries", *place) for place in places(at.size)}
    for path in files:
        if path.startswith("tile/") and path not in expected:
            raise Fault(f"{path} belongs to no tree of this size")
    for pin in pins:
        _check_pin(read_checkpoint(pin, key), at, leaves)
    if read_key(_file(files, "log.vkey").decode("ascii", "replace")) != key:
        raise Fault("log.vkey is not the key that you gave")
    return _report(files, at, entries)


def texts_digest(files: Mapping[str, bytes]) -> str:
    """Hash every file that is neither checkpoint nor tile: the export's own entry names this digest."""
    names = sorted(name for name in files if name != "checkpoint" and not name.startswith("tile/"))
    sums = "".join(f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in names)
    return hashlib.sha256(sums.encode()).hexdigest()


def packed(files: Mapping[str, bytes]) -> bytes:
    """Return the one zip of these files: stored, sorted, without dates."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            archive.writestr(zipfile.ZipInfo(name, STAMP), files[name])
    return whole.getvalue()


def read_export(where: Path) -> dict[str, bytes]:
    """Read a zip or a folder. Raises Fault for a zip that is not exactly the zip of its files."""
    if where.is_dir():
        found = (file for file in sorted(where.rglob("*")) if file.is_file())
        return {file.relative_to(where).as_posix(): file.read_bytes() for file in found}
    raw = where.read_bytes()
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            files = {name: archive.read(name) for name in archive.namelist()}
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError, RuntimeError) as error:
        raise Fault("the file is no zip, or a damaged one") from error
    if packed(files) != raw:
        raise Fault("the zip holds something beside its files; unpack it and verify the folder to see which files hold")
    return files


def _file(files: Mapping[str, bytes], path: str) -> bytes:
    try:
        return files[path]
    except KeyError:
        raise Fault(f"{path} is missing") from None


def _no_stranger(files: Mapping[str, bytes]) -> None:
    form = re.compile(r"checkpoint|tile/[0-9a-z/.]+|rules/[0-9a-f]{64}\.json|policies/[0-9a-f]{64}\.yaml")
    for name in files:
        if name not in TEXTS and form.fullmatch(name) is None:
            raise Fault("a file is in the export that belongs to none")


def _bundle(files: Mapping[str, bytes], number: int, width: int) -> list[bytes]:
    path = tile_path("entries", number, width)
    return split_bundle(_file(files, path), width, path)


def _check_pin(pin: Checkpoint, at: Checkpoint, leaves: Sequence[bytes]) -> None:
    if pin.size > at.size:
        raise Fault(f"ROLLBACK: a pinned checkpoint has {pin.size} entries, this export {at.size}")
    if root_of(leaves[: pin.size]) != pin.root:
        raise Fault(f"HISTORY REWRITTEN: the first {pin.size} entries are not those of a pinned checkpoint")


@dataclass
class _Seen:
    """What the entries said so far."""

    ids: set[str] = field(default_factory=set)
    numbers: dict[str, int] = field(default_factory=dict)
    acts: dict[str, int] = field(default_factory=dict)
    rules: set[str] = field(default_factory=set)
    refused: int = 0
    steps_back: int = 0
    first: str = ""
    last: str = ""

    def take(self, entry: Mapping[str, Any], index: int) -> None:
        """Take one entry that fits the schema. Raises Fault for what no single entry shows."""
        if entry["id"] in self.ids:
            raise Fault(f"entry {index} has the id of an earlier one")
        institution, number = entry["institution"], entry["institution_number"]
        if number != self.numbers.get(institution, 0):
            raise Fault(f"entry {index}: its institution's numbering has a gap or repeats")
        self.ids.add(entry["id"])
        self.numbers[institution] = number + 1
        self.acts[entry["act"]] = self.acts.get(entry["act"], 0) + 1
        self.rules.add(entry["policy"])
        self.refused += entry["decision"] == "deny"
        self.steps_back += entry["ts"] < self.last
        self.first, self.last = self.first or entry["ts"], entry["ts"]


def _report(files: Mapping[str, bytes], at: Checkpoint, raw: Sequence[bytes]) -> Report:
    # The texts come first: the schema is one of them, and it judges the entries.
    exports = (read_entry(entry, index) for index, entry in enumerate(raw) if b'"act":"log.export"' in entry)
    if texts_digest(files) not in {_named_texts(entry) for entry in exports}:
        raise Fault("the export's texts (README, rules, schema, verify.py …) are not those that the log names")
    shape = json.loads(_file(files, "entry.schema.json"))
    # One case an act: found by the act, instead of trying every case on every entry.
    cases = {case["if"]["properties"]["act"]["const"]: case["then"] for case in shape.pop("allOf", ())}
    seen = _Seen()
    for index, bytes_ in enumerate(raw):
        entry = read_entry(bytes_, index)
        for part in (shape, cases.get(entry.get("act"), {})):
            for misfit in misfits(entry, part, f"entry {index}"):
                raise Fault(misfit)
        seen.take(entry, index)
    for rules in sorted(seen.rules - {NO_RULES}):
        _check_rules(files, rules.removeprefix("sha256:"))
    for name, text in files.items():
        if name.startswith("policies/") and hashlib.sha256(text).hexdigest() not in name:
            raise Fault(f"{name} is not the text of this hash")
    if _file(files, "disclosures.jsonl"):
        raise Fault("disclosures.jsonl: entries of this version have no disclosures")
    return Report(at, dict(sorted(seen.acts.items())), seen.refused, seen.first, seen.last, seen.steps_back)


def _named_texts(entry: Mapping[str, Any]) -> object:
    obj = entry.get("obj")
    return obj.get("texts") if isinstance(obj, dict) and entry.get("act") == "log.export" else None


def _check_rules(files: Mapping[str, bytes], digest: str) -> None:
    text = _file(files, f"rules/{digest}.json")
    if hashlib.sha256(text).hexdigest() != digest:
        raise Fault(f"rules/{digest}.json is not the text of this hash")


# --- one entry's proof ---------------------------------------------------------------------------------------------


def verify_proof(proof: bytes, key: Key) -> tuple[dict[str, Any], Checkpoint]:
    """Check a tlog-proof whose `extra` line holds the entry; return the entry and the checkpoint. Raises Fault."""
    head, blank, note = proof.partition(b"\n\n")
    lines = head.decode("ascii", "replace").split("\n")
    if not blank or len(lines) < 3 or lines[0] != PROOF or not lines[1].startswith("extra "):  # noqa: PLR2004
        raise Fault("this is no proof with its entry")
    index = re.fullmatch(r"index (0|[1-9][0-9]{0,15})", lines[2])
    if index is None:
        raise Fault("the proof names no index")
    raw, at = unpacked(lines[1].removeprefix("extra "), "the entry"), read_checkpoint(note, key)
    path = [unpacked(line, "a hash of the proof") for line in lines[3:]]
    if not inclusion_holds(leaf_hash(raw), int(index[1]), path, at):
        raise Fault("the entry is not at this place of the checkpoint's tree")
    return read_entry(raw, int(index[1])), at


# --- the command ---------------------------------------------------------------------------------------------------


def main(arguments: Sequence[str]) -> int:
    """Run the command; print what was found."""
    words = list(arguments)
    named: dict[str, list[str]] = {"--key": [], "--pin": []}
    rest: list[str] = []
    while words:
        word = words.pop(0)
        if word in named and words:
            named[word].append(words.pop(0))
        else:
            rest.append(word)
    if len(rest) != 1 or len(named["--key"]) != 1 or rest[0].startswith("-"):
        print((__doc__ or "").partition("\n\n")[2].partition("\n\nNothing")[0])
        return 2
    try:
        print(_told(Path(rest[0]), named["--key"][0], [Path(pin).read_bytes() for pin in named["--pin"]]))
    except Fault as fault:
        print(f"DOES NOT HOLD: {fault}")
        return 1
    except OSError as error:
        print(f"cannot be read: {error.filename}: {error.strerror}")
        return 2
    return 0


def _told(where: Path, key_text: str, pins: Sequence[bytes]) -> str:
    key = read_key(Path(key_text).read_text("ascii") if Path(key_text).is_file() else key_text)
    if where.suffix == ".tlog-proof":
        entry, at = verify_proof(where.read_bytes(), key)
        return f"the entry is in the log of {at.origin}, which has {at.size} entries:\n{json.dumps(entry, indent=1)}"
    files = read_export(where)
    found = verify(files, key, pins)
    at = found.checkpoint
    counts = "\n".join(f"  {count:>8}  {act}" for act, count in found.acts.items())
    return "\n".join(
        (
            f"all of it holds: {at.size} entries of {at.origin}, from {found.first} to {found.last}",
            f"root      {at.root.hex()}",
            f"refusals  {found.refused}",
            f"clock     {found.steps_back} entries are dated before the one in front of them",
            f"pins      {len(pins)} kept checkpoints are the beginning of this log",
            "acts",
            counts,
            "keep this checkpoint; give it as --pin when you verify the next export:",
            files["checkpoint"].decode("utf-8"),
        )
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
