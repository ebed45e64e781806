"""Pages: Jinja templates with the filters that put times, lengths and counts into words.

An undefined name is an error and every value is escaped.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.responses import HTMLResponse, Response

from milkglass.access.values import Act
from milkglass.web.built import HERE, Manifest
from milkglass.web.icons import icon
from milkglass.web.protection import Csp, draw_nonce, protect

if TYPE_CHECKING:
    from collections.abc import Mapping

    from milkglass.access.accounts import Account

ROLE_WORDS = {
    "owner": "Owner: sets the rules and never looks",
    "viewer": "Viewer: may look, with a reason and a case",
    "auditor": "Auditor: reads the log",
    "legal": "Legal: approves what is material",
    "engineer": "Engineer: approves for engineering",
}
STYLE = (HERE / "static" / "console.css").read_bytes()
STYLE_URL = f"/console/console-{sha256(STYLE).hexdigest()[:12]}.css"
_STEPS = ((timedelta(days=1), "d"), (timedelta(hours=1), "h"), (timedelta(minutes=1), "min"))


def ago(moment: datetime, now: datetime) -> str:
    """Say how long ago a moment was.

    >>> from datetime import UTC
    >>> noon = datetime(2026, 11, 1, 12, tzinfo=UTC)
    >>> ago(noon - timedelta(minutes=90), noon), ago(noon, noon)
    ('1 h ago', 'just now')
    """
    gone = now - moment
    for step, unit in _STEPS:
        if gone >= step:
            return f"{gone // step} {unit} ago"
    return "just now"


def lasting(length: timedelta) -> str:
    """Say a length as minutes and seconds.

    >>> lasting(timedelta(seconds=75)), lasting(timedelta(hours=1, seconds=1))
    ('1:15', '1:00:01')
    """
    seconds = max(int(length.total_seconds()), 0)
    minutes, hours = seconds // 60 % 60, seconds // 3600
    return f"{hours}:{minutes:02d}:{seconds % 60:02d}" if hours else f"{minutes}:{seconds % 60:02d}"


def many(count: int, one: str, more: str | None = None) -> str:
    """Say a count with its noun.

    >>> many(1, "look"), many(1200, "look"), many(2, "entry", "entries")
    ('1 look', '1,200 looks', '2 entries')
    """
    return f"{count:,} {one if count == 1 else more or one + 's'}"


def when(moment: datetime, now: datetime) -> Markup:
    """Return a moment as a person reads it, with the full time behind it."""
    full = f"{moment:%Y-%m-%d %H:%M:%S} UTC"
    return Markup('<time datetime="{}" title="{}">{}</time>').format(moment.isoformat(), full, ago(moment, now))


def coded(said: str) -> Markup:
    """Return a sentence with a capital letter, and what stands in backticks as code.

    >>> coded("add `review`")
    Markup('Add <code>review</code>')
    """
    parts = (said[:1].upper() + said[1:]).split("`")
    return Markup("").join(Markup("<code>{}</code>").format(part) if i % 2 else part for i, part in enumerate(parts))


def role_words(account: Account) -> str:
    """Say what an account is."""
    return "; ".join(ROLE_WORDS[role.value] for role in sorted(account.roles))


@dataclass(frozen=True, slots=True)
class Pages:
    """Renders templates."""

    manifest: Manifest = field(default_factory=Manifest.read)
    environment: Environment = field(init=False)

    def __post_init__(self) -> None:
        environment = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            undefined=StrictUndefined,
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        environment.globals.update(icon=icon, manifest=self.manifest, many=many, when=when, lasting=lasting, Act=Act)
        environment.globals.update(role_words=role_words, coded=coded, css=_css(), style_url=STYLE_URL)
        object.__setattr__(self, "environment", environment)

    def built_text(self, name: str) -> Markup:
        """Return a built style sheet, to be set into a page."""
        return Markup(self.manifest.text(name))  # noqa: S704 - built from our own sources

    def render(self, template: str, said: Mapping[str, object], *, csp: Csp, status: int = 200) -> Response:
        """Render a template as an answer with its headers; the template gets `nonce` for its scripts."""
        nonce = draw_nonce()
        body = self.environment.get_template(template).render({**said, "nonce": nonce})
        return protect(HTMLResponse(body, status), csp, nonce)


def _css() -> Markup:
    # Ours, read from the package: inlined where a page's policy allows no file.
    return Markup(STYLE.decode())  # noqa: S704
