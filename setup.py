"""Build: the hot modules compiled by Cython from the one source that also runs as it is.

`make run` and `make test` do it for a checkout, `MILKGLASS_COMPILE=1 pip wheel .` for a wheel. The modules lie in
`milkglass/compiled`, whose `finder.py` says when they are taken. They hold no `match` (docs/performance.md says why).
"""

import json
import os
import shutil
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext

_ROOT = Path(__file__).resolve().parent
_COMPILED = Path("milkglass", "compiled")
# What each node, attribute and string of a batch passes. Sheets are remembered, so what parses them may be slow.
_HOT = tuple(
    f"milkglass.enforcement.{name}"
    for name in ("attributes", "context", "events", "nodes", "numbers", "rhythm", "text", "tokens", "writing")
)
_QUICK = ["-O2", "-g0", "-w"]
_DIGESTS: dict[str, str] = {}  # of the sources as they were when the compiler read them


def _source(name: str) -> Path:
    return Path("src", *name.split(".")).with_suffix(".py")


def extensions() -> list[Extension]:
    """Translate the hot modules to C; none where that is not wanted or not possible."""
    if os.environ.get("MILKGLASS_COMPILE", "0") in ("", "0") or find_spec("Cython") is None:
        print("milkglass: enforcement stays plain Python")  # noqa: T201 - a build says what it does
        return []
    from Cython.Build import cythonize  # noqa: PLC0415 - only where it is installed

    # Annotations stay what they are in Python: hints. A str may be a StrEnum, an int a bool.
    directives = {"language_level": 3, "annotation_typing": False}
    _DIGESTS.update({name: sha256(_source(name).read_bytes()).hexdigest() for name in _HOT})
    found: list[Extension] = cythonize(
        [Extension(name, [str(_source(name))]) for name in _HOT],
        build_dir="build/c",
        compiler_directives=directives,
        force=True,
        quiet=True,
    )
    for one in found:
        one.optional, one.extra_compile_args = True, _QUICK  # no compiler is no failure
    return found


class BuildCompiled(build_ext):
    """Lays the compiled modules into `milkglass/compiled`, beside a list of what they were compiled from."""

    def get_ext_fullpath(self, ext_name: str) -> str:
        """Say where a module's file goes: not beside its source, where it would be taken even when that has changed."""
        suffix = Path(self.get_ext_filename(ext_name)).name.split(".", 1)[1]
        return str(Path(self.build_lib, _COMPILED, f"{ext_name.removeprefix('milkglass.')}.{suffix}"))

    def run(self) -> None:
        """Compile, write down from which sources, and for a checkout lay the files beside those."""
        is_for_checkout, self.inplace, self.force = self.inplace, False, True
        place = Path(self.build_lib, _COMPILED)
        shutil.rmtree(place, ignore_errors=True)  # an older one must not pass for one that failed
        super().run()
        files = {one.name: Path(self.get_ext_fullpath(one.name)) for one in self.extensions}
        built = {name: _DIGESTS[name] for name, file in files.items() if file.exists()}
        if built:
            (place / "sources.json").write_text(json.dumps(built, indent=1) + "\n")
        if built and is_for_checkout:
            shutil.copytree(place, _ROOT / "src" / _COMPILED, dirs_exist_ok=True)


setup(ext_modules=extensions(), cmdclass={"build_ext": BuildCompiled})
