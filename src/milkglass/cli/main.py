"""The `milkglass` command. People's text goes to stdout, progress to stderr; `--json` gives one document.

Exit codes: 0 ok, 1 findings, 2 usage, 3 settings or policy, 4 target unreachable, 5 not allowed, 6 integrity,
70 internal.
Heavy imports happen inside the commands, so that `--help` answers at once.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from milkglass.cli.consent import consent, key
from milkglass.cli.init import init
from milkglass.cli.log import log
from milkglass.cli.output import Shown, fail, show
from milkglass.cli.policy import policy
from milkglass.cli.pseudonym import pseudonym
from milkglass.cli.stops import resume, stop
from milkglass.cli.vocabulary_review import vocabulary
from milkglass.errors import MilkglassError

if TYPE_CHECKING:
    from collections.abc import Mapping

# Plain help: it can be piped and read aloud.
app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
recordings = typer.Typer(no_args_is_help=True, help="List, export or purge recordings.", rich_markup_mode=None)
app.add_typer(recordings, name="recordings")
app.add_typer(log, name="log")
user = typer.Typer(no_args_is_help=True, help="The accounts of people who log in.", rich_markup_mode=None)
app.add_typer(user, name="user")
app.command()(init)
app.command()(stop)
app.command()(resume)
app.add_typer(consent, name="consent")
app.add_typer(key, name="key")
app.add_typer(policy, name="policy")
app.add_typer(pseudonym, name="pseudonym")
app.add_typer(vocabulary, name="vocabulary")

Data = Annotated[Path | None, typer.Option(help="Data directory; MILKGLASS_DATA, else ./data.", show_default=False)]
Json = Annotated[bool, typer.Option("--json", help="One JSON document instead of text.")]


@app.command()
def up(
    data: Data = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on.", show_default=False)] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.", show_default=False)] = None,
    policy: Annotated[Path | None, typer.Option(help="Policy file; the demo's without it.", show_default=False)] = None,
    *,
    demo: Annotated[bool | None, typer.Option(help="Serve the demo at /demo/.", show_default=False)] = None,
) -> None:
    """Start the server and print its one-time links. Ctrl-C stops it."""
    from milkglass.cli.serve import serve

    serve({"data": data, "host": host, "port": port, "policy": policy, "demo": demo})


@app.command()
def demo(
    data: Data = None,
    people: Annotated[int, typer.Option(min=1, max=200, help="How many different people visit.")] = 12,
    *,
    json: Json = False,
) -> None:
    """Let a scripted browser visit the running demo, and draw the wireframes for its heatmaps."""
    show(_call(data, "demo", {"people": people}), Shown("demo", json))


@app.command()
def doctor(
    data: Data = None,
    url: Annotated[
        str | None, typer.Option(help="Open this page in Chromium and say why it is not recorded.", show_default=False)
    ] = None,
    browser: Annotated[str | None, typer.Option(help="Chromium's command, for --url.", show_default=False)] = None,
    *,
    json: Json = False,
) -> None:
    """Check what the server needs; or, with --url, a page: snippet, CSP, origin, secret, clock, consent, journey."""
    from milkglass.cli.doctor import examine, examine_page

    findings = examine_page(url, browser) if url else examine(data)
    show({**({"url": url} if url else {}), "checks": findings}, Shown("doctor", json))
    if any(check["state"] == "wrong" for check in findings):
        raise typer.Exit(1)


@app.command()
def token(
    person: Annotated[str, typer.Option(help="Any word; it is hashed, as a customer's server would.")],
    institution: Annotated[str, typer.Option(help="An institution of the policy.")],
    data: Data = None,
    purpose: Annotated[list[str] | None, typer.Option(help="replay, heatmap; none: no consent.")] = None,
    *,
    json: Json = False,
) -> None:
    """Sign a visit token for a local try, valid for 15 minutes."""
    arguments = {"person": person, "institution": institution, "purposes": purpose or []}
    show(_call(data, "token", arguments), Shown("token", json))


@app.command()
def secret(
    data: Data = None,
    *,
    rotate: Annotated[bool, typer.Option(help="Draw a new one; the old one works until the next.")] = False,
    json: Json = False,
) -> None:
    """Print the application's secret, with which the customer's server signs visit tokens."""
    show(_call(data, "secret", {"rotate": rotate}), Shown("secret", json))


@app.command()
def heatmap(
    route: Annotated[str, typer.Argument(help="A route template of the policy, as /demo/chat/:room.")],
    data: Data = None,
    kind: Annotated[str, typer.Option(help="click, rage or dead.")] = "click",
    viewport: Annotated[str | None, typer.Option(help="small, medium or large; all without it.")] = None,
    days: Annotated[int, typer.Option(min=1, max=365, help="How many days back.")] = 30,
    *,
    json: Json = False,
) -> None:
    """Show which elements of a route people use, above the people floor."""
    arguments = {"route": route, "kind": kind, "viewport": viewport, "days": days}
    show(_call(data, "heatmap", arguments), Shown("heatmap", json))


@app.command()
def masking(
    data: Data = None,
    days: Annotated[int, typer.Option(min=1, max=365, help="How many days back.")] = 7,
    *,
    json: Json = False,
) -> None:
    """Show how often the server had to mask, by recorder release and path, and which exclusions match nothing."""
    told = _call(data, "masking", {"days": days})
    show(told, Shown("masking", json))


@app.command()
def link(
    account: Annotated[str, typer.Argument(help="The account's name, as the Overview shows it.")],
    data: Data = None,
    *,
    json: Json = False,
) -> None:
    """Print a new one-time login link for an account."""
    show(_call(data, "link", {"account": account}), Shown("link", json))


@app.command()
def backup(
    to: Annotated[Path, typer.Argument(help="Folder for the two files.")],
    data: Data = None,
    *,
    json: Json = False,
) -> None:
    """Write a backup: a data set, which opens nothing alone, and a keys set, to be kept apart and a week at most."""
    show(_call(data, "backup", {"to": str(to.absolute())}), Shown("backup", json))


@app.command()
def restore(
    data_set: Annotated[Path, typer.Argument(help="The data set, of any day.")],
    keys_set: Annotated[Path, typer.Argument(help="The newest keys set: what was purged since is not in it.")],
    data: Data = None,
    *,
    json: Json = False,
) -> None:
    """Put a backup into an empty data directory. A new log begins, which cites the old one."""
    from milkglass.cli.log_calls import restored

    show(restored(data, data_set, keys_set), Shown("restore", json))


@recordings.command("list")
def list_recordings(
    data: Data = None,
    institution: Annotated[str | None, typer.Option(help="Only this institution.")] = None,
    route: Annotated[str | None, typer.Option(help="Only with this route template.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000)] = 50,
    *,
    json: Json = False,
) -> None:
    """List recordings, newest first: counts and routes, never content."""
    arguments = {"institution": institution, "route": route, "limit": limit}
    show(_call(data, "recordings.list", arguments), Shown("recordings", json))


@recordings.command()
def export(
    recording: Annotated[str, typer.Argument(help="The recording's id.")],
    account: Annotated[str, typer.Option("--as", help="The viewer account that asks.")],
    reason: Annotated[str, typer.Option(help="support_case, incident or rights_request.")],
    case: Annotated[str, typer.Option(help="The help desk's case number.")],
    to: Annotated[Path, typer.Option(help="File to write.")],
    data: Data = None,
    form: Annotated[str, typer.Option("--format", help="rrweb: events with words, for any rrweb player.")] = "rrweb",
    *,
    json: Json = False,
) -> None:
    """Export a recording. A second person confirms in the console, but for the built-in demo's recordings."""
    arguments = {"recording": recording, "account": account, "reason": reason, "case": case, "format": form}
    told = _call(data, "recordings.export", arguments)
    events = told.pop("events", None)
    if events is not None:
        to.write_text(str(events), encoding="utf-8")
        told["file"] = str(to)
    show(told, Shown("export", json))


