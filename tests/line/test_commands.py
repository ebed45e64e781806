"""Commands: what goes wrong is one line with its remedy and an exit code; what goes right leaves a trace in the log."""

from __future__ import annotations

import json
import os
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from milkglass.demo.files import POLICY_FILE
from tests.line.sender import META, Sender, click, said, snapshot
from tests.line.server import BIN, COMMAND_SECONDS, Server, free_port

pytestmark = pytest.mark.long
SETTINGS, UNREACHABLE, NOT_ALLOWED, INTEGRITY = 3, 4, 5, 6


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    one = Server(tmp_path_factory.mktemp("commands") / "data")
    one.start()
    yield one
    if one.process is not None and one.process.poll() is None:
        assert one.stop() == 0


def milkglass(*words: str, where: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a folder."""
    return subprocess.run(
        [str(BIN), *words],
        cwd=where,
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | environment,
        timeout=COMMAND_SECONDS,
    )


def is_one_line(done: subprocess.CompletedProcess[str], code: int, *parts: str) -> None:
    """Check that a command failed with one line which names these parts."""
    lines = [line for line in done.stderr.splitlines() if not line.startswith(("opening ", "stopping:"))]
    assert (done.returncode, len(lines)) == (code, 1), done.stderr
    assert lines[0].startswith("milkglass: ")
    assert [part for part in parts if part not in lines[0]] == []


def record(server: Server, person: str) -> str:
    """Record a page of somebody; return the recording's id."""
    with Sender(server) as sender:
        given = sender.ticket(person)
        body = given.batch(0, [META, snapshot(said("Homework help"), said("Jane Doe", 5))], interactions=[click()])
        assert sender.send(given.ticket, body).status_code == 202
    return given.recording


def entries(server: Server, act: str) -> list[dict[str, Any]]:
    """Read the log's entries of an act, past every door of ours."""
    with sqlite3.connect(f"file:{server.data / 'milkglass.db'}?mode=ro", uri=True) as database:
        rows = [json.loads(row[0]) for row in database.execute("SELECT entry FROM log_entries ORDER BY rowid")]
    database.close()
    return [row for row in rows if row["act"] == act]


# Starting


def policy_with(folder: Path, old: str, new: str) -> Path:
    """Copy the demo's policy with one thing changed."""
    text = POLICY_FILE.read_text("utf-8")
    assert old in text
    (folder / "policy.yaml").write_text(text.replace(old, new), "utf-8")
    words = "chalkboard.vocabulary.yaml"
    (folder / words).write_bytes(POLICY_FILE.with_name(words).read_bytes())
    return folder / "policy.yaml"


def test_a_broken_selector_stops_the_start_and_names_its_line(tmp_path: Path) -> None:
    policy = policy_with(tmp_path, "{selector: .student-list,", '{selector: "#name[",')
    line = next(at for at, said in enumerate(policy.read_text("utf-8").splitlines(), 1) if '"#name["' in said)
    done = milkglass("up", "--data", "data", "--policy", str(policy), where=tmp_path, MILKGLASS_PORT=str(free_port()))
    is_one_line(done, SETTINGS, f"policy.yaml line {line}", "#name[", ";")
    assert not (tmp_path / "data" / "milkglass.db").exists(), "nothing was made"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("milkglass: 1", "milkglass: 1\nunknown_key: 3"),
        ("retention_days: 30", "retention_days: forever"),
        ("level: labelled", "level: everything"),
        ("journeys:", "journeys: ["),
    ],
)
def test_a_wrong_policy_stops_the_start(tmp_path: Path, old: str, new: str) -> None:
    policy = policy_with(tmp_path, old, new)
    done = milkglass("up", "--data", "data", "--policy", str(policy), where=tmp_path, MILKGLASS_PORT=str(free_port()))
    is_one_line(done, SETTINGS, "policy.yaml line ")


def test_a_missing_policy_file_stops_the_start(tmp_path: Path) -> None:
    done = milkglass("up", "--data", "data", "--policy", "none.yaml", where=tmp_path, MILKGLASS_PORT=str(free_port()))
    is_one_line(done, SETTINGS, "none.yaml", "check the path")


def test_a_second_server_on_one_directory_is_turned_away_and_the_first_goes_on(server: Server) -> None:
    assert server.process is not None
    done = milkglass("up", "--data", str(server.data), "--port", str(free_port()), where=server.data.parent)
    is_one_line(done, UNREACHABLE, f"process {server.process.pid}", "--data")
    assert server.told("log", "verify")["ok"] is True


