"""`milkglass pseudonym ask`: ask which random name a person has here; the console tells it to the one who asked."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from milkglass.cli.output import Shown, show
from milkglass.errors import Invalid

pseudonym = typer.Typer(no_args_is_help=True, help="Which random name a person has here.", rich_markup_mode=None)


@pseudonym.callback()
def _named() -> None:
    """Keep `ask` a word of its own: a single command would take its group's name."""


Data = Annotated[Path | None, typer.Option(help="Data directory; MILKGLASS_DATA, else ./data.", show_default=False)]
Json = Annotated[bool, typer.Option("--json", help="One JSON document instead of text.")]
As = Annotated[str, typer.Option("--as", help="The viewer account that asks.")]


@pseudonym.command()
def ask(
    account: As,
    reason: Annotated[str, typer.Option(help="support_case, incident or rights_request.")],
    case: Annotated[str, typer.Option(help="The help desk's case number.")],
    data: Data = None,
    person: Annotated[str | None, typer.Option(help="The visit token's `person`, 64 hex.", show_default=False)] = None,
    institution: Annotated[str | None, typer.Option(help="Of that person.", show_default=False)] = None,
    recording: Annotated[str | None, typer.Option(help="Or a recording's id.", show_default=False)] = None,
    *,
    json: Json = False,
) -> None:
    """Ask for a pseudonym. A second person agrees in the console, and there it is shown to the one who asked."""
    if (recording is None) == (person is None) or (person is None) != (institution is None):
        raise Invalid("say whose: --recording ID, or --person HEX with --institution ID")
    arguments: dict[str, object] = {
        "account": account,
        "reason": reason,
        "case": case,
        "person": person,
        "institution": institution,
        "recording": recording,
    }
    from milkglass.cli.calls import run

    told = run(data, "pseudonym.ask", arguments, lambda text: print(text, file=sys.stderr, flush=True))
    show(told, Shown("pseudonym.ask", json))
