"""What stands on Chalkboard's pages: every text and every name that a recorder would meet, read without a browser."""

import re
import unicodedata
from dataclasses import dataclass, field
from html.parser import HTMLParser

TEXT_ATTRIBUTES = {"alt", "title", "placeholder", "aria-label", "aria-description", "label", "summary", "abbr"}
NAME_ATTRIBUTES = {"class", "id", "for", "name", "slot", "part", "aria-labelledby", "aria-describedby", "aria-controls"}


def normalise(said: str) -> str:
    """The form in which the vocabulary keeps a text: NFC, one space, `#` for digits."""
    return re.sub(r"\d+", "#", " ".join(unicodedata.normalize("NFC", said).split()))


@dataclass
class Surface(HTMLParser):
    """Collects lines of text and names; styles and scripts are read elsewhere."""

    texts: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    frames: list[str] = field(default_factory=list)
    _silent: int = 0

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"style", "script"}:
            self._silent += 1
        for name, value in attrs:
            if name in TEXT_ATTRIBUTES:
                self._say(value or "")
            if name in NAME_ATTRIBUTES:
                self.names.update((value or "").split())
            if name.startswith("data-"):
                self.names.add(name)
            if name == "srcdoc":
                self.frames.append(value or "")

    def handle_endtag(self, tag: str) -> None:
        if tag in {"style", "script"}:
            self._silent -= 1

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._say(data)

    def _say(self, said: str) -> None:
        self.texts.update(line for line in map(normalise, said.splitlines()) if line)


def surface(html: str) -> Surface:
    """Read a page, and the frames that it carries in `srcdoc`."""
    read = Surface()
    read.feed(html)
    for frame in list(read.frames):
        read.feed(frame)
    return read
