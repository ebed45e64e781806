"""Walk: a product is walked breadth first in a headless browser, and what it shows is gathered.

First every page within the bounds is loaded, those of the policy's routes before others, then one page of each kind is
opened up: menus, dialogs, tabs, details, popovers. What a click could destroy, send or end is left alone.
"""

from __future__ import annotations

import re
import time
from collections import Counter, deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urldefrag, urlsplit

from milkglass.errors import Unavailable
from milkglass.verification.judge import Gathered

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from milkglass.verification.product import Product
    from milkglass.verification.scope import Scope
    from milkglass.verification.seen import Clickable, Import, Opener, Page, Sheet

HEIGHT = 800
MOST_OF_A_KIND = 3  # pages
MOST_OF_A_GROUP = 3  # links of one list of rows
MOST_OPENED = 60  # on one page
_DANGEROUS = re.compile(
    r"\b(delete|remove|destroy|erase|drop|purge|trash|discard|revoke|reset|deactivate|disable|terminate|kill"
    r"|shut ?down|restart|log ?out|log ?off|sign ?out|sign ?off|unsubscribe|leave|pay|payment|purchase|buy|order now"
    r"|checkout|donate"
    r"|send|submit|publish|confirm|invite|upload|download|export|print"
    r"|löschen|entfernen|abmelden|bezahlen|senden|eliminar|borrar|salir|cerrar sesi[oó]n|pagar|enviar|supprimer"
    r"|d[eé]connexion|payer|envoyer|verwijderen|uitloggen|excluir|sair|удалить|выйти)\b",
    re.IGNORECASE,
)
_FILE = re.compile(
    r"\.(json|csv|tsv|xml|ya?ml|txt|pdf|zip|gz|png|jpe?g|gif|svg|webp|mp4|docx?|xlsx?|js|css|map)$", re.IGNORECASE
)
_LEAVING = re.compile(r"/(logout|log-out|signout|sign-out|delete|remove)(/|$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """How far the walk goes. `widths` in CSS pixels, the first is the one on which pages are compared."""

    pages: int = 30
    seconds: float = 240.0
    widths: tuple[int, ...] = (1280, 390)


@dataclass(slots=True)
class Walked:
    """What the walk brings home."""

    gathered: Gathered = field(default_factory=Gathered)
    sheets: dict[tuple[str, str], Sheet] = field(default_factory=dict)
    sheet_pages: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    images: dict[str, set[str]] = field(default_factory=dict)
    clickables: dict[str, list[Clickable]] = field(default_factory=dict)  # by route, of its last page
    pages: int = 0
    states: int = 0
    language: str = ""


@dataclass(slots=True)
class Walk:
    """One walk; `run` does it all."""

    product: Product
    scope: Scope
    start: str
    bounds: Bounds
    say: Callable[[str], None]
    walked: Walked = field(default_factory=Walked)
    _queue: deque[tuple[str, str]] = field(default_factory=deque)
    _later: deque[tuple[str, str]] = field(default_factory=deque)  # on no route of the policy, so never recorded
    _known: set[str] = field(default_factory=set)
    _kinds: dict[str, str] = field(default_factory=dict)  # kind of page -> its first address
    _of_kind: Counter[str] = field(default_factory=Counter)
    _of_group: Counter[str] = field(default_factory=Counter)
    _tried: set[int] = field(default_factory=set)
    _until: float = 0.0

    def run(self) -> Walked:
        """Walk. Raises Unavailable if the first page does not answer; later pages that fail are passed over."""
        self._until = time.monotonic() + self.bounds.seconds
        self._enqueue(self.start, "")
        self._load_all()
        for kind in list(self._kinds):
            if self._is_late():
                break
            self._pass_over(self._open_up, kind)
            self._load_all()
        for width in self.bounds.widths[1:]:
            self.product.resize(width, HEIGHT)
            for kind in list(self._kinds):
                if not self._is_late():
                    self._pass_over(self._other_width, kind)
        self.product.resize(self.bounds.widths[0], HEIGHT)
        return self.walked

    def _is_late(self) -> bool:
        return time.monotonic() > self._until

    def _pass_over(self, act: Callable[[str], None], what: str) -> None:
        try:
            act(what)
        except Unavailable:
            self.say("a page did not answer in time and was passed over")

    def _load_all(self) -> None:
        while (self._queue or self._later) and self.walked.pages < self.bounds.pages and not self._is_late():
            address, group = (self._queue or self._later).popleft()
            kind = self.scope.shape(address)
            if self._of_kind[kind] >= MOST_OF_A_KIND or (group and self._of_group[group] >= MOST_OF_A_GROUP):
                continue
            self._of_kind[kind] += 1
            self._of_group[group] += 1
            if self.walked.pages == 0:
                self._load(address)
            else:
                self._pass_over(self._load, address)

    def _load(self, address: str) -> None:
        self.product.go(address)
        here = self.product.address()
        if not self._is_inside(here) or (not self.scope.may_enter(here) and self.walked.pages > 0):
            return
        # A page that only sends on to another one, as to a login, is that other one.
        kind = self.scope.shape(here)
        self.walked.pages += 1
        page = self.product.collect()
        new = self._take(page, is_load=True)
        if self.product.status < 400:  # noqa: PLR2004 - an error's page is no page of the product to open up
            self._kinds.setdefault(kind, here)
        for link in page.links:
            if not _DANGEROUS.search(link.words) or self.scope.route(link.address):
                self._enqueue(link.address, link.group)
        self.say(f"page {self.walked.pages} of at most {self.bounds.pages}: {self.scope.where(here)} ({new} new)")

    def _enqueue(self, address: str, group: str) -> None:
        plain, fragment = urldefrag(address)
        whole = f"{plain}#{fragment}" if fragment.removeprefix("!").startswith("/") else plain
        if (
            whole in self._known
            or not self._is_inside(whole)
            or (not self.scope.may_enter(whole) and whole != self.start)
        ):
            return
        if _LEAVING.search(urlsplit(whole).path) or _FILE.search(urlsplit(whole).path):
            return
        self._known.add(whole)
        (self._queue if self.scope.route(whole) else self._later).append((whole, group))

    def _is_inside(self, address: str) -> bool:
        here, there = urlsplit(self.start), urlsplit(address)
        return (here.scheme, here.netloc) == (there.scheme, there.netloc)

    def _open_up(self, kind: str) -> None:
        """Open what can be opened on one page of a kind; its second load is compared with the first."""
        home = self._kinds[kind]
        self.product.go(home)
        self._take(self.product.collect(), is_load=True)
        for x, y in self.product.hovers():
            self.product.point(x, y)
            self.product.wait(0.12)
        self._take(self.product.collect(), is_load=False)
        self._open_all(home)

    def _other_width(self, kind: str) -> None:
        self.product.go(self._kinds[kind])
        self._take(self.product.collect(), is_load=False)
        self._open_all(self._kinds[kind])

    def _open_all(self, home: str) -> None:
        before: set[int] = set()
        for opened in range(MOST_OPENED):
            listed = [one for one in self.product.openers() if self._may_open(one)]
            if not listed or self._is_late():
                return
            # What came with the last click lies on top: a dialog is opened up before what is under it.
            one = next((each for each in listed if opened and each.key not in before), listed[0])
            before |= {each.key for each in listed}
            self._tried.add(one.key)
            self._open(one, home)

    def _may_open(self, one: Opener) -> bool:
        return one.key not in self._tried and one.number < (1 if one.in_row else 2) and not _DANGEROUS.search(one.words)

    def _open(self, one: Opener, home: str) -> None:
        look = self.product.look()
        place = self.product.place(one.key)
        if place and not place.is_hit:
            self.product.tab.press("Escape", 27)
            self.product.wait(0.2)
            place = self.product.place(one.key)
        if place and place.is_hit:
            self.product.click(place)
        elif place:
            self.product.press(one.key)
        else:
            return
        self.product.wait(0.1)
        self.product.settle()
        here = self.product.address()
        if not self._is_inside(here):
            self.product.go(home)
        elif here != home:
            self._enqueue(here, "")
            if self.scope.may_enter(here):
                self._take(self.product.collect(), is_load=False)
            self.product.go(home)
        elif self.product.look() != look:
            self._take(self.product.collect(), is_load=False)

    def _take(self, page: Page, *, is_load: bool) -> int:
        route = self.scope.route(page.address)
        where, walked = self.scope.where(page.address), self.walked
        walked.states += 1
        walked.language = walked.language or page.language
        for sheet in page.sheets:
            self._take_sheet(sheet, page.address)
        if route and route.level == "off":
            return 0  # nothing of it is ever recorded, so nothing of it needs to be readable
        if is_load and page.clickables:
            walked.clickables[where] = page.clickables
        for image in page.images:
            walked.images.setdefault(image, set()).add(where)
        return walked.gathered.add(page, self.scope.shape(page.address), where, is_load=is_load)

    def _take_sheet(self, sheet: Sheet, address: str) -> None:
        key = (sheet.kind, sheet.address or sheet.text or sheet.css)
        known = self.walked.sheets.get(key)
        if known is None or (known.is_changed and not sheet.is_changed):
            self.walked.sheets[key] = sheet
        self.walked.sheet_pages.setdefault(key, set()).add(address)
        for one in (sheet.address, *imported(sheet.imports)) if sheet.kind == "link" else imported(sheet.imports):
            if one not in self.product.loaded.sheets and one not in self.product.loaded.read:
                self.product.loaded.read.add(one)
                text = self.product.fetch_sheet(one)
                if text:
                    self.product.loaded.sheets[one] = text


def imported(imports: list[Import]) -> Iterator[str]:
    """Yield the addresses of imports, and of what those import."""
    for one in imports:
        yield one.address
        yield from imported(one.imports)
