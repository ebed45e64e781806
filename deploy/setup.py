"""Set up a fresh checkout: virtual environment, locked packages, built browser files, Chromium for the tests.

Standard library alone, since nothing is installed yet. Each step says what it does and how long it took; a step whose
inputs have not changed since it last ended is left out, so a second run needs no network and no time.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import sysconfig
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMPS = VENV / "stamps"
PYTHON = VENV / "bin" / "python"
OLDEST_PYTHON = (3, 11)
OLDEST_NODE = 20
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


class SetUpError(Exception):
    """A step failed; the message says what to do."""


def main(goal: str) -> int:
    """Do the steps for `run`, `test` or `fuzz`; return the exit code."""
    if sys.version_info < OLDEST_PYTHON:
        print("Python 3.11 or newer is needed; start with `make PYTHON=python3.11 …`", file=sys.stderr)
        return 1
    try:
        step("virtual environment", "venv", ["3"], make_venv)
        kind = "run" if goal == "run" else "test"
        locks = [ROOT / "requirements" / f"{name}.txt" for name in ("build", kind)]
        # The test lock holds the run lock whole, so a checkout that ran its tests has nothing left to install.
        if not (kind == "run" and is_done("packages-test", digest([ROOT / "requirements" / "test.txt"]))):
            step("Python packages", f"packages-{kind}", [digest(locks[1:])], lambda: install(locks))
        step("milkglass itself", "package", [digest([ROOT / "pyproject.toml"]), str(ROOT)], install_self)
        if goal == "fuzz":
            lock = ROOT / "requirements" / "fuzz.txt"
            step("the fuzzer", "packages-fuzz", [digest([lock])], lambda: install([lock]))
            return 0
        compile_hot()
        node = find_node()
        for room in ("sdk", "console"):
            build(room, node)
        if goal == "test":
            find_chromium()
    except SetUpError as problem:
        print(f"set-up stopped: {problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nset-up interrupted; what is done stays done, start again to go on", file=sys.stderr)
        return 130
    return 0


def step(name: str, stamp: str, inputs: Iterable[str], work: Callable[[], None]) -> None:
    """Run one step unless it already ended with the same inputs; print its name and seconds."""
    wanted = "\n".join(inputs)
    if is_done(stamp, wanted):
        return
    print(f"  {name} …", end=" ", flush=True)
    began = time.monotonic()
    work()
    print(f"done in {time.monotonic() - began:.1f} s", flush=True)
    STAMPS.mkdir(parents=True, exist_ok=True)
    (STAMPS / stamp).write_text(wanted)


def is_done(stamp: str, wanted: str) -> bool:
    """Tell whether a step ended with these inputs."""
    file = STAMPS / stamp
    return PYTHON.exists() and file.exists() and file.read_text() == wanted


def digest(files: Iterable[Path]) -> str:
    """SHA-256 over names and bytes of files, in order."""
    state = hashlib.sha256()
    for file in files:
        state.update(file.name.encode() + b"\0" + file.read_bytes())
    return state.hexdigest()


def run(command: list[str], remedy: str, where: Path = ROOT, more_env: dict[str, str] | None = None) -> None:
    """Run a command quietly; on failure show the end of what it said, and the remedy."""
    done = subprocess.run(  # noqa: S603 - fixed commands of this file
        command, cwd=where, env=os.environ | (more_env or {}), capture_output=True, text=True, check=False
    )
    if done.returncode:
        said = "\n".join((done.stdout + done.stderr).strip().splitlines()[-15:])
        raise SetUpError(f"{' '.join(command[:3])} … failed; {remedy}\n{said}")


def make_venv() -> None:
    """Create the virtual environment, with the interpreter that runs this file."""
    remedy = "install Python's venv (Debian: apt install python3-venv)"
    run([sys.executable, "-m", "venv", "--clear", str(VENV)], remedy)


def install(locks: list[Path]) -> None:
    """Install the hash-locked packages, wheels only: no package's own code runs at install."""
    names = [word for lock in locks for word in ("-r", str(lock))]
    run(
        [str(PYTHON), "-m", "pip", "install", "--quiet", "--require-hashes", "--only-binary", ":all:", *names],
        "is the package registry reachable? once installed, no network is needed",
        more_env={"PIP_DISABLE_PIP_VERSION_CHECK": "1"},
    )


