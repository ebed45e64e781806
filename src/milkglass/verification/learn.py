"""Learn: walk a product and make of what it shows the proposals that a person reviews."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from milkglass.enforcement.text import normalise
from milkglass.policy.packing import hash32
from milkglass.verification import sheets
from milkglass.verification.chromium import running
from milkglass.verification.judge import Known, Told, judge
from milkglass.verification.login import log_in
from milkglass.verification.product import Options, opened
from milkglass.verification.walk import HEIGHT, Bounds, Walk, imported

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from milkglass.verification.login import Step
    from milkglass.verification.product import Kept, Loaded
    from milkglass.verification.scope import Scope
    from milkglass.verification.seen import Clickable
    from milkglass.verification.walk import Walked

LARGEST_SHEET = 2_000_000
LARGEST_ASSET = 2_000_000
_INLINE = "<style>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What to walk, how far, as whom."""

    address: str
    scope: Scope
    bounds: Bounds
    login: Sequence[Step] = ()
    known: tuple[str, ...] = ()
    may_submit: bool = False
    chromium: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A text or a name. `mark` says why it may be a person's; `kind` is t or n."""

    kind: str
    said: str
    wheres: tuple[str, ...]
    group: str
    mark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundSheet:
    """A sheet as the browser had it, and how a browser finds it again: by `address` (path and query) or by `hash`."""

    text: str
    base: str
    imports: dict[str, str]
    address: str | None
    hash: int | None
    rules: int
    where: str
    mark: str

    @property
    def whole(self) -> str:
        """Its text and that of its imports, for the names in it."""
        return "\n".join([*self.imports.values(), self.text])


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundAsset:
    """A static file by its whole address: a font or picture that a sheet names, or an image of the product's frame."""

    address: str
    content: bytes
    media_type: str
    where: str
    mark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """All that a walk proposes, and what could be clicked on each route."""

    words: tuple[Found, ...]
    sheets: tuple[FoundSheet, ...]
    assets: tuple[FoundAsset, ...]
    clickables: dict[str, list[Clickable]]
    pages: int
    states: int
    language: str
    unread: tuple[str, ...] = field(default=())  # sheets whose text the browser would not tell


def learn(task: Task, say: Callable[[str], None]) -> Learned:
    """Walk the product. Raises NotFound without Chromium, Unavailable if the product does not answer."""
    options = Options(scope=task.scope, known=task.known, may_submit=task.may_submit)
    with (
        running(task.chromium) as browser,
        opened(browser, task.address, (task.bounds.widths[0], HEIGHT), options) as product,
    ):
        if task.login:
            log_in(product, task.login, task.address)
            say("logged in")
        walked = Walk(product, task.scope, task.address, task.bounds, say).run()
        loaded = product.loaded
    typed = tuple(step.value for step in task.login if step.verb == "fill" and step.value)
    return assemble(walked, loaded, typed, frozenset(task.known))


def assemble(walked: Walked, loaded: Loaded, typed: tuple[str, ...], known: frozenset[str] = frozenset()) -> Learned:
    """Judge what was seen and put it into the form in which it is proposed. `known` are HTML's own attribute names."""
    found, unread = _sheets(walked, loaded)
    from_files = {pair: one.where for one in found if one.address for pair in sheets.names(one.whole, known)}
    _inline_names(walked, known)
    evidence = Known(
        literals=loaded.literals,
        records=loaded.records,
        described=loaded.described,
        typed=(*typed, *_accounts(typed)),
        sheet_names=from_files.keys(),
    )
    judge(walked.gathered, evidence)
    kept = [one if one.address else replace(one, mark=_doubt(walked, one, known)) for one in found]
    return Learned(
        words=(*_lines(walked), *_named(walked, from_files)),
        sheets=tuple(kept),
        assets=tuple(_assets(walked, loaded, kept)),
        clickables=walked.clickables,
        pages=walked.pages,
        states=walked.states,
        language=walked.language,
        unread=tuple(unread),
    )


