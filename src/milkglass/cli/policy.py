"""`milkglass policy`: lint, diff, publish, export, schema. A file is read here, the owning process keeps versions."""

from __future__ import annotations

import json as json_text
import sys
from base64 import b64decode
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from milkglass.cli.output import Shown, show
from milkglass.errors import Conflict, Invalid

policy = typer.Typer(no_args_is_help=True, help="What may be recorded, and who said so.", rich_markup_mode=None)
Data = Annotated[Path | None, typer.Option(help="Data directory; MILKGLASS_DATA, else ./data.", show_default=False)]
Json = Annotated[bool, typer.Option("--json", help="One JSON document instead of text.")]
PolicyFile = Annotated[Path, typer.Argument(help="A policy file, as policy.yaml.")]
_MARKS = {"same": ("", ""), "added": ("{+", "+}"), "removed": ("[-", "-]")}


@policy.command()
def lint(
    file: PolicyFile,
    *,
    strict: Annotated[bool, typer.Option(help="Exit 1 if anything is open.")] = False,
    json: Json = False,
) -> None:
    """Check a policy file: mistakes with their line and remedy, what is left open, and where routes meet."""
    from milkglass.policy.lint import examine

    found = examine(_text(file), file.name, datetime.now(UTC).date())
    show(
        {
            "file": file.name,
            "journeys": len(found.document.journeys),
            "open": [{"line": one.line, "what": one.what, "remedy": one.remedy} for one in found.remarks],
            "overlaps": [
                {"wins": one.wins, "journey": one.journey, "over": one.loses, "of": one.other} for one in found.overlaps
            ],
        },
        Shown("policy.lint", json),
    )
    if strict and found.remarks:
        raise typer.Exit(1)


@policy.command()
def diff(
    file: Annotated[Path | None, typer.Argument(help="A file to compare with what stands.", show_default=False)] = None,
    data: Data = None,
    older: Annotated[int | None, typer.Option(help="A version's number.", show_default=False)] = None,
    newer: Annotated[int | None, typer.Option(help="A version's number.", show_default=False)] = None,
    *,
    json: Json = False,
) -> None:
    """Show what differs from the policy that stands, or between two versions: by rule, and word by word."""
    body = None if file is None else _text(file)
    told = _call(data, "policy.diff", {"body": body, "older": older, "newer": newer})
    pieces = told.pop("text")
    if json:
        told["text"] = pieces
    show(told, Shown("policy.diff", json))
    if not json and isinstance(pieces, list):
        print("".join(_marked(piece) for piece in pieces))


@policy.command()
def publish(file: PolicyFile, data: Data = None, *, json: Json = False) -> None:
    """Propose a file as the next version; it stands at once where the standing policy asks nobody's approval."""
    show(_call(data, "policy.publish", {"body": _text(file)}), Shown("policy.publish", json))


@policy.command()
def export(
    data: Data = None,
    version: Annotated[int | None, typer.Option(help="Its number; what stands without it.", show_default=False)] = None,
    starter: Annotated[
        str | None, typer.Option(help="A starter pack: chat, code-editor or ticket-form.", show_default=False)
    ] = None,
    to: Annotated[Path | None, typer.Option(help="File to write; stdout without it.", show_default=False)] = None,
    *,
    pdf: Annotated[bool, typer.Option("--pdf", help="The living page as a PDF; needs --to and the extra.")] = False,
) -> None:
    """Print the policy that stands, another version, or a starter pack with its empty vocabulary file."""
    if pdf:
        _export_pdf(data, to, is_alone=version is None and starter is None)
        return
    if starter is None:
        body = str(_call(data, "policy.export", {"version": version})["body"])
    else:
        from milkglass.policy.starters import starter as pack

        body, words_file, words = pack(starter)
        if to is not None:
            _write(to.with_name(words_file), words)
    if to is None:
        sys.stdout.write(body)
    else:
        _write(to, body)
        print(f"wrote {to}", file=sys.stderr)


@policy.command()
def schema() -> None:
    """Print the JSON Schema of a policy file, for editors."""
    from milkglass.policy.schema import schema as of_policy

    print(json_text.dumps(of_policy(), indent=1))


def _export_pdf(data: Path | None, to: Path | None, *, is_alone: bool) -> None:
    if to is None or not is_alone:
        raise Invalid("--pdf writes the policy that stands: give --to FILE, and neither --version nor --starter")
    if to.exists():
        raise Conflict(f"{to} exists already; choose another name")
    written = str(_call(data, "policy.pdf", {})["pdf"])
    to.write_bytes(b64decode(written))
    print(f"wrote {to}", file=sys.stderr)


def _marked(piece: dict[str, str]) -> str:
    begin, end = _MARKS[piece["kind"]]
    return f"{begin}{piece['text']}{end}"


def _write(file: Path, text: str) -> None:
    if file.exists():
        raise Conflict(f"{file} exists already; choose another name")
    file.write_text(text, encoding="utf-8")


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise Invalid(f"{file}: cannot be read as UTF-8 text; check the path", code="policy_invalid") from None


def _call(data: Path | None, name: str, arguments: dict[str, object]) -> dict[str, object]:
    from milkglass.cli.calls import run

    return run(data, name, arguments, lambda text: print(text, file=sys.stderr, flush=True))
