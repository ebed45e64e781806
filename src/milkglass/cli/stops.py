"""`milkglass stop` and `milkglass resume`: end recording at once, and let it begin again."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from milkglass.cli.output import Shown, show
from milkglass.errors import Invalid

Data = Annotated[Path | None, typer.Option(help="Data directory; MILKGLASS_DATA, else ./data.", show_default=False)]
Json = Annotated[bool, typer.Option("--json", help="One JSON document instead of text.")]
Institution = Annotated[str | None, typer.Option(help="Only this institution.", show_default=False)]
Application = Annotated[bool, typer.Option("--application", help="This deployment's application.")]
Everything = Annotated[bool, typer.Option("--everything", help="All that this deployment records.")]


def stop(
    data: Data = None,
    institution: Institution = None,
    *,
    application: Application = False,
    everything: Everything = False,
    json: Json = False,
) -> None:
    """End recording at once: the server takes no batch from here on, open pages stop with their next one."""
    _run(data, "stop", _scope(institution, is_application=application, is_everything=everything), as_json=json)


def resume(
    data: Data = None,
    institution: Institution = None,
    *,
    application: Application = False,
    everything: Everything = False,
    json: Json = False,
) -> None:
    """Let recording begin again, of pages that are loaded from now on."""
    _run(data, "resume", _scope(institution, is_application=application, is_everything=everything), as_json=json)


def _scope(institution: str | None, *, is_application: bool, is_everything: bool) -> dict[str, object]:
    if (institution is not None) + is_application + is_everything != 1:
        raise Invalid("say what: --institution ID, --application or --everything")
    reach = "institution" if institution is not None else "application" if is_application else "everything"
    return {"reach": reach, "institution": institution}


def _run(data: Path | None, name: str, arguments: dict[str, object], *, as_json: bool) -> None:
    from milkglass.cli.calls import run

    told = run(data, name, arguments, lambda text: print(text, file=sys.stderr, flush=True))
    show(told, Shown(name, as_json))
