"""Attributes: those that a person reads, those that name things, those that frameworks write, and those that run."""

from __future__ import annotations

from tests.line.channels.channel import Channel

_BY_CASE: dict[int, tuple[str, ...]] = {
    4: ("title",),
    5: (
        "alt",
        "name",
        "aria-label",
        "aria-labelledby",
        "aria-describedby",
        "aria-controls",
        "aria-owns",
        "aria-details",
        "aria-activedescendant",
        "aria-flowto",
        "aria-errormessage",
        "aria-keyshortcuts",
        "aria-current",
        "role",
        "lang",
    ),
    6: ("aria-description", "aria-roledescription", "aria-placeholder", "aria-valuetext"),
    7: ("summary", "abbr", "label", "datetime", "download", "cite"),
    8: (
        "id",
        "class",
        "for",
        "data-email",
        "jane-says",
        "slot",
        "part",
        "exportparts",
        "itemprop",
        "itemid",
        "headers",
        "popovertarget",
        "commandfor",
        "form",
        "list",
        "is",
    ),
    9: ("onclick", "onerror"),
    12: (
        "data-tippy-content",
        "data-bs-original-title",
        "data-props",
        "x-data",
        "hx-vals",
        "ng-reflect-model",
        "wire:snapshot",
        "jsaction",
        "v-bind:user",
        "@click",
    ),
    18: ("autocomplete",),
    47: ("style",),
    59: ("srcset", "imagesrcset", "poster", "longdesc", "usemap", "background"),
    68: (
        "content",
        "http-equiv",
        "nonce",
        "integrity",
        "ping",
        "rel",
        "type",
        "pattern",
        "accept",
        "media",
        "sizes",
        "target",
    ),
}
_WRITTEN = {
    "style": "'--n:' + V",
    "data-props": "JSON.stringify({user: {name: V}})",
    "data-email": "V + '@uni.example'",
    "@click": "",
}


def _attribute(case: int, name: str) -> Channel:
    if name == "@click":  # no script may write such a name, only a parser
        return Channel(case, "attribute @click", "html('<p @click=\"open(' + V + ')\">x</p>')")
    return Channel(case, f"attribute {name}", f"box.setAttribute({name!r}, {_WRITTEN.get(name, 'V')})")


CHANNELS: tuple[Channel, ...] = (
    Channel(1, "an input's placeholder", "html('<input placeholder=\"' + V + '\">')"),
    Channel(1, "a button input's value", "html('<input type=button value=\"' + V + '\">')"),
    Channel(2, "a button's accessible name", "html('<button aria-label=\"Message ' + V + ' now\">x</button>')"),
    Channel(
        3,
        "a placeholder that a script sets",
        "const i = make('input'); later(() => { i.placeholder = V + '@uni.example' })",
    ),
    Channel(
        3,
        "a label that a script changes",
        "const i = html('<b aria-label=x>x</b>'); later(() => i.setAttribute('aria-label', V))",
    ),
    Channel(4, "a title in a masked element", "html('<div class=\"rr-mask\"><i title=\"' + V + '\">x</i></div>')"),
    Channel(5, "an image's alternative text", "html('<img alt=\"' + V + '\">')"),
    Channel(7, "a table's summary", "html('<table summary=\"' + V + '\"><tr><td>x</td></tr></table>')"),
    Channel(7, "a head cell's short form", "html('<table><tr><th abbr=\"' + V + '\">x</th></tr></table>')"),
    Channel(7, "an option's label", "html('<select><option label=\"' + V + '\">x</option></select>')"),
    Channel(
        7,
        "an option group's label",
        "html('<select><optgroup label=\"' + V + '\"><option>x</option></optgroup></select>')",
    ),
    Channel(7, "a moment", "html('<time datetime=\"2011-05-17 ' + V + '\">x</time>')"),
    Channel(7, "a download's file name", "html('<a href=\"/demo/\" download=\"' + V + '.pdf\">x</a>')"),
    Channel(7, "a quotation's source", "html('<q cite=\"/demo/people/' + V + '\">x</q>')"),
    Channel(8, "a custom element's name", "make('user-' + V.toLowerCase())"),
    Channel(8, "a data attribute's name", "box.setAttribute('data-' + V, '1')"),
    Channel(8, "an unknown attribute's name", "box.setAttribute(V, '1')"),
    Channel(8, "an attribute of another namespace", "box.setAttributeNS('urn:x', 'x:' + V, V)"),
    Channel(8, "a class that is added later", "later(() => box.classList.add('u-' + V))"),
    Channel(8, "a data attribute that is set later", "later(() => { box.dataset.who = V })"),
    Channel(8, "an id that is set later", "later(() => { box.id = 'id-' + V })"),
    Channel(8, "a title that is set later", "later(() => { box.title = V })"),
    Channel(9, "a mail link", "html('<a href=\"mailto:' + V + '%40uni.example\">x</a>')"),
    Channel(9, "a telephone link", "html('<a href=\"tel:+1-' + V + '\">x</a>')"),
    Channel(9, "a script link", "html('<a href=\"javascript:open(`' + V + '`)\">x</a>')"),
    Channel(9, "a script on a click", "html('<b onclick=\"open(`' + V + '`)\">x</b>')"),
    Channel(10, "a style attribute, by property", "later(() => box.style.setProperty('--name', '\"' + V + '\"'))"),
    Channel(10, "a style attribute, by its text", "later(() => { box.style.cssText = 'color:red;--a:\"' + V + '\"' })"),
    Channel(
        10,
        "a style attribute, a small change of a long one",
        (
            "box.style.cssText = '--x:1;'.repeat(60) + 'top:0;left:0;color:red';"
            "later(() => { box.style.backgroundImage = 'url(/demo/' + V + ')' })"
        ),
    ),
    Channel(
        11,
        "text that says of itself that it may be read",
        (
            'html(\'<p class="rr-unmask sentry-unmask ph-unmask" data-sentry-unmask data-dd-privacy="allow" data-mask="false">\' + V + \'</p>\')'
        ),
    ),
    Channel(
        11,
        "an attribute under a mask and an unmask class",
        "html('<p class=\"rr-mask sentry-unmask\" title=\"' + V + '\">x</p>')",
    ),
    Channel(12, "a tooltip's text", "html('<b data-tooltip=\"Sent by ' + V + '\">x</b>')"),
    Channel(12, "rows of a table in an attribute", "box.setAttribute('data-csv', 'name,grade\\n' + V + ',B')"),
    Channel(
        12,
        "a value that is percent-encoded twice",
        "box.setAttribute('data-user', encodeURIComponent(encodeURIComponent('[' + V + ']')))",
    ),
    Channel(12, "a value in base64", "box.setAttribute('data-token', btoa('user=' + V + '&class=4b'))"),
    *(_attribute(case, name) for case, names in _BY_CASE.items() for name in names),
)
