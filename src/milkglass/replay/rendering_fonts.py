"""Fonts: stand-ins for those of the page, of the same height and mean width, so that lines break where they broke.

A stand-in is a local font of the same kind, of which most systems have one of equal widths, with the page's measures
over it. A font that systems bring is taken itself where the viewer has it.

Source: docs/decisions/0002; spec/faces.json; CSS Fonts 5 on `size-adjust`.
"""

from collections.abc import Iterable
from functools import cache

import msgspec
from msgspec import Struct

from milkglass.enforcement.numbers import shortest
from milkglass.enforcement.table import css_rules, read_spec
from milkglass.wire.events import Face
from milkglass.wire.values import Json

_CUSTOM, _SNAPSHOT, _INCREMENTAL, _MUTATION = 5, 2, 3, 0
_DOCUMENT, _ELEMENT = 0, 2
_BOLD_FROM = 501


class _StandIn(Struct, frozen=True):
    advance: int
    local: list[str]


class _Faces(Struct, frozen=True):
    first_id: int
    icon_font: str
    kinds: dict[str, dict[str, _StandIn]]


@cache
def _faces() -> _Faces:
    return msgspec.json.decode(read_spec("faces.json"), type=_Faces)


def face_rules(faces: Iterable[Face]) -> str:
    """Declare each face over local ones; `family` is CSS."""
    return "".join(map(_rules, faces))


def _rules(face: Face) -> str:
    is_bold = int(face.weight.split(" ")[0]) >= _BOLD_FROM if face.weight[:1].isdigit() else face.weight == "bold"
    is_slanted = face.style != "normal"
    head = f"@font-face{{font-family:{face.family};font-weight:{face.weight};font-style:{face.style};src:"
    if face.kind == "icons":
        return f"{head}url({_faces().icon_font}){_measures(face, 1000)}}}"
    style = " ".join(word for word, is_so in (("bold", is_bold), ("italic", is_slanted)) if is_so)
    known = _faces().kinds[face.kind][style or "regular"]
    ruled = head + ",".join(f'local("{name}")' for name in known.local) + _measures(face, known.advance) + "}"
    family = face.family.strip('"')
    if family not in css_rules().fonts:
        return ruled
    # Of two faces that say the same the later one is asked first.
    return f'{ruled}{head}local("{" ".join([family, *(style.split())])}")}}'


def _measures(face: Face, advance: int) -> str:
    """`size-adjust` scales the other measures too."""
    size = face.advance / advance if face.advance else 1.0
    said = {"size-adjust": 100 * size}
    for name, thousandths in (("ascent", face.ascent), ("descent", face.descent), ("line-gap", face.gap)):
        said[f"{name}-override"] = thousandths / size / 10
    return "".join(f";{name}:{shortest(int(percent * 100 + 0.5) / 100)}%" for name, percent in said.items())


class Fonts:
    """The layer: an event of fonts becomes a change that declares them in each document that is there."""

    def __init__(self) -> None:
        self._heads: dict[int, int | None] = {}  # of each document by its head's id: the document's, in a frame
        self._next_id = _faces().first_id

    def __call__(self, event: dict[str, Json]) -> dict[str, Json]:
        """Return one event; its words are in place."""
        data = event.get("data")
        if not isinstance(data, dict):
            return event
        if event.get("type") == _SNAPSHOT:
            self._heads = {}
            self._find(data.get("node"))
        elif event.get("type") == _INCREMENTAL and data.get("source") == _MUTATION:
            adds = data.get("adds")
            for add in adds if isinstance(adds, list) else []:
                self._find(add.get("node") if isinstance(add, dict) else None)
        elif event.get("type") == _CUSTOM:
            return self._declared(event, data)
        return event

    def _find(self, node: Json) -> None:
        children = node.get("childNodes") if isinstance(node, dict) else None
        if not isinstance(node, dict) or not isinstance(children, list):
            return
        for child in children:
            self._find(child)
        head = node.get("id")
        if node.get("type") == _ELEMENT and node.get("tagName") == "head" and isinstance(head, int):
            root = node.get("rootId")
            self._heads[head] = root if isinstance(root, int) else None

    def _declared(self, event: dict[str, Json], data: dict[str, Json]) -> dict[str, Json]:
        payload = data.get("payload")
        faces = msgspec.convert(payload.get("faces"), list[Face]) if isinstance(payload, dict) else []
        rules = face_rules(faces)
        adds: list[Json] = []
        for head, root in self._heads.items():
            style: dict[str, Json] = {
                "type": _ELEMENT,
                "id": self._next_id,
                "tagName": "style",
                "attributes": {"_cssText": rules},
                "childNodes": [],
            }
            self._next_id += 1
            adds.append(
                {"parentId": head, "nextId": None, "node": style if root is None else {**style, "rootId": root}}
            )
        change: dict[str, Json] = {"source": _MUTATION, "texts": [], "attributes": [], "removes": [], "adds": adds}
        return {**event, "type": _INCREMENTAL, "data": change}
