"""Exports: a stranger verifies one alone; no changed bit, no edit and no older copy passes.

Goals G7, G8 and G9 of the reliability list, with their counts printed (`pytest -s`).
"""

import io
import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from milkglass.errors import Invalid
from milkglass.merkle import verify as standalone
from milkglass.merkle.notes import NoteKey
from milkglass.merkle.verify import Fault, Key, leaf_hash, read_export, root_of, tiles, verify, verify_proof
from tests.merkle.room import NOW, Room, opened

SCHEMA = (Path(__file__).parents[2] / "spec" / "evidence-entry.schema.json").read_bytes()
GO_PACKAGES = Path("/usr/share/gocode/src/golang.org/x/mod/sumdb")
IS_LONG = "MILKGLASS_TEST_LONG" in os.environ
ENTRIES = 24


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Room, Path]]:
    where = tmp_path_factory.mktemp("small")
    with opened(where) as room:
        room.logs.begin(NOW)
        room.fill(ENTRIES - 2)
        room.export(where / "log.zip", {"entry.schema.json": SCHEMA})
        yield room, where / "log.zip"


def holds(files: dict[str, bytes], key: Key, pins: tuple[bytes, ...] = ()) -> bool:
    try:
        verify(files, key, pins)
    except Fault:
        return False
    return True


