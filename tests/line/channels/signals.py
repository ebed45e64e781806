"""Addresses, titles, console, network, pictures, fonts, storage: what a page says beside its tree."""

from __future__ import annotations

from tests.line.channels.channel import Channel

_EVENT = "later(() => window.rrwebRecord?.record.addCustomEvent({}))"

CHANNELS: tuple[Channel, ...] = (
    Channel(51, "a link's path", "html('<a href=\"/demo/students/' + V + '\">x</a>')"),
    Channel(51, "a link's query", "html('<a href=\"/demo/chat?u=' + V + '\">x</a>')"),
    Channel(51, "a link's fragment", "html('<a href=\"#' + V + '\">x</a>')"),
    Channel(51, "a link's host", "html('<a href=\"https://' + V + '.example/\">x</a>')"),
    Channel(51, "a link's account", "html('<a href=\"https://' + V + ':x@uni.example/\">x</a>')"),
    Channel(51, "an area's address", "html('<map><area href=\"/demo/u/' + V + '\"></map>')"),
    Channel(52, "a query that is pushed", "history.replaceState({}, '', location.pathname + '?u=' + V)"),
    Channel(
        52,
        "a fragment that is pushed",
        "later(() => { const was = location.href; history.replaceState({}, '', '#' + V); history.replaceState({}, '', was) })",
    ),
    Channel(
        52,
        "a path that is pushed",
        "later(() => { const was = location.href; history.pushState({}, '', '/demo/nowhere/' + V); history.replaceState({}, '', was) })",
    ),
    Channel(52, "the history's state", "history.replaceState({user: V}, V)"),
    Channel(52, "the document's title", "document.title = V"),
    Channel(52, "the title's element, changed", "later(() => { document.querySelector('title').firstChild.data = V })"),
    Channel(
        52,
        "the canonical address",
        "document.head.insertAdjacentHTML('beforeend', '<link rel=canonical href=\"/demo/u/' + V + '\">')",
    ),
    Channel(
        52,
        "a meta tag for others",
        "document.head.insertAdjacentHTML('beforeend', '<meta property=\"og:title\" content=\"' + V + '\">')",
    ),
    Channel(
        52,
        "an alternate address",
        "document.head.insertAdjacentHTML('beforeend', '<link rel=alternate title=\"' + V + '\" href=\"/demo/\">')",
    ),
    Channel(53, "an address that was loaded", "new Image().src = '/demo/nowhere/' + V + '.png'"),
    Channel(53, "a mark of the page's own timing", "performance.mark(V); performance.measure('m-' + V)"),
    Channel(54, "the console", "console.log('user', V)"),
    Channel(54, "the console, an error", "console.error(new Error(V))"),
    Channel(54, "an uncaught error", "setTimeout(() => { throw new TypeError('no ' + V) }, 100)"),
    Channel(54, "an error's name", "setTimeout(() => { const e = new Error('x'); e.name = V; throw e }, 100)"),
    Channel(
        54,
        "an error's place",
        "setTimeout(() => { const s = document.createElement('script'); s.text = 'throw new Error(1)\\n//# sourceURL=/' + V + '.js'; document.head.append(s) }, 100)",
    ),
    Channel(54, "a rejected promise", "Promise.reject(new Error(V))"),
    Channel(55, "a failing request's header", "fetch('/demo/nowhere/1', {headers: {'X-CsrfToken': V}}).catch(() => 0)"),
    Channel(
        55,
        "a failing request's body",
        "fetch('/demo/nowhere/2', {method: 'POST', body: JSON.stringify({user: V})}).catch(() => 0)",
    ),
    Channel(55, "a failing request's path", "fetch('/demo/nowhere/' + V).catch(() => 0)"),
    Channel(55, "a failing request's query", "fetch(new Request('/demo/nowhere/3?q=' + V)).catch(() => 0)"),
    Channel(55, "a failing request's method", "fetch('/demo/nowhere/4', {method: V.toUpperCase()}).catch(() => 0)"),
    Channel(
        55, "a failing XHR's path", "const x = new XMLHttpRequest(); x.open('GET', '/demo/missing/' + V); x.send()"
    ),
    Channel(
        55,
        "a failing XHR's header",
        "const x = new XMLHttpRequest(); x.open('GET', '/demo/missing/1'); x.setRequestHeader('x-user', V); x.send()",
    ),
    Channel(55, "a socket's address", "try { new WebSocket('ws://localhost:9/' + V).onerror = () => 0 } catch {}"),
    Channel(
        56,
        "the address of the first navigation",
        "document.documentElement.setAttribute('data-entry', performance.getEntriesByType('navigation')[0].name + V)",
    ),
    Channel(
        57,
        "a click on a named element",
        "const b = html('<button id=\"' + V + '\" class=\"' + V + '\">x</button>'); later(() => b.click())",
    ),
    Channel(
        57,
        "a click on a named place that does nothing",
        (
            "const b = html('<b class=\"' + V + '\" role=\"' + V + '\">x</b>'); later(() => b.dispatchEvent(new MouseEvent('click', {bubbles: true})))"
        ),
    ),
    Channel(57, "a click on a named text", "const b = html('<button>' + V + '</button>'); later(() => b.click())"),
    Channel(57, "a custom event's tag", "make('i'); " + _EVENT.format("V, {}")),
    Channel(57, "a custom event's payload", "make('i'); " + _EVENT.format("'profile', {user: {name: V}}")),
    Channel(57, "a custom event's key", "make('i'); " + _EVENT.format("'profile', {[V]: 1}")),
    Channel(57, "an event of the page's own", "window.dispatchEvent(new CustomEvent(V, {detail: V}))"),
    Channel(58, "text on a canvas", "make('canvas').getContext('2d').fillText(V, 9, 9)"),
    Channel(
        58,
        "the outline of a text on a canvas",
        "const c = make('canvas'); later(() => c.getContext('2d').strokeText(V, 9, 9))",
    ),
    Channel(58, "a canvas's font", "const c = make('canvas'); later(() => { c.getContext('2d').font = '12px ' + V })"),
    Channel(58, "a canvas's own words", "html('<canvas>' + V + '</canvas>')"),
    Channel(
        59, "a drawing as an address", "html('<img src=\"data:image/svg+xml,<svg><title>' + V + '</title></svg>\">')"
    ),
    Channel(
        59,
        "a drawing as an address in base64",
        "html('<img src=\"data:image/svg+xml;base64,' + btoa('<svg><title>' + V + '</title></svg>') + '\">')",
    ),
    Channel(59, "a picture's addresses", "html('<img srcset=\"/demo/p?' + V + ' 2x\">')"),
    Channel(59, "a source's addresses", "html('<picture><source srcset=\"/demo/p?' + V + '\"><img></picture>')"),
    Channel(59, "a video's poster", "html('<video poster=\"/demo/p?' + V + '\"></video>')"),
    Channel(59, "a track's label", "html('<video><track label=\"' + V + '\"></video>')"),
    Channel(59, "a track's address", "html('<video><track src=\"/demo/' + V + '.vtt\"></video>')"),
    Channel(59, "an audio's address", "html('<audio src=\"/demo/nowhere/' + V + '.mp3\"></audio>')"),
    Channel(59, "a drawing's picture", "html('<svg><image href=\"/demo/nowhere/' + V + '.png\"></image></svg>')"),
    Channel(59, "a drawing's reference", "html('<svg><use href=\"/demo/s.svg#' + V + '\"></use></svg>')"),
    Channel(59, "a drawing's reference of old", "html('<svg><use xlink:href=\"#' + V + '\"></use></svg>')"),
    Channel(59, "a drawing's part", "html('<svg><path id=\"' + V + '\" d=\"M0 0\"></path></svg>')"),
    Channel(59, "a drawing's paint", "html('<svg><rect fill=\"url(#' + V + ')\"></rect></svg>')"),
    Channel(
        59,
        "a drawing's animation",
        "html('<svg><animate attributeName=x values=\"' + V + '\" begin=\"' + V + '.click\"></animate></svg>')",
    ),
    Channel(59, "numbers of a drawing that are none", "html('<svg><rect x=\"' + D + '\"></rect></svg>')"),
    Channel(60, "a font's family", "document.fonts.add(new FontFace(V, 'url(data:,x)'))"),
    Channel(60, "a font's source", "document.fonts.add(new FontFace('x', 'url(data:,' + V + ')'))"),
    Channel(
        60,
        "a path that is no path",
        "const p = html('<svg><path d=\"M0 0\"></path></svg>').firstChild; later(() => p.setAttribute('d', 'M0 0 ' + V))",
    ),
    Channel(
        60,
        "a code's squares and what they say",
        "html('<svg data-code=\"' + V + '\"><rect x=1 y=1 width=1 height=1></rect></svg>')",
    ),
    Channel(68, "a script", "const s = make('script'); s.text = 'window.zz = ' + JSON.stringify(V)"),
    Channel(
        68, "JSON in a script", "const s = make('script'); s.type = 'application/json'; s.text = JSON.stringify({n: V})"
    ),
    Channel(68, "a script's address", "const s = make('script'); s.type = 'x'; s.src = '/demo/nowhere/' + V + '.js'"),
    Channel(68, "a script of a broken picture", "html('<img src=\"x:\" onerror=\"window.zz=`' + V + '`\">')"),
    Channel(68, "a frame's script address", "html('<iframe src=\"javascript:`' + V + '`\"></iframe>')"),
    Channel(
        69, "a field that asks for the viewer's own name", "html('<input autocomplete=\"section-' + V + ' name\">')"
    ),
    Channel(0, "local storage", "localStorage.setItem('user', V)"),
    Channel(0, "session storage", "sessionStorage.setItem(V, V)"),
    Channel(0, "a cookie", "document.cookie = 'user=' + V"),
    Channel(0, "the window's name", "window.name = V"),
)