def test_a_taken_port_is_said_before_the_directory_is_touched(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = milkglass("up", "--data", "data", "--port", port, where=tmp_path)
    is_one_line(done, UNREACHABLE, port, "--port")
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("file", "environment", "parts"),
    [
        ("prot: 9000", {}, ("milkglass.yaml", "'prot'", "did you mean port?")),
        ("port: [", {}, ("milkglass.yaml", "not YAML")),
        ("- port", {}, ("milkglass.yaml", "setting: value")),
        ("", {"MILKGLASS_PROT": "9000"}, ("MILKGLASS_PROT", "did you mean MILKGLASS_PORT?")),
        ("", {"MILKGLASS_XYZ": "1"}, ("MILKGLASS_XYZ", "docs/settings.md")),
        ("", {"MILKGLASS_PORT": "eighty"}, ("'port'",)),
    ],
)
def test_a_wrong_setting_is_named(
    tmp_path: Path, file: str, environment: dict[str, str], parts: tuple[str, ...]
) -> None:
    (tmp_path / "milkglass.yaml").write_text(file, "utf-8")
    is_one_line(milkglass("up", where=tmp_path, **environment), SETTINGS, *parts)
    assert [one.name for one in tmp_path.iterdir()] == ["milkglass.yaml"]


def test_the_settings_file_is_read_and_the_environment_wins(tmp_path: Path) -> None:
    (tmp_path / "milkglass.yaml").write_text("port: 9123\ndata: elsewhere\n", "utf-8")
    told = json.loads(milkglass("doctor", "--json", where=tmp_path).stdout)
    assert "9123" in next(check["says"] for check in told["checks"] if check["check"] == "port")
    told = json.loads(milkglass("doctor", "--json", where=tmp_path, MILKGLASS_PORT="9124").stdout)
    assert "9124" in next(check["says"] for check in told["checks"] if check["check"] == "port")


def test_an_interrupt_is_a_clean_end_and_a_second_start_has_the_data(tmp_path: Path) -> None:
    server = Server(tmp_path / "data")
    server.start()
    recording = record(server, "kept")
    assert server.stop() == 0
    assert not (server.data / "milkglass.sock").exists()
    # Nothing runs: the command opens the directory itself.
    assert recording in str(server.told("recordings", "list")["recordings"])
    server.start()
    assert recording in str(server.told("recordings", "list")["recordings"])
    assert server.stop() == 0


def test_help_imports_no_store() -> None:
    look = (
        "import sys\nsys.argv = ['milkglass', '--help']\n"
        "try:\n    from milkglass.cli.main import main\n    main()\nexcept SystemExit:\n    pass\n"
        "heavy = {'duckdb', 'sqlalchemy', 'alembic', 'obstore', 'uvicorn', 'starlette', 'msgspec', 'jinja2'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert "Start the server" in done.stdout
    assert done.stderr.strip() == "[]"


# Using


@pytest.mark.parametrize(
    ("words", "kind", "keys"),
    [
        (("doctor",), "doctor", {"checks"}),
        (
            ("token", "--person", "a", "--institution", "riverbend-high", "--purpose", "replay"),
            "token",
            {"token", "expires_in_seconds"},
        ),
        (("secret",), "secret", {"application", "secret"}),
        (("link", "Owner"), "link", {"link", "valid_minutes"}),
        (("heatmap", "/demo/chat/:room"), "heatmap", {"people", "floor", "elements", "hidden"}),
        (("recordings", "list"), "recordings", {"count", "recordings"}),
        (("log", "verify"), "log", {"ok", "entries", "root", "first_bad_entry", "fault"}),
    ],
)
def test_every_command_has_one_json_document(server: Server, words: tuple[str, ...], kind: str, keys: set[str]) -> None:
    done = server.command(*words, "--json")
    told = json.loads(done.stdout)
    assert told.keys() == {"schema_version", "kind"} | keys
    assert (told["schema_version"], told["kind"]) == (1, kind)
    if kind != "doctor":  # what it finds is the machine's
        assert (done.returncode, done.stderr) == (0, "")


def test_without_chromium_the_demo_says_what_to_install(tmp_path: Path) -> None:
    server = Server(tmp_path / "data", env={"MILKGLASS_BROWSER": "nowhere-chromium"})
    server.start()
    done = server.command("demo", "--people", "1")
    is_one_line(done, UNREACHABLE, "install", "chromium")
    assert server.stop() == 0
    server.env = {"PATH": str(tmp_path)}
    server.start()
    is_one_line(server.command("demo", "--people", "1"), UNREACHABLE, "install", "chromium")
    assert server.stop() == 0


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("link", "Nobody"), UNREACHABLE),
        (("heatmap", "/nowhere"), SETTINGS),
        (("recordings", "purge", "0" * 26, "--yes"), UNREACHABLE),
        (("recordings", "purge", "../../keys", "--yes"), UNREACHABLE),
        (("token", "--person", "a", "--institution", "nobody"), SETTINGS),
        (("token", "--person", "a", "--institution", "riverbend-high", "--purpose", "sell"), SETTINGS),
    ],
)
def test_what_does_not_exist_is_one_line(server: Server, words: tuple[str, ...], code: int) -> None:
    is_one_line(server.command(*words), code)


