"""Init: writes a policy and an empty vocabulary into a folder, from a starter pack, to begin a deployment with."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from milkglass.cli.output import Shown, show
from milkglass.errors import Conflict

Folder = Annotated[Path, typer.Argument(help="Folder for the two files.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON document instead of text.")]


def init(
    folder: Folder,
    application: Annotated[str, typer.Option("--id", help="The product's id: lower-case letters, digits, hyphens.")],
    origin: Annotated[list[str], typer.Option(help="An origin whose pages may send, as https://app.example.")],
    name: Annotated[str | None, typer.Option(help="The product's name; its id without it.", show_default=False)] = None,
    starter: Annotated[str, typer.Option(help="chat, code-editor or ticket-form.")] = "chat",
    *,
    json: Json = False,
) -> None:
    """Write policy.yaml and its vocabulary file, to begin with; no institution has opted in, so nothing is recorded."""
    from milkglass.policy.editing import with_application
    from milkglass.policy.load import load
    from milkglass.policy.starters import starter as pack

    given = pack(starter)
    was = given.words_file.partition(".")[0]
    text = with_application(given.policy.replace(was, application), name or application, origin)
    load(text, "policy.yaml")  # a wrong id or origin is told before anything is written
    files = {"policy.yaml": text, given.words_file.replace(was, application): given.words.replace(was, application)}
    folder.mkdir(parents=True, exist_ok=True)
    there = [file for file in files if (folder / file).exists()]
    if there:
        raise Conflict(f"{folder} has {' and '.join(there)} already; choose another folder, or change what is there")
    for file, body in files.items():
        (folder / file).write_text(body, encoding="utf-8")
    policy = folder / "policy.yaml"
    told = {"policy": str(policy), "vocabulary": str(folder / list(files)[1])}
    show({**told, "next": f"milkglass up --no-demo --policy {policy}"}, Shown("init", json))
