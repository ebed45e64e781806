"""Frames: documents in documents, however they came there, and what a hostile one posts."""

from __future__ import annotations

from tests.line.channels.channel import Channel

_POSTED = "parent.postMessage({{type: `rrweb`, origin: location.origin, isCheckout: false, event: {event}}}, `*`)"
_SANDBOXED = "const f = make('iframe'); f.sandbox = 'allow-scripts'; f.srcdoc = "

CHANNELS: tuple[Channel, ...] = (
    Channel(43, "a srcdoc frame", "html('<iframe srcdoc=\"<p>' + V + '</p>\"></iframe>')"),
    Channel(
        43, "a srcdoc frame, added later", "later(() => html('<iframe srcdoc=\"<p title=' + V + '>x</p>\"></iframe>'))"
    ),
    Channel(
        43, "a srcdoc that is written later", "const f = make('iframe'); later(() => { f.srcdoc = '<p>' + V + '</p>' })"
    ),
    Channel(
        43,
        "a srcdoc frame in a srcdoc frame",
        "const f = make('iframe'); f.srcdoc = '<iframe srcdoc=\"<p>' + V + '</p>\"></iframe>'",
    ),
    Channel(
        44,
        "a masked frame of the same origin",
        ("const f = make('iframe'); f.className = 'rr-mask'; f.contentDocument.body.innerHTML = '<p>' + V + '</p>'"),
    ),
    Channel(
        44,
        "a blocked frame, added later",
        (
            "later(() => { const f = make('iframe'); f.className = 'student-list rr-block'; f.srcdoc = '<p>' + V + '</p>' })"
        ),
    ),
    Channel(
        44,
        "text that a frame adds later",
        "const f = make('iframe'); later(() => { f.contentDocument.body.append(V) })",
    ),
    Channel(
        44,
        "an attribute that a frame changes later",
        (
            "const f = make('iframe'); f.contentDocument.body.innerHTML = '<p>x</p>'; later(() => { f.contentDocument.body.firstChild.title = V })"
        ),
    ),
    Channel(44, "a field in a frame", "const f = make('iframe'); f.srcdoc = '<input value=\"' + V + '\">'"),
    Channel(
        44,
        "a sheet in a frame",
        "const f = make('iframe'); f.srcdoc = '<style>.u-' + V + '{color:red}</style><p>x</p>'",
    ),
    Channel(
        44,
        "a shadow root in a frame",
        (
            "const f = make('iframe'); const d = f.contentDocument; const h = d.createElement('div'); d.body.append(h); h.attachShadow({mode: 'open'}).append(V)"
        ),
    ),
    Channel(
        44,
        "a frame in a shadow root",
        "const f = document.createElement('iframe'); root().append(f); f.srcdoc = '<p>' + V + '</p>'",
    ),
    Channel(45, "a frame of another origin that records itself", _SANDBOXED + "'<p>' + V + '</p>'"),
    Channel(
        45,
        "a frame of another origin, changed later",
        (
            _SANDBOXED
            + "'<p id=p>x</p><scr' + 'ipt>setTimeout(() => { p.textContent = `' + V + '` }, 1500)</scr' + 'ipt>'"
        ),
    ),
    Channel(
        46,
        "a custom event that a frame posts",
        _SANDBOXED
        + (
            "'<scr' + 'ipt>setInterval(() => "
            + _POSTED.format(event="{type: 5, timestamp: Date.now(), data: {tag: `x`, payload: {user: `' + V + '`}}}")
            + ", 300)</scr' + 'ipt>'"
        ),
    ),
    Channel(
        46,
        "a plugin event that a frame posts",
        _SANDBOXED
        + (
            "'<scr' + 'ipt>setInterval(() => "
            + _POSTED.format(
                event="{type: 6, timestamp: Date.now(), data: {plugin: `rrweb/console@1`, payload: {payload: [`' + V + '`]}}}"
            )
            + ", 300)</scr' + 'ipt>'"
        ),
    ),
    Channel(
        46,
        "a meta event that a frame posts",
        _SANDBOXED
        + (
            "'<scr' + 'ipt>setInterval(() => "
            + _POSTED.format(event="{type: 4, timestamp: Date.now(), data: {href: `/' + V + '`, width: 1, height: 1}}")
            + ", 300)</scr' + 'ipt>'"
        ),
    ),
    Channel(
        46,
        "an event that the page posts to itself",
        "later(() => postMessage({type: 'rrweb', event: {type: 5, timestamp: 1, data: {tag: V, payload: V}}}, '*'))",
    ),
    Channel(0, "a frame's name", "html('<iframe name=\"' + V + '\"></iframe>')"),
    Channel(0, "a frame's title", "html('<iframe title=\"' + V + '\"></iframe>')"),
    Channel(0, "a frame's address", "html('<iframe src=\"about:blank?u=' + V + '\"></iframe>')"),
    Channel(
        0,
        "a blob frame",
        "const f = make('iframe'); f.src = URL.createObjectURL(new Blob(['<p>' + V], {type: 'text/html'}))",
    ),
    Channel(0, "a data frame's address", "html('<iframe src=\"data:text/html,<p>' + V + '\"></iframe>')"),
    Channel(
        0,
        "a frame that is written",
        ("const f = make('iframe'); const d = f.contentDocument; d.open(); d.write('<p>' + V); d.close()"),
    ),
    Channel(
        0,
        "a frame that is written later",
        "const f = make('iframe'); later(() => { const d = f.contentDocument; d.open(); d.write('<b>' + V); d.close() })",
    ),
    Channel(0, "a frame's own title", "const f = make('iframe'); f.srcdoc = '<title>' + V + '</title><p>x</p>'"),
    Channel(0, "an object's data", "html('<object data=\"/demo/nowhere/' + V + '\">x</object>')"),
    Channel(0, "an object's own words", "html('<object>' + V + '</object>')"),
    Channel(0, "an embedded file's address", "html('<embed src=\"/demo/nowhere/' + V + '\">')"),
)
