"""Compiled modules run only where they are what their sources say."""

import ast
import json
import subprocess
import sys
from hashlib import sha256
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path

import pytest

from milkglass.compiled import finder

_SAY = "from milkglass.compiled.finder import compiled_modules; print(len(compiled_modules()))"


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "enforcement").mkdir()
    (tmp_path / "compiled").mkdir()
    source = tmp_path / "enforcement" / "text.py"
    source.write_text("A = 1\n")
    digests = {"milkglass.enforcement.text": sha256(source.read_bytes()).hexdigest()}
    (tmp_path / "compiled" / "sources.json").write_text(json.dumps(digests))
    (tmp_path / "compiled" / f"enforcement.text{EXTENSION_SUFFIXES[0]}").write_bytes(b"")
    monkeypatch.delenv("MILKGLASS_PURE", raising=False)
    return tmp_path


def test_a_module_compiled_from_its_source_is_taken(package: Path) -> None:
    assert list(finder.compiled_modules(package / "compiled")) == ["milkglass.enforcement.text"]


def test_an_edited_source_runs_as_it_is(package: Path) -> None:
    (package / "enforcement" / "text.py").write_text("A = 2\n")
    assert finder.compiled_modules(package / "compiled") == {}


def test_what_is_compiled_for_another_python_is_not_taken(package: Path) -> None:
    (package / "compiled" / f"enforcement.text{EXTENSION_SUFFIXES[0]}").rename(
        package / "compiled" / "enforcement.text.x"
    )
    assert finder.compiled_modules(package / "compiled") == {}


def test_the_environment_can_ask_for_plain_python() -> None:
    env = {"MILKGLASS_PURE": "1", "PYTHONPATH": str(Path(finder.__file__).parents[2])}
    said = subprocess.run([sys.executable, "-c", _SAY], env=env, capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "0"


def test_no_module_that_is_compiled_holds_a_match_statement() -> None:
    # Cython 3.3 takes a name that an earlier case gives a value for one that a later case finds there: the compiled
    # `case _: said = None` took a reference off a null pointer, and the process was gone.
    source = Path("setup.py").read_text()
    hot = next(
        one.value
        for one in ast.parse(source).body
        if isinstance(one, ast.Assign) and "_HOT" in ast.dump(one.targets[0])
    )
    said = [one.value for one in ast.walk(hot) if isinstance(one, ast.Constant)]
    names = [one for one in said if isinstance(one, str) and one.isidentifier()]
    assert "attributes" in names
    for name in names:
        tree = ast.parse(Path("src/milkglass/enforcement", f"{name}.py").read_text())
        assert not [one for one in ast.walk(tree) if isinstance(one, ast.Match)], name
