"""Hostile recordings: what somebody would store who got past every rule. Each tries to run a script or to call out."""

import json

Json = dict[str, object]
TARGETS: tuple[tuple[str, str, dict[str, str], str], ...] = (
    ("script inline", "script", {}, "{js}"),
    ("script src", "script", {"src": "{url}.js"}, ""),
    ("script module", "script", {"type": "module", "src": "{url}.mjs"}, ""),
    ("noscript image", "noscript", {}, '<img src="{url}">'),
    ("image", "img", {"src": "{url}"}, ""),
    ("image srcset", "img", {"srcset": "{url} 1x, {url}2 2x"}, ""),
    ("image onerror", "img", {"src": "x:", "onerror": "{js}"}, ""),
    ("image lazy rr", "img", {"rr_src": "{url}", "src": "{url}"}, ""),
    ("picture source", "source", {"srcset": "{url}"}, ""),
    ("link stylesheet", "link", {"rel": "stylesheet", "href": "{url}.css"}, ""),
    ("link preload", "link", {"rel": "preload", "as": "image", "href": "{url}"}, ""),
    ("link prefetch", "link", {"rel": "prefetch", "href": "{url}"}, ""),
    ("link preconnect", "link", {"rel": "preconnect", "href": "{url}"}, ""),
    ("link dns", "link", {"rel": "dns-prefetch", "href": "{url}"}, ""),
    ("link modulepreload", "link", {"rel": "modulepreload", "href": "{url}.js"}, ""),
    ("link icon", "link", {"rel": "icon", "href": "{url}.ico"}, ""),
    ("link manifest", "link", {"rel": "manifest", "href": "{url}.json"}, ""),
    ("link import", "link", {"rel": "import", "href": "{url}.html"}, ""),
    ("meta refresh", "meta", {"http-equiv": "refresh", "content": "0;url={url}"}, ""),
    ("meta csp", "meta", {"http-equiv": "Content-Security-Policy", "content": "script-src *"}, ""),
    ("base", "base", {"href": "{url}/"}, ""),
    ("iframe src", "iframe", {"src": "{url}"}, ""),
    ("iframe rr_src", "iframe", {"rr_src": "{url}"}, ""),
    ("iframe srcdoc", "iframe", {"srcdoc": "<script>{js}</script><img src='{url}'>"}, ""),
    ("iframe js", "iframe", {"src": "javascript:{js}"}, ""),
    ("frame", "frame", {"src": "{url}"}, ""),
    ("object", "object", {"data": "{url}"}, ""),
    ("object js", "object", {"data": "javascript:{js}"}, ""),
    ("embed", "embed", {"src": "{url}"}, ""),
    ("applet", "applet", {"code": "{url}"}, ""),
    ("video src", "video", {"src": "{url}.mp4", "autoplay": "true"}, ""),
    ("video poster", "video", {"poster": "{url}.png"}, ""),
    ("audio src", "audio", {"src": "{url}.mp3", "autoplay": "true", "onerror": "{js}"}, ""),
    ("track", "track", {"src": "{url}.vtt", "default": ""}, ""),
    ("input image", "input", {"type": "image", "src": "{url}"}, ""),
    ("input autofocus", "input", {"autofocus": "", "onfocus": "{js}"}, ""),
    ("body onload", "body", {"onload": "{js}"}, ""),
    ("details ontoggle", "details", {"open": "", "ontoggle": "{js}"}, "x"),
    ("marquee", "marquee", {"onstart": "{js}"}, "x"),
    ("body background", "body", {"background": "{url}"}, ""),
    ("table background", "table", {"background": "{url}"}, ""),
    ("anchor ping", "a", {"href": "{url}", "ping": "{url}ping"}, "x"),
    ("anchor js", "a", {"href": "javascript:{js}"}, "x"),
    ("form", "form", {"action": "{url}", "method": "post"}, "x"),
    ("button formaction", "button", {"formaction": "javascript:{js}"}, "x"),
    ("style attribute", "div", {"style": "background:url({url})"}, "x"),
    ("style content", "div", {"style": "content:url({url});list-style:url({url})"}, "x"),
    ("style cursor", "div", {"style": "cursor:url({url}),auto;mask:url({url});filter:url({url}#f)"}, "x"),
    ("svg onload", "svg", {"onload": "{js}"}, ""),
    ("svg image", "image", {"href": "{url}", "xlink:href": "{url}"}, ""),
    ("svg use", "use", {"href": "{url}#a", "xlink:href": "{url}#a"}, ""),
    ("svg script", "script", {"href": "{url}.js", "xlink:href": "{url}.js"}, ""),
    ("svg feImage", "feImage", {"href": "{url}"}, ""),
    ("svg animate", "animate", {"attributeName": "href", "to": "javascript:{js}", "onbegin": "{js}"}, ""),
    ("portal", "portal", {"src": "{url}"}, ""),
    ("fencedframe", "fencedframe", {"src": "{url}"}, ""),
    ("template shadow", "template", {"shadowrootmode": "open"}, '<img src="{url}">'),
)
SHEETS = (
    ("sheet import", '@import "{url}.css";'),
    ("sheet import url", "@import url({url}.css);"),
    ("sheet background", "body{{background:url({url})}}"),
    ("sheet font", "@font-face{{font-family:x;src:url({url}.woff2)}}body{{font-family:x}}"),
    ("sheet image-set", 'body{{background:image-set("{url}" 1x)}}'),
    ("sheet closing tag", "</style><script>{js}</script><img src={url}>"),
    ("sheet counter", "li{{list-style-image:url({url})}}body::before{{content:url({url})}}"),
)
SVG = frozenset({"image", "use", "feImage", "animate", "svg"})