def export(server: Server, recording: str, account: str, to: Path) -> subprocess.CompletedProcess[str]:
    asked = ("--as", account, "--reason", "support_case", "--case", "ZD-1", "--to", str(to))
    return server.command("recordings", "export", recording, *asked, "--json")


def test_a_viewer_exports_a_demo_recording_with_words_and_a_leaf(server: Server, tmp_path: Path) -> None:
    recording = record(server, "exported")
    before = len(entries(server, "export.done"))
    done = export(server, recording, "Demo viewer", tmp_path / "out.json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["recording"], told["file"]) == (recording, str(tmp_path / "out.json"))
    events = json.loads((tmp_path / "out.json").read_text("utf-8"))
    assert [event["type"] for event in events] == [4, 2]
    text = json.dumps(events, ensure_ascii=False)
    assert "Homework help" in text, "an entry of the vocabulary is a word again"
    assert "▇▇▇▇" in text
    assert "Jane" not in text
    assert "\U0010fffc" not in text, "no reference is left"
    leaves = entries(server, "export.done")
    assert (len(leaves), leaves[-1]["decision"]) == (before + 1, "allow")


def test_the_owner_exports_nothing_and_that_is_logged_too(server: Server, tmp_path: Path) -> None:
    recording = record(server, "refused")
    before = len([one for act in ("export.refuse", "export.done") for one in entries(server, act)])
    done = export(server, recording, "Owner", tmp_path / "out.json")
    is_one_line(done, NOT_ALLOWED)
    assert not (tmp_path / "out.json").exists()
    leaves = [one for act in ("export.refuse", "export.done") for one in entries(server, act)]
    assert len(leaves) == before + 1
    assert any(one["decision"] == "deny" for one in leaves)


def content(path: Path) -> bytes:
    """What a file holds; nothing, where the server that goes on has just put another in its place."""
    with suppress(OSError):
        return path.read_bytes()
    return b""


def test_a_purge_leaves_nothing_but_its_leaves(server: Server) -> None:
    recording = record(server, "purged")
    dry = server.told("recordings", "purge", recording, "--dry-run")
    assert dry["would_destroy"] == recording
    assert recording in str(server.told("recordings", "list")["recordings"]), "a dry run destroys nothing"
    told = server.told("recordings", "purge", recording, "--yes")
    assert (told["destroyed"], told["segments"], told["heatmap_rows"], told["found_by_probe"]) == (recording, 1, 1, 0)
    assert told["certificate"]
    assert recording not in str(server.told("recordings", "list")["recordings"])
    is_one_line(server.command("recordings", "purge", recording, "--yes"), UNREACHABLE)
    with Sender(server) as sender:
        assert sender.http.get(f"/console/recordings/{recording}").status_code in (303, 404)
    assert entries(server, "purge.done")

    holding = [
        path.relative_to(server.data).as_posix()
        for path in server.data.rglob("*")
        if recording.encode() in content(path) + path.name.encode()
    ]
    # The log keeps that it was, and its purge: the id alone, which names nobody.
    assert {one for one in holding if not one.startswith("log/")} <= {"milkglass.db", "milkglass.db-wal"}
    with sqlite3.connect(f"file:{server.data / 'milkglass.db'}?mode=ro", uri=True) as database:
        tables = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        naming = {
            table
            for table in tables
            for row in database.execute(f'SELECT * FROM "{table}"')  # noqa: S608  # our own tables
            if recording in str(row) or recording.encode().hex() in str(row)
        }
    database.close()
    assert naming <= {"log_entries"}


def test_a_changed_byte_of_the_log_is_found(tmp_path: Path) -> None:
    server = Server(tmp_path / "data")
    server.start()
    assert server.stop() == 0
    assert server.told("log", "verify")["ok"] is True
    with sqlite3.connect(server.data / "milkglass.db") as database:
        (row, entry) = database.execute("SELECT rowid, entry FROM log_entries ORDER BY rowid LIMIT 1").fetchone()
        raw = bytearray(entry if isinstance(entry, bytes) else entry.encode())
        at = raw.index(b'"act":"') + len(b'"act":"')
        raw[at] ^= 1
        changed = bytes(raw) if isinstance(entry, bytes) else raw.decode()
        database.execute("UPDATE log_entries SET entry = ? WHERE rowid = ?", (changed, row))
    database.close()
    done = server.command("log", "verify", "--json")
    assert done.returncode == INTEGRITY, done.stderr
    told = json.loads(done.stdout)
    assert (told["ok"], told["first_bad_entry"]) == (False, 0)
