"""Events that bare rrweb makes of no page by itself: its plugins', its forks', and what somebody writes by hand.

They are sent to the server past our SDK, so for them there is only a store to look at. `§` is the canary.
"""

from __future__ import annotations

import gzip
import json

from tests.line.channels.channel import Channel

Json = dict[str, object]


def _custom(tag: str, payload: object) -> Json:
    return {"type": 5, "timestamp": 1, "data": {"tag": tag, "payload": payload}}


def _plugin(plugin: str, payload: object) -> Json:
    return {"type": 6, "timestamp": 1, "data": {"plugin": plugin, "payload": payload}}


def _change(source: int, **data: object) -> Json:
    return {"type": 3, "timestamp": 1, "data": {"source": source, **data}}


def _asset(**payload: object) -> Json:
    return {"type": 7, "timestamp": 1, "data": {"url": "/x", "payload": payload}}


def _node(**attributes: object) -> Json:
    node = {"type": 2, "id": 900, "tagName": "iframe", "attributes": attributes, "childNodes": []}
    return _change(0, texts=[], attributes=[], removes=[], adds=[{"parentId": 1, "nextId": None, "node": node}])


_REQUEST = "rrweb/network@1"
_EVENTS: tuple[tuple[int, str, object], ...] = (
    (54, "a console line of a plugin", _plugin("rrweb/console@1", {"level": "log", "payload": ["§"], "trace": []})),
    (54, "a console line's trace", _plugin("rrweb/console@1", {"level": "log", "payload": [], "trace": ["at §.js:1"]})),
    (54, "a console line's level", _plugin("rrweb/console@1", {"level": "§", "payload": [], "trace": []})),
    (54, "a console line of version 1", _change(11, level="log", payload=["§"], trace=[])),
    (55, "a request's address", _plugin(_REQUEST, {"requests": [{"name": "/api/§", "method": "GET"}]})),
    (
        55,
        "a request's header",
        _plugin(_REQUEST, {"requests": [{"name": "/", "requestHeaders": {"X-CSRF-Token": "§"}}]}),
    ),
    (55, "a request header's name", _plugin(_REQUEST, {"requests": [{"name": "/", "requestHeaders": {"x-§": "1"}}]})),
    (55, "a request's body", _plugin(_REQUEST, {"requests": [{"name": "/", "requestBody": '{"user": "§"}'}]})),
    (55, "an answer's body", _plugin(_REQUEST, {"requests": [{"name": "/", "responseBody": "§"}]})),
    (
        56,
        "an entry of the first navigation",
        _plugin(_REQUEST, {"requests": [{"name": "/?u=§", "entryType": "navigation"}], "isInitial": True}),
    ),
    (46, "a plugin's name", _plugin("§", {})),
    (57, "a click's breadcrumb", _custom("breadcrumb", {"type": "ui.click", "message": "main > button#§[name='§']"})),
    (
        57,
        "a span of a page's speed",
        _custom("performanceSpan", {"op": "navigation", "description": "https://x.example/?u=§"}),
    ),
    (57, "a recorder's options", _custom("options", {"unmask": ["§"]})),
    (53, "a page's address in a custom event", _custom("$pageview", {"href": "/u/§"})),
    (
        59,
        "an asset's address",
        {"type": 7, "timestamp": 1, "data": {"url": "/u/§.png", "payload": {"rr_type": "ArrayBuffer", "base64": ""}}},
    ),
    (59, "an asset's sheet", _asset(rr_type="CssText", cssTexts=[".u-§{color:red}"])),
    (59, "an asset's bytes", _asset(rr_type="Blob", data=["§"], type="§")),
    (59, "an asset that failed", {"type": 7, "timestamp": 1, "data": {"url": "/x", "failed": {"message": "no §"}}}),
    (41, "a caption", {"type": 8, "timestamp": 1, "data": {"type": "caption", "text": "§ joined"}}),
    (41, "a mark of the timeline", {"type": 8, "timestamp": 1, "data": {"type": "timelineMarker", "text": "§"}}),
    (41, "an annotation's type", {"type": 8, "timestamp": 1, "data": {"type": "§", "text": "x"}}),
    (58, "a canvas's command", _change(9, id=1, type=0, commands=[{"property": "fillText", "args": ["§", 1, 1]}])),
    (58, "a canvas's picture", _node(rr_dataURL="data:image/svg+xml,§")),
    (60, "a font's bytes", _change(10, family="§", fontSource="§", buffer=False, descriptors={"weight": "§"})),
    (
        42,
        "a selection's words",
        _change(14, ranges=[{"start": 1, "startOffset": 0, "end": 1, "endOffset": 2, "text": "§"}]),
    ),
    (45, "a frame's own address", _node(rr_src="https://x.example/§")),
    (43, "a frame's document as an attribute", _node(srcdoc="<p>§</p>", src="/x/§")),
    (
        10,
        "a style as an object",
        _change(
            0,
            texts=[],
            removes=[],
            adds=[],
            attributes=[
                {
                    "id": 1,
                    "attributes": {
                        "style": {"--n": ["'§'", "important"], "--§": "1", "background": "url(/§)", "§": False}
                    },
                },
            ],
        ),
    ),
    (
        10,
        "an attribute as an object",
        _change(0, texts=[], removes=[], adds=[], attributes=[{"id": 1, "attributes": {"title": {"§": "§"}}}]),
    ),
    (14, "a typed text", _change(5, id=1, text="§", isChecked=False)),
    (22, "a choice's text", _change(5, id=1, text="§", isChecked=True, userTriggered=True)),
    (
        24,
        "the pointer's own notes",
        _change(1, positions=[{"x": 1, "y": 1, "id": 1, "timeOffset": 0, "debugData": "§"}], debugData="§"),
    ),
    (8, "an attribute of a fork", _node(rr_left="§", rr_position="§")),
    (8, "a custom element's definition", _change(16, define={"name": "x-§"})),
    (
        48,
        "a declaration's property",
        _change(13, id=1, index=[0], set={"property": "--§", "value": "'§'", "priority": "§"}),
    ),
    (
        48,
        "a sheet's replacement",
        _change(8, id=1, replace=".u-§{top:0}", replaceSync="/* § */", adds=[{"rule": "#§{top:0}", "index": 0}]),
    ),
    (
        51,
        "an address in the first event",
        {"type": 4, "timestamp": 1, "data": {"href": "/demo/chat/§?u=§", "width": 1, "height": 1, "title": "§"}},
    ),
    (
        35,
        "a key that nobody knows",
        {"type": 3, "timestamp": 1, "§": "§", "data": {"source": 3, "id": 1, "x": 1, "y": 1, "§": "§"}},
    ),
    (46, "an event of no known type", {"type": 99, "timestamp": 1, "data": "§"}),
    (46, "a load event with words", {"type": 1, "timestamp": 1, "data": {"url": "§"}}),
    (46, "words where events should be", "§"),
)


def _packed(canary: str) -> Json:
    packed = gzip.compress(json.dumps({"source": 0, "texts": [canary]}).encode()).decode("latin-1")
    return {"type": 3, "timestamp": 1, "cv": "2024-10", "data": packed}


CHANNELS: tuple[Channel, ...] = (
    *(Channel(case, f"raw: {name}", "") for case, name, _ in _EVENTS),
    Channel(46, "raw: an event that is packed, as a text", ""),
    Channel(46, "raw: an event whose data is packed", ""),
)


def events() -> list[object]:
    """All of them, each with its canary."""
    filled: list[object] = [
        json.loads(json.dumps(event, ensure_ascii=False).replace("§", channel.canary))
        for channel, (_, _, event) in zip(CHANNELS, _EVENTS, strict=False)
    ]
    text, data = CHANNELS[-2:]
    return [*filled, gzip.compress(text.canary.encode()).decode("latin-1"), _packed(data.canary)]
