"""The log's commands and the backup's: what they write verifies, and an exit code says what was found."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from milkglass.cli.calls import answer
from milkglass.cli.main import app
from milkglass.errors import Invalid, NotFound
from tests.web.house import Lived, happenings, lived, page_events


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lived]:
    with lived(tmp_path_factory.mktemp("school")) as house:
        house.record("person", page_events(), happenings())
        house.roll()
        yield house


def told(school: Lived, name: str, **arguments: object) -> dict[str, object]:
    return answer(school.house, name, arguments, lambda _text: None)


def test_an_export_and_a_look_s_proof_verify_by_the_command(school: Lived, tmp_path: Path) -> None:
    client = school.signed_in("Demo viewer")
    look = school.begun_look(client, school.recordings[0])
    client.get(f"/console/looks/{look}/segments/0")
    key = str(told(school, "log.checkpoint")["key"])
    (tmp_path / "pin").write_text(str(told(school, "log.checkpoint")["checkpoint"]), "utf-8")
    told(school, "log.export", to=str(tmp_path / "log.zip"), format="zip")
    found = told(school, "log.proof", entry=look)
    (tmp_path / "look.tlog-proof").write_text(str(found["proof"]), "utf-8")
    run = CliRunner().invoke
    pinned = ["--key", key, "--pin", str(tmp_path / "pin")]
    assert run(app, ["log", "verify", str(tmp_path / "log.zip"), *pinned]).exit_code == 0
    shown = run(app, ["log", "verify", str(tmp_path / "look.tlog-proof"), "--key", key])
    assert shown.exit_code == 0
    assert json.loads(shown.output.partition(":\n")[2])["act"] == "look.segment"
    spoiled = bytearray((tmp_path / "log.zip").read_bytes())
    spoiled[200] ^= 1
    (tmp_path / "log.zip").write_bytes(bytes(spoiled))
    assert run(app, ["log", "verify", str(tmp_path / "log.zip"), *pinned]).exit_code == 6
    assert isinstance(run(app, ["log", "verify", str(tmp_path / "log.zip")]).exception, Invalid)


def test_what_is_not_there_or_not_a_format_is_refused(school: Lived, tmp_path: Path) -> None:
    for entry in ("z" * 26, "999999999999999999"):
        with pytest.raises(NotFound):
            told(school, "log.proof", entry=entry)
    with pytest.raises(Invalid):
        told(school, "log.export", to=str(tmp_path / "x"), format="pdf")
    (tmp_path / "there").touch()
    for form in ("zip", "csv"):
        with pytest.raises(Invalid):
            told(school, "log.export", to=str(tmp_path / "there"), format=form)


def test_an_altered_derived_file_is_found_by_verify(school: Lived) -> None:
    assert told(school, "log.verify")["ok"] is True
    tile = next(file for file in (school.house.settings.data / "log").rglob("tile/0/*") if file.is_dir())
    file = max(tile.iterdir(), key=lambda one: int(one.name))
    whole = file.read_bytes()
    file.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    assert told(school, "log.verify")["ok"] is False
    file.write_bytes(whole)
    assert told(school, "log.verify")["ok"] is True


def test_a_backup_is_restored_by_the_command(school: Lived, tmp_path: Path) -> None:
    made = told(school, "backup", to=str(tmp_path / "out"))
    where = ["--data", str(tmp_path / "again"), "--json"]
    done = CliRunner().invoke(app, ["restore", str(made["data_set"]), str(made["keys_set"]), *where])
    assert done.exit_code == 0, done.output
    restored = json.loads(done.stdout)
    assert (restored["recordings"], restored["left_out"]) == (1, 0)
    assert restored["log"].endswith("-r1")
    listed = json.loads(CliRunner().invoke(app, ["recordings", "list", *where]).stdout)
    assert listed["count"] == 1
