"""Where the products lie that the layout test drives: installed from the package registries, once, never in git."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

VARIABLE = "MILKGLASS_TEST_LAYOUT_CACHE"
INSTALL_SECONDS = 900


def folder() -> Path:
    """The cache: `MILKGLASS_TEST_LAYOUT_CACHE`, else below the user's own cache."""
    given = os.environ.get(VARIABLE)
    home = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
    found = Path(given) if given else home / "milkglass-layout"
    found.mkdir(parents=True, exist_ok=True)
    return found


def npm(*packages: str) -> Path:
    """Install packages that are not there yet; return their `node_modules`."""
    root = folder() / "npm"
    root.mkdir(exist_ok=True)
    if not (root / "package.json").exists():
        (root / "package.json").write_text('{"private": true}', "utf-8")
    modules = root / "node_modules"
    missing = [wanted for wanted in packages if not (modules / re.sub(r"(?<!^)@.*", "", wanted)).exists()]
    if missing:
        words = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--legacy-peer-deps", *missing]
        subprocess.run(words, cwd=root, check=True, capture_output=True, timeout=INSTALL_SECONDS)
    return modules


def pip(name: str, *packages: str) -> Path:
    """Install packages into a folder of their own; return it, for `PYTHONPATH`."""
    target = folder() / "pip" / name
    if not target.exists():
        words = [sys.executable, "-m", "pip", "install", "--quiet", "--target", str(target), *packages]
        subprocess.run(words, check=True, capture_output=True, timeout=INSTALL_SECONDS)
    return target
