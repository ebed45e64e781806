"""Every place where a page can hold a name: one canary each, so that a leak names its channel."""

from __future__ import annotations

from tests.line.channels import attributes, forms, frames, odd, raw, signals, styles, trees
from tests.line.channels.channel import Channel
from tests.line.channels.channel import script as script_of

CHANNELS: tuple[Channel, ...] = (
    *attributes.CHANNELS,
    *forms.CHANNELS,
    *trees.CHANNELS,
    *frames.CHANNELS,
    *styles.CHANNELS,
    *signals.CHANNELS,
    *odd.CHANNELS,
)
RAW: tuple[Channel, ...] = raw.CHANNELS
# What neither bare rrweb nor we may ever send: if bare rrweb sends one, the walk has planted it in the wrong place.
CONTROLS = frozenset(
    {
        "a template",
        "a script",
        "JSON in a script",
        "a failing request's body",
        "a password",
        "text below what was excluded later",
        "a closed shadow root",
        "local storage",
    }
)


def script() -> str:
    """Return one script that plants all and answers with what the browser refused."""
    return script_of(CHANNELS)


# What the walk itself does, with a canary each: these channels are no place in a page but a moment of a visit.
STEPS: tuple[Channel, ...] = (
    Channel(51, "the first address's query", ""),
    Channel(51, "the first address's fragment", ""),
    Channel(51, "a path that a journey's template names", ""),
    Channel(53, "the address that the page came from", ""),
    Channel(61, "what waits to be sent when consent is withdrawn", ""),
    Channel(62, "what the page shows once consent is withdrawn", ""),
    Channel(63, "what an excluded page shows", ""),
    Channel(64, "what a page shows that no journey names", ""),
)
