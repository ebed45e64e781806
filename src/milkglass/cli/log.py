"""The `milkglass log` commands: export the evidence log, verify it, prove one entry of it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from milkglass.cli.output import INTEGRITY, Shown, show
from milkglass.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Mapping

log = typer.Typer(no_args_is_help=True, help="The evidence log.", rich_markup_mode=None)
Data = Annotated[Path | None, typer.Option(help="Data directory; MILKGLASS_DATA, else ./data.", show_default=False)]
Json = Annotated[bool, typer.Option("--json", help="One JSON document instead of text.")]


@log.command()
def verify(
    export: Annotated[
        Path | None, typer.Argument(help="A zip, its folder or a .tlog-proof; without it the server's own log.")
    ] = None,
    data: Data = None,
    key: Annotated[str | None, typer.Option(help="Of an export: the log's public key, or a file of it.")] = None,
    pin: Annotated[list[Path] | None, typer.Option(help="Of an export: a checkpoint kept earlier.")] = None,
    *,
    json: Json = False,
) -> None:
    """Compute the whole log again and compare; exit 6 if anything differs."""
    if export is not None:
        raise typer.Exit(_of_export(export, key, pin or []))
    told = _call(data, "log.verify", {})
    show(told, Shown("log", json))
    if not told["ok"]:
        raise typer.Exit(INTEGRITY)


@log.command()
def export(
    to: Annotated[Path, typer.Argument(help="File to write; it must not be there yet.")],
    data: Data = None,
    form: Annotated[str, typer.Option("--format", help="zip (verifiable), jsonl or csv.")] = "zip",
    *,
    json: Json = False,
) -> None:
    """Write the log for an auditor; that it was exported is an entry of it."""
    show(_call(data, "log.export", {"to": str(to.absolute()), "format": form}), Shown("log", json))


@log.command()
def proof(
    entry: Annotated[str, typer.Argument(help="An entry's number, or the id of a look or recording.")],
    to: Annotated[Path, typer.Option(help="File to write, as look.tlog-proof.")],
    data: Data = None,
    *,
    json: Json = False,
) -> None:
    """Write the proof of one entry: it verifies offline, without the rest of the log."""
    if to.suffix != ".tlog-proof":
        raise Invalid("--to names a file that ends with .tlog-proof")
    told = _call(data, "log.proof", {"entry": entry})
    to.write_text(str(told.pop("proof")), encoding="utf-8")
    show({**told, "file": str(to)}, Shown("log", json))


@log.command()
def checkpoint(data: Data = None, *, json: Json = False) -> None:
    """Print the log's public key and its newest signed checkpoint: keep both outside of the server."""
    show(_call(data, "log.checkpoint", {}), Shown("log", json))


@log.command()
def reopen(data: Data = None, *, json: Json = False) -> None:
    """Say that this is a restored backup: a new log begins and cites what was signed. Stop the server first."""
    from milkglass.cli.log_calls import reopened

    show(reopened(data), Shown("log", json))


def _of_export(where: Path, key: str | None, pins: list[Path]) -> int:
    from milkglass.merkle.verify import main

    if key is None:
        raise Invalid("an export is verified with --key, the log's public key from elsewhere; never from the export")
    words = [word for pin in pins for word in ("--pin", str(pin))]
    code = main([str(where), "--key", key, *words])
    return INTEGRITY if code == 1 else code


def _call(data: Path | None, name: str, arguments: Mapping[str, object]) -> dict[str, object]:
    from milkglass.cli.calls import run

    return run(data, name, arguments, lambda text: print(text, file=sys.stderr, flush=True))
