"""What must hold for any bytes at all. The fuzzer calls these with what it invents, the tests with what it once found.

A target takes bytes and returns nothing; whatever it raises is a finding.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import msgspec

from milkglass.enforcement.css import Css
from milkglass.enforcement.cuts import Cuts
from milkglass.enforcement.enforce import enforce
from milkglass.enforcement.grammar import Grammar, is_stored_form, strings
from milkglass.enforcement.redacted import RedactedBatch
from milkglass.enforcement.table import classes, css_rules
from milkglass.enforcement.tokens import Tokens
from milkglass.enforcement.writing import Cut
from milkglass.errors import Invalid, TooLarge
from milkglass.wire.decode import decode
from milkglass.wire.unpacking import Limits
from milkglass.wire.values import Refusal
from tests.enforcement.room import KEY, body, room, standing, vectors

CORPUS = Path(__file__).parent / "corpus"
_ROOM = room()
_STANDING = standing(_ROOM.words)
_GRAMMAR = Grammar(policy=_ROOM.policy, words=_ROOM.words)
_TOKENS = Tokens(KEY, _ROOM.words)
_LIMITS = Limits(decoded_bytes=1 << 16)
_CUTS = Cuts(Css(classes(), css_rules()), most=0)  # it remembers nothing, so that every text is parsed
_Clean = Callable[[str], Cut]
# By a text's first byte: what it is taken for, and the path at which its outcome would be stored.
_KINDS: tuple[tuple[_Clean, str], ...] = (
    (_CUTS.css.sheet, "css"),
    (_CUTS.css.rule, "adds.rule"),
    (_CUTS.css.declarations, "attribute.style"),
    (_CUTS.css.media, "attribute.media"),
    (_CUTS.css.paint, "attribute.fill"),
    (_CUTS.css.property, "set.property"),
)


def decoder(given: bytes) -> None:
    """A body is refused or becomes a batch; a batch is never left unredacted, and all that is stored has a form."""
    try:
        batch = decode(given, _LIMITS)
    except (Invalid, TooLarge):
        return
    found = enforce(replace(batch, journey="chat"), _ROOM.policy, _STANDING)
    assert found is not Refusal.NOT_REDACTED
    if isinstance(found, RedactedBatch):
        rows = msgspec.json.encode(found.interactions)
        for path, said in strings(found.events, rows):
            assert is_stored_form(path, said, _GRAMMAR), path


def css(given: bytes) -> None:
    """Whatever text is taken for CSS, what is written for it is CSS of known words and tokens, and reads the same."""
    kind = given[0] % len(_KINDS) if given else 0
    said, path = cleaned(kind, given[1:].decode("utf-8", "replace"), _TOKENS.word), _KINDS[kind][1]
    assert said == "" or is_stored_form(path, said, _GRAMMAR), path


def cleaned(kind: int, text: str, word: Callable[[str, str], str]) -> str:
    """Write a text as what its kind is cleaned to, with what `word` makes of the page's words."""
    return _CUTS.cut(_KINDS[kind][0], text).fill(word)


TARGETS: Mapping[str, Callable[[bytes], None]] = {"decoder": decoder, "css": css}


def seeds(target: str) -> Iterator[bytes]:
    """Something to begin with: the vectors, and what the fuzzer found before."""
    if target == "decoder":
        yield from (body([case.given]) for file, case in vectors() if file != "interactions")
        yield from (body(None, [case.given]) for file, case in vectors() if file == "interactions")
    else:
        texts = [case.given for file, case in vectors() if file == "css"]
        yield from (bytes([kind]) + said.encode() for kind in range(6) for text in texts for said in _texts(text))
    yield from (file.read_bytes() for file in sorted((CORPUS / target).iterdir()))


def _texts(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case list():
            for one in value:
                yield from _texts(one)
        case dict():
            for one in value.values():
                yield from _texts(one)
        case _:
            pass