@recordings.command()
def purge(
    recording: Annotated[str, typer.Argument(help="The recording's id.")],
    data: Data = None,
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be destroyed.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    json: Json = False,
) -> None:
    """Destroy a recording: its key, its bytes, its rows; then prove that none is left."""
    if not dry_run and not yes:
        typer.confirm(f"Destroy recording {recording} for good?", abort=True, err=True)
    show(_call(data, "recordings.purge", {"recording": recording, "dry_run": dry_run}), Shown("purge", json))


@user.command()
def invite(
    email: Annotated[str, typer.Argument(help="Their e-mail address; the log never holds it.")],
    name: Annotated[str, typer.Option(help="The name that the console shows.")],
    role: Annotated[str, typer.Option(help="viewer, auditor, legal or engineer.")],
    data: Data = None,
    trained_until: Annotated[str | None, typer.Option(help="Day until which a viewer's training holds.")] = None,
    *,
    json: Json = False,
) -> None:
    """Make an account and print its one-time login link. A viewer without valid training may not look."""
    arguments = {"email": email, "name": name, "role": role, "trained_until": trained_until}
    show(_call(data, "user.invite", arguments), Shown("user", json))


@user.command()
def end(
    account: Annotated[str, typer.Argument(help="The account's name or id.")],
    data: Data = None,
    *,
    json: Json = False,
) -> None:
    """End an account at once: every way in, its login sessions and its leave to look end with it."""
    show(_call(data, "user.end", {"account": account}), Shown("user", json))


@user.command()
def reset(
    account: Annotated[str, typer.Argument(help="The account's name or id.")],
    data: Data = None,
    *,
    json: Json = False,
) -> None:
    """Take passkeys, password and app from an account that lost them, end its sessions, and print a new link."""
    show(_call(data, "user.reset", {"account": account}), Shown("user", json))


@user.command()
def erase(
    account: Annotated[str, typer.Argument(help="The name or id of an account that has ended.")],
    data: Data = None,
    *,
    json: Json = False,
) -> None:
    """Erase an ended account's name, e-mail and salt: the log's id names nobody from then on."""
    show(_call(data, "user.erase", {"account": account}), Shown("user", json))


def _call(data: Path | None, name: str, arguments: Mapping[str, object]) -> dict[str, object]:
    """Run a call in the process that owns the directory, else open the directory here."""
    from milkglass.cli.calls import run

    return run(data, name, arguments, lambda text: print(text, file=sys.stderr, flush=True))


def main() -> None:
    """Run the command; an error of ours becomes one line and its exit code."""
    try:
        app(standalone_mode=True)
    except MilkglassError as problem:
        sys.exit(fail(problem))


if __name__ == "__main__":
    main()