def _inline_names(walked: Walked, known: frozenset[str]) -> None:
    """Names of `<style>`s and adopted sheets are judged as the page's own are: a page may write them for a person."""
    for key, sheet in walked.sheets.items():
        if sheet.kind == "link":
            continue
        for pair in sheets.names(sheet.css or sheet.text, known):
            told = walked.gathered.names.setdefault(pair, Told())
            told.wheres.add(_INLINE)
            told.pages |= walked.sheet_pages[key]


def _doubt(walked: Walked, sheet: FoundSheet, known: frozenset[str]) -> str:
    """Why a `<style>` may be of one person: a name of it is marked, or it writes a text that is."""
    lines, names = walked.gathered.lines, walked.gathered.names
    marks = {mark for pair in sheets.names(sheet.whole, known) for mark in names[pair].marks & {"holds", "number"}}
    written = {normalise(said) for said in sheets.strings(sheet.whole)}
    return min(marks | {mark for said in written & lines.keys() for mark in lines[said].marks}, default="")


def _accounts(typed: tuple[str, ...]) -> Iterator[str]:
    for said in typed:
        if "@" in said:
            yield said.partition("@")[0]


def _lines(walked: Walked) -> Iterator[Found]:
    for said, told in walked.gathered.lines.items():
        wheres = tuple(sorted(told.wheres))
        yield Found(kind="t", said=said, wheres=wheres, group=wheres[0], mark=told.mark)


def _named(walked: Walked, files: dict[tuple[str, str], str]) -> Iterator[Found]:
    """Names of the sheets and of the pages, each word once; the sheet that has it is its file."""
    merged = {
        word: Found(kind="n", said=word, wheres=(path,), group=path, mark="") for (_, word), path in files.items()
    }
    for (kind, word), told in walked.gathered.names.items():
        known = merged.get(word)
        if (known and not known.mark) or (kind == "v" and told.marks):
            continue  # an attribute's value that nothing vouches for is no name at all
        wheres = tuple(sorted(told.wheres))
        if known is None or not told.mark:
            merged[word] = Found(kind="n", said=word, wheres=wheres, group=wheres[0], mark=told.mark)
    yield from merged.values()


def path_of(address: str) -> str:
    """Return an address's path and query, by which a browser's page names a file."""
    parts = urlsplit(address)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def _sheets(walked: Walked, loaded: Loaded) -> tuple[list[FoundSheet], list[str]]:
    kept: list[FoundSheet] = []
    unread: list[str] = []
    for sheet in walked.sheets.values():
        if sheet.kind == "adopted" or (sheet.kind == "style" and (sheet.is_changed or not sheet.text.strip())):
            continue
        served = sheet.text if sheet.kind == "style" else loaded.sheets.get(sheet.address, "")
        if not served:
            unread.append(urlsplit(sheet.address).path)
            continue
        imports = {one: loaded.sheets.get(one, "") for one in imported(sheet.imports)}
        if len(served) + sum(map(len, imports.values())) > LARGEST_SHEET:
            unread.append(urlsplit(sheet.address).path)
            continue
        is_file = sheet.kind == "link"
        where = path_of(sheet.address) if is_file else _INLINE
        kept.append(
            FoundSheet(
                text=served,
                base=sheet.base,
                imports=imports,
                address=where if is_file else None,
                hash=None if is_file else hash32(sheet.text),
                rules=max(sheet.rules, 0),
                where=where,
                mark="",
            )
        )
    return kept, unread


def _assets(walked: Walked, loaded: Loaded, kept: list[FoundSheet]) -> Iterator[FoundAsset]:
    done: set[str] = set()
    for sheet in kept:
        for base, text in ((sheet.base, sheet.text), *sheet.imports.items()):
            for address in sheets.addresses(text, base):
                body = loaded.assets.get(address)
                if body is not None and address not in done and len(body.content) <= LARGEST_ASSET:
                    done.add(address)
                    yield _asset(address, body, sheet.where, "")
    for address, wheres in walked.images.items():
        image = loaded.assets.get(address)
        if address not in done and image is not None and len(image.content) <= LARGEST_ASSET:
            done.add(address)
            mark = "" if len(wheres) > 1 else "rare"
            yield _asset(address, image, min(wheres), mark)


def _asset(address: str, body: Kept, where: str, mark: str) -> FoundAsset:
    return FoundAsset(address=address, content=body.content, media_type=body.media_type, where=where, mark=mark)
