"""The `milkglass vocabulary` commands. The walk's browser runs here, what it found is kept by the owning process."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from milkglass.cli.output import Shown, show
from milkglass.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from milkglass.verification.learn import Found, FoundAsset, Learned
    from milkglass.verification.login import Step

    Call = Callable[[str, Mapping[str, Any]], dict[str, Any]]

vocabulary = typer.Typer(
    no_args_is_help=True,
    help="What a replay may show in words: learn it, review it, publish it.",
    rich_markup_mode=None,
)
Data = Annotated[Path | None, typer.Option(help="Data directory; MILKGLASS_DATA, else ./data.", show_default=False)]
Json = Annotated[bool, typer.Option("--json", help="One JSON document instead of text.")]
AT_ONCE = 2_000  # proposals in one call
_MOST_PLACES = 8  # where one text was seen
_NARROWEST, _WIDEST = 200, 4_000


@vocabulary.command()
def learn(
    url: Annotated[str, typer.Argument(help="Where the product is, as http://localhost:8484/demo/.")],
    data: Data = None,
    application: Annotated[str | None, typer.Option(help="The policy's application, checked before the walk.")] = None,
    journey: Annotated[str | None, typer.Option(help="Walk only the routes of this journey.")] = None,
    login: Annotated[
        Path | None, typer.Option(help="Steps by which the demo account gets in (YAML, JSON); demo: of Chalkboard.")
    ] = None,
    pages: Annotated[int, typer.Option(min=1, max=1000, help="Pages to load at most.")] = 30,
    minutes: Annotated[float, typer.Option(min=0.1, max=240, help="How long to walk at most.")] = 4,
    widths: Annotated[str, typer.Option(help="Widths of screen, in pixels.")] = "1280,390",
    language: Annotated[str, typer.Option(help="The product's language; what its pages say without it.")] = "",
    *,
    submit: Annotated[bool, typer.Option("--submit", help="Press buttons that send forms, too.")] = False,
    approve_clean: Annotated[
        bool, typer.Option("--approve-clean", help="Approve what nothing warns of, and publish.")
    ] = False,
    json: Json = False,
) -> None:
    """Walk the product in headless Chromium with a demo account, and propose what it says for review."""
    from milkglass.cli.calls import connected
    from milkglass.enforcement.table import classes
    from milkglass.verification.learn import Task
    from milkglass.verification.learn import learn as walk
    from milkglass.verification.scope import scope_of
    from milkglass.verification.walk import Bounds

    steps = _steps(login)
    bounds = Bounds(pages=pages, seconds=minutes * 60, widths=_widths(widths))
    with connected(data, say) as call:
        told = call("vocabulary.scope", {"application": application, "journey": journey})
        task = Task(
            address=url if "://" in url else f"http://{url}",
            scope=scope_of(told, journey or ""),
            bounds=bounds,
            login=steps,
            known=tuple(classes().known_attributes),
            may_submit=submit,
            chromium=str(told["browser"]) or None,
        )
        learned = walk(task, say)
        result = _proposed(call, learned, language or learned.language)
        if approve_clean:
            result |= call("vocabulary.approve_clean", {})
        routes = {
            route: [
                [one.labels, one.names, one.left, one.top, one.width, one.height] for one in learned.clickables[route]
            ]
            for route in learned.clickables
        }
        result |= call("vocabulary.covered", {"routes": routes})
        if learned.pages == 1 and not steps:
            result["hint"] = "only one page was reached; if the product wants a login, give its steps with --login"
        if not approve_clean:
            result["next"] = "review at /console/vocabulary, then publish there"
    show(result, Shown("vocabulary.learn", json))


@vocabulary.command()
def stats(data: Data = None, *, json: Json = False) -> None:
    """Count entries and what waits for review, and tell how much of each route a replay can name."""
    from milkglass.cli.calls import run

    show(run(data, "vocabulary.stats", {}, say), Shown("vocabulary.stats", json))


@vocabulary.command()
def publish(data: Data = None, *, json: Json = False) -> None:
    """Publish the policy file's entries with all that was approved, as one version."""
    from milkglass.cli.calls import run

    show(run(data, "vocabulary.publish", {}, say), Shown("vocabulary.publish", json))


def _proposed(call: Call, learned: Learned, language: str) -> dict[str, Any]:
    """Send all that was learnt, the assets first: a sheet names them by their bytes."""
    from milkglass.verification.learn import path_of

    told = [_sent_asset(call, one, path_of(one.address)) for one in learned.assets]
    shas = {one.address: sha for one, (_, sha) in zip(learned.assets, told, strict=True) if sha}
    counts = Counter[str]()
    for done, _ in told:
        counts.update(done)
    for sheet in learned.sheets:
        body = {
            "text": sheet.text,
            "base": sheet.base,
            "imports": sheet.imports,
            "assets": shas,
            "rules": sheet.rules,
            "hash": sheet.hash,
            "address": sheet.address,
        }
        counts.update(call("vocabulary.sheet", body | _place(sheet.where, sheet.where, sheet.mark)))
    rows = [row for found in learned.words for row in _rows(found, language)]
    for start in range(0, len(rows), AT_ONCE):
        counts.update(call("vocabulary.propose", {"proposals": rows[start : start + AT_ONCE]}))
    kinds = Counter(found.kind for found in learned.words)
    return {
        "pages": learned.pages,
        "states": learned.states,
        "language": language or None,
        "texts": kinds["t"],
        "names": kinds["n"],
        "sheets": len(learned.sheets),
        "assets": len(shas),
        "may_be_data": sum(bool(found.mark) for found in learned.words),
        **{name: counts[name] for name in ("new", "known", "unfit")},
        **({"sheets_without_text": list(learned.unread)} if learned.unread else {}),
    }


def _sent_asset(call: Call, asset: FoundAsset, path: str) -> tuple[dict[str, int], str | None]:
    from base64 import b64encode

    body = {"content": b64encode(asset.content).decode(), "address": path}
    done = call("vocabulary.asset", body | _place(asset.where, asset.where, asset.mark))
    sha = done.pop("sha256", None)
    return done, sha


def _rows(found: Found, language: str) -> list[dict[str, object]]:
    place = {"kind": found.kind, "said": found.said, "source": "learn", "group": found.group}
    marks = [found.mark] if found.mark else []
    spoken = language if found.kind == "t" else ""
    return [{**place, "where": where, "marks": marks, "language": spoken} for where in found.wheres[:_MOST_PLACES]]


def _place(where: str, group: str, mark: str) -> dict[str, Any]:
    return {"where": where, "group": group, "marks": [mark] if mark else []}


def _steps(login: Path | None) -> list[Step]:
    from milkglass.demo.files import LOGIN_FILE
    from milkglass.verification.login import read_login

    if login is None:
        return []
    file = LOGIN_FILE if login == Path("demo") and not login.exists() else login
    return read_login(_text(file), file.name)


def _widths(said: str) -> tuple[int, ...]:
    parts = [part.strip() for part in said.split(",")]
    if not all(part.isdecimal() and _NARROWEST <= int(part) <= _WIDEST for part in parts):
        raise Invalid(f"--widths are numbers of pixels from {_NARROWEST} to {_WIDEST}, as 1280,390")
    return tuple(int(part) for part in parts)


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        raise Invalid(f"{file}: cannot be read; check the path") from None


def say(text: str) -> None:
    """Tell of progress, on stderr."""
    print(text, file=sys.stderr, flush=True)
