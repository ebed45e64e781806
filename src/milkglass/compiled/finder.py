"""Compiled modules take the place of their sources, where they were built from these very sources.

The build leaves them in this folder beside `sources.json`, the SHA-256 of each source that was compiled. One whose
source has changed since is not taken: an edited line always runs. `MILKGLASS_PURE=1` takes none. Same source, same
behaviour; only the speed differs, and the tests run both ways.
"""

import json
import os
import sys
from collections.abc import Mapping, Sequence
from hashlib import sha256
from importlib.abc import MetaPathFinder
from importlib.machinery import EXTENSION_SUFFIXES, ExtensionFileLoader, ModuleSpec
from importlib.util import spec_from_loader
from pathlib import Path
from types import ModuleType

_HERE = Path(__file__).parent
_PREFIX = "milkglass."


class _Finder(MetaPathFinder):
    """Finds the compiled modules by their names."""

    def __init__(self, files: Mapping[str, Path]) -> None:
        self.files = files

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Name the compiled file of a module that has one."""
        del path, target
        file = self.files.get(fullname)
        if file is None:
            return None
        return spec_from_loader(fullname, ExtensionFileLoader(fullname, str(file)))


def compiled_modules(place: Path = _HERE) -> Mapping[str, Path]:
    """Return the compiled file of each module whose source is still the one that was compiled."""
    sources = place / "sources.json"
    if os.environ.get("MILKGLASS_PURE", "0") not in ("", "0") or not sources.exists():
        return {}
    built: dict[str, str] = json.loads(sources.read_bytes())
    files: dict[str, Path] = {}
    for name, digest in built.items():
        source = place.parent.joinpath(*name.removeprefix(_PREFIX).split(".")).with_suffix(".py")
        file = place / (name.removeprefix(_PREFIX) + EXTENSION_SUFFIXES[0])
        if file.exists() and source.exists() and sha256(source.read_bytes()).hexdigest() == digest:
            files[name] = file
    return files


def take_place() -> None:
    """Let imports find the compiled modules first. Called once, by the package itself."""
    files = compiled_modules()
    if files:
        sys.meta_path.insert(0, _Finder(files))


def is_compiled() -> bool:
    """Tell whether enforcement runs compiled in this process."""
    return any(isinstance(one, _Finder) and "milkglass.enforcement.nodes" in one.files for one in sys.meta_path)