def flipped(raw: bytes, bit: int) -> bytes:
    out = bytearray(raw)
    out[bit // 8] ^= 1 << bit % 8
    return bytes(out)


def test_an_export_holds_and_says_what_is_in_it(small: tuple[Room, Path]) -> None:
    room, zipped = small
    found = verify(read_export(zipped), room.key)
    assert found.checkpoint.size == ENTRIES
    assert found.acts == {"log.export": 1, "log.open": 1, "server.start": ENTRIES - 2}


def test_verify_py_alone_and_out_of_the_zip_says_that_it_holds(small: tuple[Room, Path], tmp_path: Path) -> None:
    room, zipped = small
    with zipfile.ZipFile(zipped) as archive:
        archive.extractall(tmp_path / "out")
    (tmp_path / "pin").write_bytes((tmp_path / "out" / "checkpoint").read_bytes())
    key = room.logs.newest().vkey

    def run(*words: str) -> tuple[int, str]:
        # -I: nothing of this repository can be imported, -S: nothing that is installed either.
        command = [sys.executable, "-I", "-S", str(tmp_path / "out" / "verify.py"), *words]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
        return done.returncode, done.stdout

    for where in (str(zipped), str(tmp_path / "out")):
        code, said = run(where, "--key", key, "--pin", "pin")
        assert (code, f"all of it holds: {ENTRIES} entries" in said) == (0, True), said
    assert run(str(zipped))[0] == 2
    assert run(str(tmp_path / "absent.zip"), "--key", key)[0] == 2
    other = NoteKey(room.logs.newest().origin, b"\x01" * 32).vkey
    code, said = run(str(zipped), "--key", other)
    assert (code, "not signed by this key" in said) == (1, True)
    (tmp_path / "one.tlog-proof").write_bytes(room.logs.proof(0, 5))
    code, said = run("one.tlog-proof", "--key", key)
    assert (code, '"act": "server.start"' in said) == (0, True)


def test_the_verifier_imports_nothing_but_the_standard_library() -> None:
    source = Path(standalone.__file__).read_text("utf-8")
    imported = {
        line.split()[1].partition(".")[0] for line in source.splitlines() if line.startswith(("import ", "from "))
    }
    assert imported <= sys.stdlib_module_names | {"__future__"}


def test_no_flipped_bit_of_an_export_passes(small: tuple[Room, Path], capsys: pytest.CaptureFixture[str]) -> None:
    room, zipped = small
    key, files = room.key, read_export(zipped)
    tried = passed = 0
    for name, body in files.items():
        # Checkpoint, tiles and bundles: every bit. The long texts are bound by one hash: a part of them, all when long.
        is_evidence = name == "checkpoint" or name.startswith("tile/") or name == "log.vkey"
        for bit in range(0, len(body) * 8, 1 if is_evidence or IS_LONG else 499):
            tried += 1
            passed += holds(files | {name: flipped(body, bit)}, key)
    with capsys.disabled():
        print(f"\nG7: {tried:,} flipped bits of an export of {ENTRIES} entries, {passed} undetected")
    assert (passed, tried > 60_000) == (0, True)


def test_no_flipped_bit_of_the_zip_itself_passes(small: tuple[Room, Path], tmp_path: Path) -> None:
    room, zipped = small
    raw = zipped.read_bytes()
    spoiled = tmp_path / "spoiled.zip"
    for bit in range(0, len(raw) * 8, 1_009):
        spoiled.write_bytes(flipped(raw, bit))
        with pytest.raises(Fault):
            verify(read_export(spoiled), room.key)
    for extra in (raw + b"\0", b"\0" + raw, raw[:-1], b"", recompressed(raw)):
        spoiled.write_bytes(extra)
        with pytest.raises(Fault):
            read_export(spoiled)


def recompressed(raw: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
    return out.getvalue()


def signed_again(files: dict[str, bytes], entries: list[bytes], key: NoteKey) -> dict[str, bytes]:
    """What somebody makes who has the key: the same texts over other entries."""
    leaves = [leaf_hash(entry) for entry in entries]
    texts = {name: body for name, body in files.items() if name != "checkpoint" and not name.startswith("tile/")}
    bundle = b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)
    made = {
        standalone.tile_path("entries", 0, len(entries)): bundle,
        "checkpoint": key.sign(len(entries), root_of(leaves)),
    }
    return {**texts, **made, **dict(tiles(leaves))}


def test_structural_attacks_are_found_as_far_as_they_can_be(
    small: tuple[Room, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    room, zipped = small
    key, files = room.key, read_export(zipped)
    row = room.logs.newest()
    name = standalone.tile_path("entries", 0, ENTRIES)
    entries = standalone.split_bundle(files[name], ENTRIES, name)
    pin = files["checkpoint"]
    thief = NoteKey(row.origin, room.logs.keys.key("log-0"))
    stranger = NoteKey(row.origin, b"\x05" * 32)
    edited = [*entries[:7], entries[7].replace(b"milkglass", b"milkglasz"), *entries[8:]]
    attacks = {
        "edit": edited,
        "delete": entries[:7] + entries[8:],
        "delete the first": entries[1:],
        "truncate": entries[:-1],
        "swap": [*entries[:7], entries[8], entries[7], *entries[9:]],
        "insert": [*entries[:7], entries[3], *entries[7:]],
    }
    undetected = 0
    for changed in attacks.values():
        forged = signed_again(files, changed, stranger)
        for with_checkpoint in (forged, forged | {"checkpoint": pin}):
            undetected += holds(with_checkpoint, key)
        # With the key stolen, an earlier checkpoint tells.
        with pytest.raises(Fault, match=r"ROLLBACK|HISTORY REWRITTEN"):
            verify(signed_again(files, changed, thief), room.key, (pin,))
    for path in files:
        undetected += holds({name: body for name, body in files.items() if name != path}, key)
        undetected += holds({**files, f"{path}.more": b""}, key)
    undetected += holds({**files, "tile/0/001": b"\0" * 8192}, key)
    with capsys.disabled():
        print(
            f"\nG8: {2 * len(attacks) + 2 * len(files) + 1} structural attacks without the key, {undetected} undetected"
        )
    assert undetected == 0
    # What nobody can see without a pin: a thief of the key who rewrites before the first one.
    assert holds(signed_again(files, edited, thief), key)


def test_an_older_genuine_export_is_a_rollback(tmp_path: Path) -> None:
    with opened(tmp_path) as room:
        room.logs.begin(NOW)
        room.export(tmp_path / "old.zip", {"entry.schema.json": SCHEMA})
        room.fill(5)
        room.export(tmp_path / "new.zip", {"entry.schema.json": SCHEMA})
        old, new = (read_export(tmp_path / f"{name}.zip") for name in ("old", "new"))
        assert holds(new, room.key, (old["checkpoint"], new["checkpoint"]))
        with pytest.raises(Fault, match="ROLLBACK"):
            verify(old, room.key, (new["checkpoint"],))
        with pytest.raises(Invalid):
            room.export(tmp_path / "old.zip")


def test_no_flipped_bit_of_a_proof_passes(small: tuple[Room, Path]) -> None:
    room, _ = small
    proof = room.logs.proof(0, 5)
    verify_proof(proof, room.key)
    for bit in range(0, len(proof) * 8, 7):
        with pytest.raises(Fault):
            verify_proof(flipped(proof, bit), room.key)


# --- the second verifier, of Go's public checksum database -----------------------------------------------------------


@pytest.fixture(scope="session")
def go_verifier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build verify.go with Debian's golang-go and golang-golang-x-mod-dev; fetch them by apt where that is allowed."""
    if shutil.which("go") is None or not GO_PACKAGES.is_dir():
        install = ["apt-get", "install", "-y", "--no-install-recommends", "golang-go", "golang-golang-x-mod-dev"]
        done = subprocess.run(install, capture_output=True, text=True, check=False) if shutil.which("apt-get") else None
        if done is None or done.returncode:
            pytest.skip(
                "the second verifier needs Debian's golang-go and golang-golang-x-mod-dev; apt is not allowed here"
            )
    where = tmp_path_factory.mktemp("go")
    environment = {**os.environ, "GO111MODULE": "off", "GOPATH": "/usr/share/gocode", "GOCACHE": str(where / "cache")}
    source = Path(__file__).parent / "verify.go"
    subprocess.run(["go", "build", "-o", str(where / "verify"), str(source)], env=environment, check=True)  # noqa: S607
    return where / "verify"


def by_go(verifier: Path, room: Room, folders: list[Path]) -> list[str]:
    command = [str(verifier), room.logs.newest().vkey, *map(str, folders)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()


def unpacked(files: dict[str, bytes], folder: Path) -> Path:
    for name, body in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(body)
    return folder


def test_gos_packages_accept_an_export_and_reject_what_ours_rejects(
    small: tuple[Room, Path], go_verifier: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    room, zipped = small
    files = read_export(zipped)
    assert by_go(go_verifier, room, [unpacked(files, tmp_path / "whole")]) == [f"holds {ENTRIES}"]
    evidence = [name for name in files if name == "checkpoint" or name.startswith("tile/")]
    spoiled = [
        unpacked({**{one: files[one] for one in evidence}, name: flipped(files[name], bit)}, tmp_path / f"{at}-{bit}")
        for at, name in enumerate(evidence)
        for bit in range(at, len(files[name]) * 8, max(len(files[name]) * 8 // 60, 1))
    ]
    answers = by_go(go_verifier, room, spoiled)
    with capsys.disabled():
        print(
            f"\nG9: Go's verifier rejects {sum(said.startswith('differs') for said in answers)} of {len(answers)} flips"
        )
    assert [where.name for where, said in zip(spoiled, answers, strict=True) if not said.startswith("differs")] == []


@pytest.mark.skipif(not IS_LONG, reason="appends 70,000 entries: make test-long")
def test_seventy_thousand_entries_verify_with_both(
    go_verifier: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with opened(tmp_path) as room:
        room.logs.begin(NOW)
        room.fill(69_998)
        room.export(tmp_path / "log.zip", {"entry.schema.json": SCHEMA})
        files = read_export(tmp_path / "log.zip")
        assert verify(files, room.key).checkpoint.size == 70_000
        assert by_go(go_verifier, room, [unpacked(files, tmp_path / "out")]) == ["holds 70000"]
        with capsys.disabled():
            size = (tmp_path / "log.zip").stat().st_size
            print(f"\nG9: 70,000 entries, {size / 1e6:.1f} MB, {len(files)} files: held by both verifiers")
        entry = json.loads(room.log.entries(69_999, 1)[0].spelled)
        assert entry["act"] == "log.export"