def install_self() -> None:
    """Link the checkout into the environment; no download."""
    run(
        [str(PYTHON), "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--no-index", "-e", "."],
        "remove .venv and start again",
        more_env={"PIP_DISABLE_PIP_VERSION_CHECK": "1"},
    )


def compile_hot() -> None:
    """Compile enforcement's hot modules where there is a C compiler; without one they run as they are, only slower."""
    compiled = ROOT / "src" / "milkglass" / "compiled"
    headers = Path(sysconfig.get_paths()["include"], "Python.h")
    if not (shutil.which("cc") or shutil.which("gcc")) or not headers.exists():
        print("  enforcement stays plain Python: there is no C compiler, or no Python.h, on this machine")
        return
    sources = [ROOT / "setup.py", *sorted((ROOT / "src" / "milkglass" / "enforcement").glob("*.py"))]
    command = [str(PYTHON), "setup.py", "-q", "build_ext", "--inplace", "-j", str(os.cpu_count() or 1)]
    if not (compiled / "sources.json").exists():
        (STAMPS / "compiled").unlink(missing_ok=True)
    try:
        name = "enforcement, compiled by the C compiler of this machine"
        step(
            name,
            "compiled",
            [digest(sources)],
            lambda: run(command, "enforcement stays plain Python", more_env={"MILKGLASS_COMPILE": "1"}),
        )
    except SetUpError as problem:
        print(problem)


def find_node() -> Path:
    """Return the folder of Node 20 or newer: the machine's, else the one of the locked package in the environment."""
    for place in (shutil.which("node"), str(VENV / "bin" / "node")):
        if place and Path(place).exists() and shutil.which("npm", path=str(Path(place).parent)):
            said = subprocess.run([place, "--version"], capture_output=True, text=True, check=False)  # noqa: S603
            major = said.stdout.lstrip("v").split(".")[0]
            if major.isdigit() and int(major) >= OLDEST_NODE:
                return Path(place).parent
    lock = ROOT / "requirements" / "node.txt"
    step("Node, to build the browser files", "node", [digest([lock])], lambda: install([lock]))
    return VENV / "bin"


def build(room: str, node: Path) -> None:
    """Install a TypeScript room's locked packages and build it, each only when its inputs changed."""
    where = ROOT / room
    path = {"PATH": f"{node}{os.pathsep}{os.environ.get('PATH', '')}", "npm_config_update_notifier": "false"}
    npm = str(node / "npm")
    locked = digest([where / "package.json", where / "package-lock.json"])
    modules = where / "node_modules"
    if not modules.exists():
        (STAMPS / f"{room}-packages").unlink(missing_ok=True)
    remedy = "is the npm registry reachable? once installed, no network is needed"
    install_it = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    step(f"{room}: packages", f"{room}-packages", [locked], lambda: run(install_it, remedy, where, path))
    sources = sorted(
        file
        for folder in (where, ROOT / "spec")
        for file in folder.rglob("*")
        if file.is_file() and not {"node_modules", "dist", "tests", "test"} & set(file.relative_to(folder).parts)
    )
    built = where / "dist" if room == "sdk" else ROOT / "src" / "milkglass" / "web" / "static" / "built"
    if not built.exists():
        (STAMPS / f"{room}-build").unlink(missing_ok=True)
    make = [npm, "run", "build"]
    step(f"{room}: build", f"{room}-build", [digest(sources)], lambda: run(make, "see the lines below", where, path))


def find_chromium() -> None:
    """Make sure that the browser tests have Chromium: Debian's package where this is root, else say what to do."""
    if any(shutil.which(name) for name in BROWSERS):
        return
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise SetUpError("the browser tests need Chromium; install it (Debian: sudo apt-get install chromium)")
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}

    def install_it() -> None:
        run(["apt-get", "update", "-qq"], "are Debian's packages reachable?", more_env=quiet)
        run(["apt-get", "install", "-y", "-qq", "chromium"], "are Debian's packages reachable?", more_env=quiet)

    step("Chromium, for the browser tests", "chromium", ["1"], install_it)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "run"))
