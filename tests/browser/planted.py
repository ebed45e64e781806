"""A page with a made-up name in every channel that a recorder could read, and a search that finds them again."""

import json
from base64 import b64decode
from urllib.parse import unquote

from tests.browser.sdk_server import Sent

# One name for each channel, so that a finding says where it came from.
CHANNELS = (
    "text", "title", "label", "placeholder", "alt", "datavalue", "dataname", "class", "id", "unknown", "typed", "password",
    "hidden", "area", "option", "button", "comment", "script", "noscript", "template", "css", "cssclass", "cssurl", "cssvar",
    "inserted", "adopted", "inline", "shadow", "shadowlater", "frame", "srcdoc", "file", "storage", "cookie", "query", "hash",
    "pushed", "later", "latertext", "laterattribute", "laterstyle", "laterclass", "editable", "custom", "svg", "meta",
    "excluded", "excludedlater", "canvas", "console", "error", "href", "mailto", "datetime", "aria", "name", "styletext",
    "typedlater", "request", "document",
)  # fmt: skip


def name(channel: str) -> str:
    """The name that is planted in a channel."""
    return f"zq{channel}vex"


NAMES = {channel: name(channel) for channel in CHANNELS}

# ruff: noqa: E501 - a page reads better with its lines whole
PAGE = """<!doctype html><html lang="en"><head><title>{document}</title><meta name="description" content="{meta}">
<meta charset="utf-8">
<style>.{cssclass} {{ color: red }} .x::after {{ content: "{css}"; background: url(/p?u={cssurl}); --{cssvar}: "{cssvar}" }}</style>
<style id="sheet">b {{ top: 0 }}</style>
<script src="/boot.js" defer></script><script type="application/json">{{"a": "{script}"}}</script></head><body>
<h1>{text}</h1><button class="save">Save changes</button><p title="{title}" aria-description="{aria}">Hello <b>{text}</b></p>
<button aria-label="{label}">ok</button><input placeholder="{placeholder}"><img alt="{alt}" src="data:,">
<div data-user="{datavalue}" data-{dataname}="1" class="row {class}" id="{id}" {unknown}="{unknown}" style="--a:'{inline}'">.</div>
<input id="typing" name="{name}"><input type="password" id="secret" value="{password}"><input type="hidden" value="{hidden}">
<textarea>{area}</textarea><select><option value="{option}">{option}</option></select><input type="button" value="{button}">
<!-- {comment} --><noscript>{noscript}</noscript><template><p>{template}</p></template>
<div id="host"></div><iframe id="same" src="/frame"></iframe><iframe srcdoc="<p>{srcdoc}</p>"></iframe>
<input type="file" id="file"><div contenteditable id="editable">{editable}</div><user-{custom}>.</user-{custom}>
<svg width="9" height="9"><text>{svg}</text><image href="/i?{svg}"></image></svg><div class="left-out" id="out">{excluded}</div>
<canvas id="canvas"></canvas><a href="/students/{href}">.</a><a href="mailto:{mailto}@uni.example">.</a>
<time datetime="{datetime}">.</time><p id="target">.</p></body></html>"""

CHANGES = """
const planted = {names};
const make = (tag, text) => Object.assign(document.createElement(tag), {{ textContent: text }});
function before() {{
  localStorage.setItem("who", planted.storage); document.cookie = "who=" + planted.cookie;
  document.getElementById("host").attachShadow({{ mode: "open" }}).innerHTML = "<p>" + planted.shadow + "</p>";
  document.styleSheets[0].insertRule("." + planted.inserted + "{{ content: '" + planted.inserted + "' }}");
  const sheet = new CSSStyleSheet(); sheet.replaceSync("." + planted.adopted + "{{ top: 1px }}");
  document.adoptedStyleSheets = [sheet];
  document.getElementById("canvas").getContext("2d").fillText(planted.canvas, 5, 5);
}}
function after() {{
  const target = document.getElementById("target");
  document.body.append(make("p", planted.later)); target.firstChild.data = planted.latertext;
  target.setAttribute("data-who", planted.laterattribute); target.title = planted.laterattribute;
  target.style.setProperty("--who", "'" + planted.laterstyle + "'"); target.className = planted.laterclass;
  document.getElementById("host").shadowRoot.append(planted.shadowlater);
  document.getElementById("sheet").firstChild.data = "." + planted.styletext + " {{ content: '" + planted.styletext + "' }}";
  document.getElementById("out").append(make("p", planted.excludedlater));
  document.getElementById("secret").type = "text";
  document.getElementById("typing").value = planted.typedlater;
  console.log(planted.console);
  setTimeout(() => {{ throw new Error(planted.error); }});
  fetch("/api/" + planted.request + "?q=" + planted.request, {{ method: "POST", body: planted.request }});
  history.pushState(null, "", "/demo/chat/" + planted.pushed + "?u=" + planted.pushed + "#" + planted.hash);
  document.title = planted.document + " again";
}}
"""


def page() -> str:
    """The page's HTML."""
    return PAGE.format(**NAMES)


def script(start: str) -> str:
    """The page's script: plant, start a recorder, plant again when told to."""
    return CHANGES.format(names=json.dumps(NAMES)) + "\nbefore();\n" + start


def _views(sent: Sent) -> str:
    said = "\n".join([sent.path, *sent.headers.values(), sent.body])
    decoded = [said, unquote(said), unquote(unquote(said))]
    for word in said.replace('"', " ").replace("\\", " ").split():
        try:
            decoded.append(b64decode(word + "=" * (-len(word) % 4), validate=True).decode("utf-8", "ignore"))
        except ValueError:
            continue
    return "\n".join(decoded).lower()


def found(requests: list[Sent]) -> set[str]:
    """The channels whose name is in anything that was sent, decoded every way that a reader would try."""
    views = [_views(one) for one in requests]
    return {channel for channel, planted in NAMES.items() if any(planted in view for view in views)}