def cases(server: str) -> dict[str, list[Json]]:
    """Every case as the events of a recording, by name; `server` counts whatever reaches it."""
    made: dict[str, list[Json]] = {}
    for number, (name, tag, attributes, text) in enumerate(TARGETS):
        fill = {"url": f"{server}/hit/{number}", "js": f"top.console.log('HIT {number}')"}
        child: list[Json] = [{"type": 3, "id": 31, "textContent": text.format(**fill)}] if text else []
        node: Json = {
            "type": 2,
            "id": 30,
            "tagName": tag,
            "attributes": {key: value.format(**fill) for key, value in attributes.items()},
            "childNodes": child,
            **({"isSVG": True} if tag in SVG else {}),
        }
        made[name] = _recording(node)
        made[f"{name}, added"] = _added(node)
    for number, (name, sheet) in enumerate(SHEETS):
        fill = {"url": f"{server}/hit/sheet-{number}", "js": f"top.console.log('HIT sheet {number}')"}
        css = sheet.format(**fill)
        inside: Json = {"type": 3, "id": 31, "textContent": css, "isStyle": True}
        made[name] = _recording({"type": 2, "id": 30, "tagName": "style", "attributes": {}, "childNodes": [inside]})
        linked = {"type": 2, "id": 30, "tagName": "link", "attributes": {"_cssText": css}, "childNodes": []}
        made[f"{name}, linked"] = _recording(linked)
    return made


def _recording(node: Json) -> list[Json]:
    def element(number: int, tag: str, children: list[Json]) -> Json:
        return {"type": 2, "id": number, "tagName": tag, "attributes": {}, "childNodes": children}

    html = element(3, "html", [element(4, "head", []), element(5, "body", [node])])
    doctype = {"type": 1, "id": 2, "name": "html", "publicId": "", "systemId": ""}
    document = {"type": 0, "id": 1, "childNodes": [doctype, html]}
    return [
        {"type": 4, "timestamp": 0, "data": {"href": "https://x.example/", "width": 800, "height": 600}},
        {"type": 2, "timestamp": 10, "data": {"node": document, "initialOffset": {"top": 0, "left": 0}}},
        {"type": 3, "timestamp": 60, "data": {"source": 3, "id": 1, "x": 0, "y": 0}},
    ]


def _added(node: Json) -> list[Json]:
    calm = {"type": 3, "id": 9, "textContent": "calm"}
    add = {"parentId": 5, "nextId": None, "node": json.loads(json.dumps(node))}
    mutation: Json = {"source": 0, "texts": [], "attributes": [], "removes": [], "adds": [add]}
    return [*_recording(calm), {"type": 3, "timestamp": 40, "data": mutation}]
