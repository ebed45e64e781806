"""Events: what the recorder sends, as types, and the interactions beside them.

Source: rrweb's nine event types; spec/classes.json. Of type 5, custom, our own tags are kept; type 6, plugin, never is.
"""

from typing import TypeAlias, final

import msgspec
from msgspec import UNSET, Struct

from milkglass.wire.changes import IncrementalData
from milkglass.wire.nodes import Maybe, Node, Number, Shape


class Nothing(Shape):
    """`{}`: the data of the two load events."""


class Offset(Shape):
    """How far the page was scrolled."""

    top: Number
    left: Number


class SnapshotData(Shape):
    """A page's whole tree."""

    node: Node
    initial_offset: Offset


class MetaData(Shape):
    """Which page, in which window."""

    href: str
    width: Number
    height: Number


class AssetPayload(Shape):
    """Style sheets that were read after the snapshot."""

    css_texts: list[str]
    rr_type: str = msgspec.field(name="rr_type")


class AssetData(Shape):
    """An asset without its address."""

    payload: AssetPayload


class AnnotationData(Shape):
    """A note beside the recording."""

    type: str
    text: str | bool | None = None


class Face(Shape):
    """A font that the page used: its name and style as CSS, and its measures in thousandths of an em."""

    family: str
    weight: str
    style: str
    kind: str
    ascent: Number
    descent: Number
    gap: Number
    advance: Number


class Faces(Shape):
    """Fonts of a page."""

    faces: list[Face]


class CustomData(Shape):
    """What our recorder adds to rrweb's events; `tag` says what."""

    tag: str
    payload: Faces


class _Timed(Shape):
    """What every event has: `timestamp` in ms since `began`."""

    timestamp: Number
    delay: Maybe = UNSET


class DomContentLoaded(_Timed, kw_only=True, tag_field="type", tag=0):
    """The page was parsed."""

    data: Nothing


class Load(_Timed, kw_only=True, tag_field="type", tag=1):
    """The page was loaded."""

    data: Nothing


class FullSnapshot(_Timed, kw_only=True, tag_field="type", tag=2):
    """The page's whole tree at a moment."""

    data: SnapshotData


@final
class Incremental(_Timed, kw_only=True, tag_field="type", tag=3):
    """A change since the last event."""

    data: IncrementalData


class Meta(_Timed, kw_only=True, tag_field="type", tag=4):
    """The page's address and window."""

    data: MetaData


class Custom(_Timed, kw_only=True, tag_field="type", tag=5):
    """What rrweb has no event for."""

    data: CustomData


class Asset(_Timed, kw_only=True, tag_field="type", tag=7):
    """A late asset."""

    data: AssetData


class Annotation(_Timed, kw_only=True, tag_field="type", tag=8):
    """A note."""

    data: AnnotationData


Event: TypeAlias = DomContentLoaded | Load | FullSnapshot | Incremental | Meta | Custom | Asset | Annotation


class Interaction(Struct, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """One click, move, scroll, error, request or navigation; spec/classes.json says each field's class."""

    kind: str
    at: Number
    route: str
    viewport: str
    element: str | None = None
    role: str | None = None
    label: str | None = None
    x: Number | None = None
    y: Number | None = None
    page_x: Number | None = None
    page_y: Number | None = None
    scroll_depth: Number | None = None
    type: str | None = None
    line: Number | None = None
    method: str | None = None
    status: str | None = None
    ms: Number | None = None
