"""Fuzz one target for some seconds, guided by coverage; a finding ends it and is left beside the corpus.

    python -m tests.fuzz.fuzz decoder 300

Needs atheris (`make fuzz` installs it). What it learnt lies in `build/fuzz/<target>`; a later run goes on from there.
"""

import os
import sys
from hashlib import sha256
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["milkglass.enforcement", "milkglass.wire", "tinycss2"]):
    from tests.fuzz.checks import TARGETS, seeds

_LEARNT = Path("build/fuzz")
_LONGEST = 4096


def words() -> list[str]:
    """Name words of the format, so that the fuzzer need not invent them letter by letter."""
    from milkglass.enforcement.table import classes, css_rules  # noqa: PLC0415 - only once the imports are instrumented

    css = css_rules()
    kinds = (css.properties, css.functions, css.pseudo_classes, css.at_rules.rules, classes().attributes)
    return sorted({word for kind in kinds for word in kind if word.isascii() and '"' not in word})


def main(target: str, seconds: int) -> None:
    """Run until a finding or the end of the time."""
    learnt = _LEARNT / target
    learnt.mkdir(parents=True, exist_ok=True)
    for seed in seeds(target):
        (learnt / sha256(seed).hexdigest()[:16]).write_bytes(seed)
    dictionary = _LEARNT / f"{target}.dict"
    dictionary.write_text("".join(f'"{word}"\n' for word in words()))
    options = [f"-max_total_time={seconds}", f"-max_len={_LONGEST}", f"-dict={dictionary}", "-print_final_stats=1"]
    options += [f"-artifact_prefix={_LEARNT}/{target}-", "-rss_limit_mb=2048", "-timeout=10"]
    atheris.Setup([sys.argv[0], *options, str(learnt)], TARGETS[target])
    atheris.Fuzz()


if __name__ == "__main__":
    os.environ.setdefault("PYTHONHASHSEED", "0")
    main(sys.argv[1], int(sys.argv[2]))
