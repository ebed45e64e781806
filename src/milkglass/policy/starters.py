"""Starter packs: whole policies for three kinds of product, to begin from."""

from __future__ import annotations

from importlib.resources import files
from typing import NamedTuple

from milkglass.errors import NotFound

STARTERS = ("chat", "code-editor", "ticket-form")


class Starter(NamedTuple):
    """A pack: the policy's text, and the name and text of its vocabulary file, which has no entry yet."""

    policy: str
    words_file: str
    words: str


def starter(name: str) -> Starter:
    """Return a pack. Raises NotFound for a name that is none."""
    if name not in STARTERS:
        raise NotFound(f"there is no starter pack of this name; the packs are {', '.join(STARTERS)}")
    policy = (files("milkglass.policy") / "packs" / f"{name}.yaml").read_text(encoding="utf-8")
    application = policy.partition("  id: ")[2].partition("\n")[0]
    words = (
        "# Fill it by `milkglass vocabulary learn`, or by hand: docs/vocabulary.md.\n"
        f"milkglass_vocabulary: 1\napplication: {application}\nreviewer: Nobody yet\nreviewed: 2026-01-01\n"
        "text: []\nnames: []\n"
    )
    return Starter(policy, f"{application}.vocabulary.yaml", words)
