"""Icons: line drawings on a grid of 24, drawn for the console and set into the page, so that none is fetched."""

from collections.abc import Mapping

from markupsafe import Markup

_DRAWN: Mapping[str, str] = {
    "overview": '<rect x="3" y="3" width="8" height="10" rx="2"/><rect x="14" y="3" width="7" height="6" rx="2"/>'
    '<rect x="3" y="16" width="8" height="5" rx="2"/><rect x="14" y="12" width="7" height="9" rx="2"/>',
    "recordings": (
        '<rect x="3" y="4" width="18" height="14" rx="2.5"/><path d="M10 8.5v5l4.5-2.5z"/><path d="M8 21h8"/>'
    ),
    "heatmap": '<rect x="3" y="3" width="18" height="18" rx="3"/><circle cx="10" cy="10" r="2"/>'
    '<circle cx="10" cy="10" r="4.5"/><path d="M16 17.5h.01"/>',
    "mask": '<path d="M4 6h16"/><path d="M4 12h5M12 12h8" stroke-width="5"/><path d="M4 18h9"/>',
    "log": '<path d="M6 3h9l4 4v14H6z"/><path d="M14 3v5h5"/><path d="M9 13h6M9 17h4"/>',
    "search": '<circle cx="11" cy="11" r="6.5"/><path d="m16 16 5 5"/>',
    "play": '<path d="M7 4.5v15l12-7.5z"/>',
    "pause": '<path d="M8 5v14M16 5v14"/>',
    "back": '<path d="M4 12a8 8 0 1 0 2.5-5.8"/><path d="M3 3.5V8h4.5"/>',
    "forward": '<path d="M20 12a8 8 0 1 1-2.5-5.8"/><path d="M21 3.5V8h-4.5"/>',
    "skip": '<path d="m4 6 7 6-7 6z"/><path d="m13 6 7 6-7 6z"/>',
    "left": '<path d="M19 12H5"/><path d="m11 6-6 6 6 6"/>',
    "shield": '<path d="M12 3 5 6v5.5c0 4.4 3 7.6 7 9.5 4-1.9 7-5.1 7-9.5V6z"/><path d="m9 12 2.2 2.2L15.5 10"/>',
    "stop": '<path d="M8.5 3h7L21 8.5v7L15.5 21h-7L3 15.5v-7z"/><path d="M12 8v4.5M12 16h.01"/>',
    "warn": '<path d="M12 4 2.8 20h18.4z"/><path d="M12 10v4M12 17h.01"/>',
    "good": '<circle cx="12" cy="12" r="9"/><path d="m8 12.5 2.8 2.8L16 9.8"/>',
    "no": '<circle cx="12" cy="12" r="9"/><path d="m9 9 6 6M15 9l-6 6"/>',
    "info": '<circle cx="12" cy="12" r="9"/><path d="M12 11v5M12 8h.01"/>',
    "click": '<path d="m9 9 4.5 11 2-4.5L20 13.5z"/><path d="M8 2.5v2.5M2.5 8H5M4 4l1.8 1.8"/>',
    "rage": '<path d="M13 2.5 5 13.5h6l-1 8 8-11h-6z"/>',
    "dead": '<circle cx="12" cy="12" r="9"/><path d="M5.6 5.6 18.4 18.4"/>',
    "error": (
        '<rect x="7" y="8" width="10" height="12" rx="5"/>'
        '<path d="M9 8a3 3 0 0 1 6 0M3 13h4M17 13h4M4 6l3 3M20 6l-3 3M4 20l3-3M20 20l-3-3"/>'
    ),
    "request": '<path d="M7 4v16"/><path d="m3 8 4-4 4 4"/><path d="M17 20V4"/><path d="m13 16 4 4 4-4"/>',
    "scroll": '<path d="M12 4v16"/><path d="m7 9 5-5 5 5M7 15l5 5 5-5"/>',
    "navigation": (
        '<circle cx="6" cy="18" r="2.5"/>'
        '<circle cx="18" cy="6" r="2.5"/>'
        '<path d="M8.5 18H14a3.5 3.5 0 0 0 0-7h-4a3.5 3.5 0 0 1 0-7h5.5"/>'
    ),
    "cut": '<circle cx="6" cy="6" r="2.5"/><circle cx="6" cy="18" r="2.5"/><path d="M8 7.5 20 17M8 16.5 20 7"/>',
    "eye": (
        '<path d="M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12z"/><circle cx="12" cy="12" r="3"/>'
    ),
    "lock": '<rect x="4.5" y="10.5" width="15" height="10" rx="2.5"/><path d="M8 10.5V7a4 4 0 0 1 8 0v3.5"/>',
    "key": '<circle cx="8" cy="15" r="4.5"/><path d="m11.500 11.500 8.500-8.500M16.500 6.500l3 3"/>',
    "out": '<path d="M10 4H5v16h5"/><path d="M9 12h11"/><path d="m16 8 4 4-4 4"/>',
    "download": '<path d="M12 4v11"/><path d="m7 11 5 5 5-5"/><path d="M4 20h16"/>',
    "clock": '<circle cx="12" cy="12" r="9"/><path d="M12 7v5.5l3.5 2"/>',
    "people": (
        '<circle cx="9" cy="8" r="3.5"/>'
        '<path d="M2.5 20c.6-4 3-6 6.5-6s5.9 2 6.5 6"/>'
        '<path d="M16 4.8a3.5 3.5 0 0 1 0 6.400M18 14.5c2 .8 3.2 2.600 3.5 5.500"/>'
    ),
    "words": '<path d="M4 6h16M4 11h10M4 16h7"/><path d="m15 17 2 2 4-5"/>',
    "move": '<path d="M12 3v18M3 12h18"/><path d="m9 6 3-3 3 3M9 18l3 3 3-3M6 9l-3 3 3 3M18 9l3 3-3 3"/>',
}
MARK = Markup(
    '<svg viewBox="0 0 28 28" aria-hidden="true"><rect x="2" y="2" width="17" height="17" rx="5" fill="var(--accent)"/>'
    '<rect x="8.5" y="8.5" width="17.5" height="17.5" rx="5" fill="var(--glass)" fill-opacity=".82" '
    'stroke="var(--accent)" stroke-width="1.5"/></svg>'
)


# A picture for the browser's tab: the mark in colours of its own, since a tab has no tokens.
TAB = str(MARK).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ').replace("var(--accent)", "#0a655f")
TAB_PICTURE = TAB.replace("var(--glass)", "#ffffff").encode()


def icon(name: str) -> Markup:
    """Return an icon; it says nothing to a screen reader, the word beside it does."""
    if name == "mark":
        return MARK
    return Markup('<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">' + _DRAWN[name] + "</svg>")  # noqa: S704 - drawn above
