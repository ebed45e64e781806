"""Every place where a page can hold a name: one canary each, so that a leak names its channel.

`V` is the canary, `box` an element of its own in the page's body. The order is that of the leak cases in docs/masking.md:
attributes, forms, text and trees, frames, CSS, address, console and network, media, the page's own storage.
"""

from __future__ import annotations

import hashlib

ATTRIBUTES = (
    "alt",
    "title",
    "placeholder",
    "aria-label",
    "aria-description",
    "aria-roledescription",
    "aria-placeholder",
    "aria-valuetext",
    "aria-labelledby",
    "label",
    "summary",
    "abbr",
    "id",
    "class",
    "name",
    "for",
    "data-email",
    "data-props",
    "data-tippy-content",
    "jane-says",
    "role",
    "lang",
    "itemprop",
    "headers",
    "part",
    "slot",
    "cite",
    "datetime",
    "download",
    "content",
    "pattern",
    "accept",
    "ping",
    "nonce",
    "srcset",
    "rel",
    "type",
    "autocomplete",
    "list",
    "form",
    "usemap",
    "onclick",
    "contenteditable",
)
JS: dict[str, str] = {
    "text": "box.append(V)",
    "text, split over nodes": "for (const c of V) box.append(c)",
    "text, letter by letter in spans": "for (const c of V) { const s = document.createElement('span'); s.append(c); box.append(s) }",
    "text, changed after load": "const t = document.createTextNode('…'); box.append(t); setTimeout(() => { t.data = V }, 300)",
    "text, added after load": "setTimeout(() => { const p = document.createElement('p'); p.append(V); box.append(p) }, 300)",
    "text, with zero-width marks": "box.append(V.slice(0, 4) + '\\u200b' + V.slice(4))",
    "text, in reference marks": "box.append('\\u{10FFFC}' + V + '\\u{10FFFD}')",
    "text, hidden": "box.hidden = true; box.append(V)",
    "text in a code block": "box.innerHTML = '<pre><code>user = \"' + V + '\"\\nprint(user)</code></pre>'",
    "text in an option": "box.innerHTML = '<select><option>' + V + '</option></select>'",
    "text in a table": "box.innerHTML = '<table><tr><td>' + V + '</td></tr></table>'",
    "text in noscript": "box.innerHTML = '<noscript>' + V + '</noscript>'",
    "text in a template": "box.innerHTML = '<template><p>' + V + '</p></template>'",
    "text in a closed dialog": "box.innerHTML = '<dialog>' + V + '</dialog>'",
    "text in contenteditable": "box.innerHTML = '<div contenteditable>' + V + '</div>'",
    "text in an SVG": "box.innerHTML = '<svg><title>' + V + '</title><text>' + V + '</text></svg>'",
    "a comment": "box.append(document.createComment(' student: ' + V))",
    "a script": "const s = document.createElement('script'); s.type = 'application/json'; s.text = JSON.stringify({n: V}); box.append(s)",
    "a custom element": "box.append(document.createElement('user-' + V.toLowerCase()))",
    "an open shadow root": "const h = document.createElement('div'); box.append(h); h.attachShadow({mode: 'open'}).append(V)",
    "an open shadow root, changed later": (
        "const h = document.createElement('div'); box.append(h); const r = h.attachShadow({mode: 'open'});"
        "r.innerHTML = '<p title=x>x</p>'; setTimeout(() => { r.querySelector('p').textContent = V;"
        " r.querySelector('p').title = V }, 300)"
    ),
    "a closed shadow root": "const h = document.createElement('div'); box.append(h); h.attachShadow({mode: 'closed'}).append(V)",
    "a slotted child": (
        "const h = document.createElement('div'); box.append(h); h.attachShadow({mode: 'open'}).innerHTML = '<slot></slot>';"
        "h.append(V)"
    ),
    "a sheet in a shadow root": (
        "const h = document.createElement('div'); box.append(h); const s = new CSSStyleSheet();"
        "s.replaceSync('.u-' + V + '::after{content:\"' + V + '\"}'); h.attachShadow({mode: 'open'}).adoptedStyleSheets = [s]"
    ),
    "an input's value": "box.innerHTML = '<input value=\"' + V + '\">'",
    "an input's value, set by script": "box.innerHTML = '<input>'; setTimeout(() => { box.firstChild.value = V }, 300)",
    "an input's value, typed": (
        "box.innerHTML = '<input>'; const i = box.firstChild; i.value = V; i.dispatchEvent(new Event('input', {bubbles: true}));"
        "i.dispatchEvent(new Event('change', {bubbles: true}))"
    ),
    "a password": "box.innerHTML = '<input type=password value=\"' + V + '\">'",
    "a password, shown": (
        "box.innerHTML = '<input type=password value=\"' + V + '\">'; setTimeout(() => { box.firstChild.type = 'text' }, 300)"
    ),
    "a hidden input": "box.innerHTML = '<input type=hidden value=\"' + V + '\">'",
    "a button's value": "box.innerHTML = '<input type=button value=\"' + V + '\"><input type=submit value=\"' + V + '\">'",
    "a textarea": "box.innerHTML = '<textarea>' + V + '</textarea>'",
    "a textarea, changed": (
        "box.innerHTML = '<textarea></textarea>'; const a = box.firstChild;"
        "setTimeout(() => { a.textContent = V; a.value = V; a.dispatchEvent(new Event('input', {bubbles: true})) }, 300)"
    ),
    "a checkbox's value": "box.innerHTML = '<input type=checkbox checked value=\"' + V + '\">'",
    "a file's name": (
        "box.innerHTML = '<input type=file>'; const d = new DataTransfer(); d.items.add(new File(['x'], V + '_IEP.pdf'));"
        "box.firstChild.files = d.files; box.firstChild.dispatchEvent(new Event('change', {bubbles: true}))"
    ),
    "a link's address": "box.innerHTML = '<a href=\"/demo/students/' + V + '?u=' + V + '#' + V + '\">x</a>'",
    "a mail link": "box.innerHTML = '<a href=\"mailto:' + V + '%40uni.example\">x</a>'",
    "a form's action": "box.innerHTML = '<form action=\"/demo/save/' + V + '\"><button formaction=\"/demo/x/' + V + '\">x</button></form>'",
    "a srcdoc frame": "box.innerHTML = '<iframe srcdoc=\"<p title=' + V + '>' + V + '</p>\"></iframe>'",
    "a blob frame": "const f = document.createElement('iframe'); f.src = URL.createObjectURL(new Blob(['<p>' + V], {type: 'text/html'})); box.append(f)",
    "a written frame": (
        "const f = document.createElement('iframe'); box.append(f); f.contentDocument.open();"
        "f.contentDocument.write('<title>' + V + '</title><p>' + V); f.contentDocument.close()"
    ),
    "a frame's name and title": "box.innerHTML = '<iframe name=\"' + V + '\" title=\"' + V + '\"></iframe>'",
    "CSS content": "box.innerHTML = '<style>.leak::after{content:\"' + V + '\"}</style>'",
    "CSS custom property": "box.innerHTML = '<style>:root{--name:\"' + V + '\";--' + V + ':1}</style>'",
    "CSS attribute selector": "box.innerHTML = '<style>[data-user=\"' + V + '\"]{color:red} .u-' + V + '{color:red}</style>'",
    "CSS address": "box.innerHTML = '<style>.leak{background:url(/demo/static/' + V + '.png)} @import \"/demo/static/' + V + '.css\";</style>'",
    "CSS comment": "box.innerHTML = '<style>/* ' + V + ' */ .leak{color:red}</style>'",
    "CSS keyframes, layer, font": (
        "box.innerHTML = '<style>@keyframes ' + V + '{to{top:0}} @layer ' + V + '; @font-face{font-family:\"' + V + '\";"
        "src:local(x)} .g{grid-template-areas:\"' + V + '\";font-family:\"' + V + '\"}</style>'"
    ),
    "an inserted rule": (
        "const s = document.createElement('style'); box.append(s);"
        "setTimeout(() => s.sheet.insertRule('.u-' + V + '{content:\"' + V + '\"}'), 300)"
    ),
    "a changed declaration": (
        "const s = document.createElement('style'); s.textContent = '.q{color:red}'; box.append(s);"
        "setTimeout(() => s.sheet.cssRules[0].style.setProperty('--n', '\"' + V + '\"'), 300)"
    ),
    "an adopted sheet": (
        "const s = new CSSStyleSheet(); s.replaceSync('.u-' + V + '{content:\"' + V + '\"}');"
        "document.adoptedStyleSheets = [...document.adoptedStyleSheets, s]"
    ),
    "a style's text, changed": (
        "const s = document.createElement('style'); s.textContent = '.q{color:red}'; box.append(s);"
        "setTimeout(() => { s.firstChild.data = '.u-' + V + '{content:\"' + V + '\"}' }, 300)"
    ),
    "a style attribute": "box.setAttribute('style', '--n:\"' + V + '\";background-image:url(/demo/p?n=' + V + ')')",
    "a style attribute, by script": "setTimeout(() => box.style.setProperty('--name', '\"' + V + '\"'), 300)",
    "an attribute, changed later": "setTimeout(() => { box.title = V; box.dataset.who = V; box.className = 'u-' + V; box.id = 'id-' + V }, 300)",
    "the document's title": "document.title = V; const t = document.querySelector('title'); if (t) t.textContent = V",
    "a query in the address": "history.replaceState({user: V}, '', location.pathname + '?u=' + V + '#' + V)",
    "a path in the address": "setTimeout(() => { const was = location.href; history.pushState({}, '', '/demo/nowhere/' + V); history.replaceState({}, '', was) }, 300)",
    "meta tags": "document.head.insertAdjacentHTML('beforeend', '<meta property=\"og:title\" content=\"' + V + '\"><link rel=canonical href=\"/demo/u/' + V + '\">')",
    "the console": "console.log('user', V); console.error(V)",
    "an uncaught error": "setTimeout(() => { const e = new TypeError('no ' + V); e.name = V; throw e }, 100)",
    "a rejected promise": "Promise.reject(new Error(V))",
    "a failing request": "fetch('/demo/nowhere/' + V + '?q=' + V, {headers: {'x-user': V}, method: 'POST', body: V}).catch(() => 0)",
    "a failing XHR": "const x = new XMLHttpRequest(); x.open('GET', '/demo/missing/' + V); x.setRequestHeader('x-user', V); x.send()",
    "a canvas": "const c = document.createElement('canvas'); box.append(c); c.getContext('2d').fillText(V, 9, 9)",
    "an SVG data image": "box.innerHTML = '<img src=\"data:image/svg+xml,<svg>' + V + '</svg>\" srcset=\"/demo/p?' + V + ' 2x\">'",
    "an SVG use": "box.innerHTML = '<svg><use href=\"/demo/s.svg#' + V + '\"></use><path id=\"' + V + '\" d=\"M0 0\"></path></svg>'",
    "a video": "box.innerHTML = '<video poster=\"/demo/p?' + V + '\"><track label=\"' + V + '\"></video>'",
    "a font": "document.fonts.add(new FontFace(V, 'url(data:,' + V + ')'))",
    "local storage": "localStorage.setItem('user', V); sessionStorage.setItem(V, V)",
    "a cookie": "document.cookie = 'user=' + V",
    "the window's name": "window.name = V",
    "a selection": "box.append(V); getSelection().selectAllChildren(box)",
    "a click on a named element": "box.innerHTML = '<button id=\"' + V + '\" class=\"' + V + '\">' + V + '</button>'; setTimeout(() => box.firstChild.click(), 200)",
    "a dead click on a named place": "box.innerHTML = '<b class=\"' + V + '\" role=\"' + V + '\">' + V + '</b>'; setTimeout(() => box.firstChild.dispatchEvent(new MouseEvent('click', {bubbles: true})), 200)",
    "an event of the page's own": "window.dispatchEvent(new CustomEvent(V, {detail: V}))",
    "a popover": "box.innerHTML = '<div popover id=\"p' + V + '\">' + V + '</div>'; box.firstChild.showPopover()",
    "an open dialog": "box.innerHTML = '<dialog aria-label=\"' + V + '\">' + V + '</dialog>'; box.firstChild.show()",
}
for _name in ATTRIBUTES:
    JS[f"attribute {_name}"] = f"box.setAttribute({_name!r}, V)"


def canary(channel: str) -> str:
    """Return a channel's planted name: letters only, as names are, and no word of any page."""
    digest = hashlib.sha256(channel.encode()).digest()
    return "Q" + "".join("bcdfghjklmnpqrstvwxz"[byte % 20] for byte in digest[:11])


CANARIES = {channel: canary(channel) for channel in JS}


def script() -> str:
    """Return one script that plants all; a plant that a browser refuses is told by name, not hidden."""
    parts = [
        f"try {{ const V = {CANARIES[channel]!r}; const box = document.createElement('div'); document.body.append(box);"
        f" (() => {{ {js} }})() }} catch (e) {{ failed.push({channel!r} + ': ' + e.message) }}"
        for channel, js in JS.items()
    ]
    return "(() => { const failed = []; " + "\n".join(parts) + "\nreturn failed })()"
