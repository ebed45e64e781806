"""Words: stored events with words in place of references.

A reference in style text is an identifier or stands inside a quoted value, and is escaped for its place; everywhere
else it is put in plain. What no longer has a word becomes a mask.

Source: CSSOM, "serialize an identifier" and "serialize a string"; docs/architecture.md section 4 for references.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from milkglass.policy.compile import CUSTOM_ELEMENT
from milkglass.replay.rendering_sheets import picture, sheet
from milkglass.wire.values import Json

MASK = "▇▇▇▇"
OPEN = "\U0010fffc"
WITHDRAWN_TAG = "x-withdrawn"
_REFERENCE = re.compile("\U0010fffc([tns](?:0|[1-9][0-9]*))\U0010fffd")
_IN_CSS = re.compile("\U0010fffc([tns](?:0|[1-9][0-9]*))\U0010fffd|\\\\.|\"|'", re.DOTALL)
_MARKS = re.compile("[\U0010fffc\U0010fffd]")
# What no reference may become as an attribute's name: it could run or fetch something.
_RUNS = re.compile(r"on.*|href|src|style|srcdoc", re.IGNORECASE | re.DOTALL)
WITHDRAWN_NAME = "data-withdrawn"
# Keys below which every string is style text; `style` is an attribute, as text or property by property.
_CSS_KEYS = frozenset({"_cssText", "style", "rule", "replace", "replaceSync", "cssTexts", "family"})
_PROPERTY_KEYS = frozenset({"set", "remove"})
_DECLARATION, _INCREMENTAL = 13, 3
_FIRST_PRINTED = 0x20
_DELETE, _FIRST_PLAIN = 0x7F, 0x80


@dataclass(frozen=True, slots=True)
class _Words:
    said: Mapping[str, str]

    def plain(self, text: str) -> str:
        """Put words in, as text or as an attribute's value. A sheet is no word."""
        return _MARKS.sub("", _REFERENCE.sub(lambda found: self._word(found[1]), text))

    def _word(self, key: str) -> str:
        return MASK if key[0] == "s" else self.said.get(key, MASK)

    def key(self, text: str) -> str:
        """Put words in an object's key, which may be an attribute's name."""
        said = self.plain(text)
        return WITHDRAWN_NAME if said != text and _RUNS.fullmatch(said) else said

    def tag(self, text: str) -> str:
        """Put a custom element's name in; what can be none, or lost its word, is an element without a meaning."""
        said = self.plain(text)
        return said if CUSTOM_ELEMENT.fullmatch(said) else WITHDRAWN_TAG

    def css(self, text: str) -> str:
        """Put words in, each escaped for where it stands: in a quoted value, or as an identifier."""
        whole_sheet = sheet(text, self.said)
        if whole_sheet is not None:
            return whole_sheet
        pieces: list[str] = []
        quote, last = "", 0
        for found in _IN_CSS.finditer(text):
            pieces.append(text[last : found.start()])
            last, whole = found.end(), found[0]
            if found[1] is not None:
                word = self._word(found[1])
                pieces.append(escape_string(word) if quote else escape_identifier(word))
                continue
            if whole in ("'", '"') and quote in ("", whole):
                quote = "" if quote else whole
            pieces.append(whole)
        return _MARKS.sub("", "".join([*pieces, text[last:]]))


def readable(event: dict[str, Json], said: Mapping[str, str], began_ms: int) -> dict[str, Json]:
    """Return an event with words and with an absolute time.

    Args:
        event: as stored; its time counts from the recording's beginning.
        said: words by reference without its marks, such as `t7`.
        began_ms: the beginning, in ms since the epoch.
    """
    words = _Words(said)
    data = event.get("data")
    is_declaration = event.get("type") == _INCREMENTAL and isinstance(data, dict) and data.get("source") == _DECLARATION
    keys = _CSS_KEYS | _PROPERTY_KEYS if is_declaration else _CSS_KEYS
    timestamp = event.get("timestamp")
    spoken = {key: _walk(value, words, keys, is_css=False) for key, value in event.items()}
    if isinstance(timestamp, int | float):
        spoken["timestamp"] = began_ms + timestamp
    return spoken


def with_words(text: str, said: Mapping[str, str]) -> str:
    """Return one stored string with words in place of its references, plain; a withdrawn one becomes a mask."""
    return _Words(said).plain(text)


def escape_identifier(word: str) -> str:
    r"""Escape as `CSS.escape` does.

    >>> print(escape_identifier("2 tabs"))
    \32 \ tabs
    """
    return "".join(_escaped(place, letter, word) for place, letter in enumerate(word))


def escape_string(word: str) -> str:
    r"""Escape for the inside of a quoted CSS value, whichever quote it is in.

    >>> print(escape_string('a"b'))
    a\"b
    """
    return "".join(
        f"\\{ord(letter):x} " if ord(letter) < _FIRST_PRINTED or ord(letter) == _DELETE else _quoted(letter)
        for letter in word
    )


def _quoted(letter: str) -> str:
    return f"\\{letter}" if letter in "\"'\\" else letter


def _escaped(place: int, letter: str, word: str) -> str:
    code = ord(letter)
    is_digit = letter.isascii() and letter.isdigit()
    if letter == "\0":
        return "\ufffd"
    if code < _FIRST_PRINTED or code == _DELETE or (is_digit and (place == 0 or (place == 1 and word[0] == "-"))):
        return f"\\{code:x} "
    if place == 0 and word == "-":
        return "\\-"
    if code >= _FIRST_PLAIN or is_digit or letter in "-_" or (letter.isascii() and letter.isalpha()):
        return letter
    return f"\\{letter}"


def _walk(value: Json, words: _Words, keys: frozenset[str], *, is_css: bool) -> Json:
    match value:
        case str():
            return words.css(value) if is_css else words.plain(value)
        case list():
            return [_walk(item, words, keys, is_css=is_css) for item in value]
        case dict():
            return _walk_object(value, words, keys, is_css=is_css)
        case _:
            return value


def _walk_object(value: dict[str, Json], words: _Words, keys: frozenset[str], *, is_css: bool) -> Json:
    is_style = value.get("isStyle") is True
    spoken: dict[str, Json] = {}
    for key, item in value.items():
        inside = is_css or key in keys or (is_style and key == "textContent")
        if key == "childNodes" and value.get("tagName") == "style" and isinstance(item, list):
            spoken[key] = [_walk_style_child(child, words, keys) for child in item]
        else:
            spoken[words.css(key) if is_css else words.key(key)] = _walk(item, words, keys, is_css=inside)
    tag = value.get("tagName")
    if isinstance(tag, str) and tag[:1] == OPEN:
        spoken["tagName"] = words.tag(tag)
    return picture(spoken, words.said)


def _walk_style_child(child: Json, words: _Words, keys: frozenset[str]) -> Json:
    # A text node below <style> is style text whether or not the recorder marked it.
    marked = {**child, "isStyle": True} if isinstance(child, dict) and "textContent" in child else child
    return _walk(marked, words, keys, is_css=False)
