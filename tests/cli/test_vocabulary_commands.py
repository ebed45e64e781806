"""`milkglass vocabulary` from import to publication, on a directory that no server owns."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from milkglass.cli.main import app

RUN = CliRunner()


def ask(where: Path, *arguments: str) -> dict[str, Any]:
    done = RUN.invoke(app, ["vocabulary", *arguments, "--data", str(where), "--json"], catch_exceptions=False)
    assert done.exit_code == 0
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def test_a_roster_an_import_a_review_and_a_publication(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    data = tmp_path / "data"
    Path("roster.csv").write_text("id,First Name,Last Name\n1,Jane,Quokka\n2,Omar,Haddad\n", "utf-8")
    Path("de.json").write_text(json.dumps({"a": "Zeugnisse öffnen", "b": "Frau Quokka", "c": "Abmelden"}), "utf-8")
    assert ask(data, "roster", "roster.csv")["names"] == 2
    done = ask(data, "import", "de.json")
    assert (done["files"], done["new"]) == (1, 3)
    listed = ask(data, "review")
    assert (listed["waiting"], listed["warned"]) == (3, 1)
    by_text = {row["said"]: row for row in listed["candidates"]}
    assert by_text["Frau Quokka"]["warnings"] == ["roster"]
    assert by_text["Abmelden"]["language"] == "de"
    assert by_text["Abmelden"]["group"].endswith("de.json")
    assert str(tmp_path) not in json.dumps(listed), "no path of this machine"
    approved = ask(data, "review", "--approve-clean")
    assert (approved["approved"], approved["left_for_a_person"]) == (2, [by_text["Frau Quokka"]["id"]])
    # Each of these commands opens the directory, and opening publishes what was approved.
    version = ask(data, "publish")["version"]
    changes = ask(data, "diff")
    assert changes["newer"] == version
    assert {row["said"] for row in changes["changes"]} == {"Zeugnisse öffnen", "Abmelden"}
    assert ask(data, "review", "--refuse", by_text["Frau Quokka"]["id"])["refused"] == 1
    assert ask(data, "review")["waiting"] == 0
    assert not any(b"Quokka" in path.read_bytes() for path in data.rglob("*") if path.is_file())
    assert ask(data, "publish")["version"] == version, "what was approved stays through the next start"
