"""`milkglass key` and `milkglass consent`: backend keys, and what people agreed to."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from milkglass.cli.output import Shown, show
from milkglass.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Mapping

key = typer.Typer(no_args_is_help=True, help="Keys of your own server, which writes consent.", rich_markup_mode=None)
consent = typer.Typer(no_args_is_help=True, help="Who agreed to what, by pseudonym.", rich_markup_mode=None)
Data = Annotated[Path | None, typer.Option(help="Data directory; MILKGLASS_DATA, else ./data.", show_default=False)]
Json = Annotated[bool, typer.Option("--json", help="One JSON document instead of text.")]
KeyId = Annotated[str, typer.Argument(help="The key's id, as `milkglass key list` shows it.")]


@key.command()
def create(
    name: Annotated[str, typer.Option(help="What it is for, as 'grades server'.")],
    data: Data = None,
    institution: Annotated[str | None, typer.Option(help="The only one it writes for.", show_default=False)] = None,
    days: Annotated[int, typer.Option(min=1, max=365, help="How long it lasts.")] = 365,
    environment: Annotated[str, typer.Option("--env", help="live or test; it stands in the key.")] = "live",
    *,
    json: Json = False,
) -> None:
    """Make a backend key and print it, this once. It writes and withdraws consent, and never reads a recording."""
    arguments = {"name": name, "institution": institution, "days": days, "environment": environment}
    show(_call(data, "key.create", arguments), Shown("key", json))


@key.command()
def rotate(name: KeyId, data: Data = None, *, json: Json = False) -> None:
    """Make another key in a key's place and print it; the old one works for one more day."""
    show(_call(data, "key.rotate", {"key": name}), Shown("key", json))


@key.command("list")
def list_keys(data: Data = None, *, json: Json = False) -> None:
    """List the keys: what for, until when, when last used. The keys themselves are kept nowhere."""
    show(_call(data, "key.list", {}), Shown("keys", json))


@key.command()
def revoke(name: KeyId, data: Data = None, *, json: Json = False) -> None:
    """End a key at once."""
    show(_call(data, "key.revoke", {"key": name}), Shown("key", json))


@consent.command("show")
def show_consent(
    person: Annotated[str, typer.Argument(help="A pseudonym, or its first letters; all without it.")] = "",
    data: Data = None,
    institution: Annotated[str, typer.Option(help="Only of this institution.", show_default=False)] = "",
    *,
    json: Json = False,
) -> None:
    """List what happened to consent, the newest first, and what a withdrawal did."""
    show(_call(data, "consent.show", {"person": person, "institution": institution}), Shown("consent", json))


@consent.command()
def withdraw(
    person: Annotated[str, typer.Argument(help="The whole pseudonym.")],
    data: Data = None,
    *,
    erase: Annotated[bool, typer.Option("--erase", help="Also destroy what was recorded.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would happen and do nothing.")] = False,
    json: Json = False,
) -> None:
    """Take a person's consent back for them, as they asked; recording ends with this commit."""
    if not (yes or dry_run) and not typer.confirm(f"End recording of {person}{' and erase' if erase else ''}?"):
        raise Invalid("nothing was done")
    arguments = {"person": person, "erase": erase, "dry_run": dry_run}
    show(_call(data, "consent.withdraw", arguments), Shown("consent", json))


@consent.command()
def invalidate(
    name: Annotated[str, typer.Argument(help="The consent's id, as `consent show` prints it.")],
    data: Data = None,
    *,
    json: Json = False,
) -> None:
    """Note that a consent never was one, such as a wrong person's; the recordings under it are listed."""
    show(_call(data, "consent.invalidate", {"consent": name}), Shown("consent", json))


def _call(data: Path | None, name: str, arguments: Mapping[str, object]) -> dict[str, object]:
    from milkglass.cli.calls import run

    return run(data, name, dict(arguments), lambda text: print(text, file=sys.stderr, flush=True))
