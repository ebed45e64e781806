"""Changes: what an incremental event tells, source by source. A struct names exactly the fields that may be kept.

Source: rrweb's seventeen incremental sources; spec/classes.json. Sources 9, 10, 11 and 14 are never kept.
"""

from typing import TypeAlias, final

from msgspec import UNSET, UnsetType

from milkglass.wire.nodes import Attributes, Flag, Index, Maybe, Node, NodeId, Number, Shape


class TextChange(Shape):
    """A text node's new text; null empties it."""

    id: NodeId
    value: str | None


class AttributeChange(Shape):
    """An element's changed attributes; null removes one."""

    id: NodeId
    attributes: Attributes


class Removal(Shape):
    """A node taken out of its parent."""

    parent_id: NodeId
    id: NodeId
    is_shadow: Flag = UNSET


class Addition(Shape):
    """A node put under its parent, before `next_id`."""

    parent_id: NodeId
    node: Node
    next_id: NodeId | UnsetType | None = UNSET
    previous_id: NodeId | UnsetType | None = UNSET


class Position(Shape):
    """A pointer's place, `time_offset` ms from its event."""

    x: Number
    y: Number
    id: NodeId
    time_offset: Number


class RuleAddition(Shape):
    """A rule put into a sheet."""

    rule: str
    index: Index | UnsetType = UNSET


class RuleRemoval(Shape):
    """A rule taken out of a sheet."""

    index: Index


class AdoptedRule(Shape):
    """A rule of a constructed sheet."""

    rule: str
    index: Index | UnsetType = UNSET


class AdoptedSheet(Shape):
    """A constructed sheet."""

    style_id: NodeId
    rules: list[AdoptedRule]


class PropertySet(Shape):
    """`style.setProperty(…)`, to which a page may hand a number."""

    property: str
    value: str | float | None = None
    priority: str | UnsetType = UNSET


class PropertyRemoval(Shape):
    """`style.removeProperty(…)`."""

    property: str


class ElementDefinition(Shape):
    """`customElements.define(…)`."""

    name: str


@final
class Mutation(Shape, tag_field="source", tag=0):
    """Changes of the tree."""

    texts: list[TextChange]
    attributes: list[AttributeChange]
    removes: list[Removal]
    adds: list[Addition]
    is_attach_iframe: Flag = UNSET


class MouseMove(Shape, tag_field="source", tag=1):
    """The mouse's path."""

    positions: list[Position]


@final
class MouseInteraction(Shape, tag_field="source", tag=2):
    """A press, click, focus or touch."""

    type: int
    id: NodeId
    x: Maybe = UNSET
    y: Maybe = UNSET
    pointer_type: int | UnsetType = UNSET


@final
class Scroll(Shape, tag_field="source", tag=3):
    """A scrolled element or page."""

    id: NodeId
    x: Number
    y: Number


class ViewportResize(Shape, tag_field="source", tag=4):
    """A new size of the window."""

    width: Number
    height: Number


class Input(Shape, tag_field="source", tag=5):
    """A control whose value changed: that it did, never to what."""

    id: NodeId
    text: str
    is_checked: bool
    user_triggered: Flag = UNSET


class TouchMove(Shape, tag_field="source", tag=6):
    """A finger's path."""

    positions: list[Position]


class MediaInteraction(Shape, tag_field="source", tag=7):
    """Play, pause, seek, volume, rate."""

    type: int
    id: NodeId
    current_time: Maybe = UNSET
    volume: Maybe = UNSET
    muted: Flag = UNSET
    loop: Flag = UNSET
    playback_rate: Maybe = UNSET


class StyleSheetRule(Shape, tag_field="source", tag=8):
    """Rules put into or taken out of a sheet."""

    id: NodeId | UnsetType = UNSET
    style_id: NodeId | UnsetType = UNSET
    removes: list[RuleRemoval] | UnsetType = UNSET
    adds: list[RuleAddition] | UnsetType = UNSET
    replace: str | UnsetType = UNSET
    replace_sync: str | UnsetType = UNSET


class Drag(Shape, tag_field="source", tag=12):
    """A dragged thing's path."""

    positions: list[Position]


class StyleDeclaration(Shape, tag_field="source", tag=13):
    """A property set or removed in a rule."""

    index: Index
    id: NodeId | UnsetType = UNSET
    style_id: NodeId | UnsetType = UNSET
    set: PropertySet | UnsetType = UNSET
    remove: PropertyRemoval | UnsetType = UNSET


class AdoptedStyleSheet(Shape, tag_field="source", tag=15):
    """The constructed sheets of a document or shadow root."""

    id: NodeId
    style_ids: list[NodeId]
    styles: list[AdoptedSheet] | UnsetType = UNSET


class CustomElement(Shape, tag_field="source", tag=16):
    """A custom element's definition."""

    define: ElementDefinition


IncrementalData: TypeAlias = (
    Mutation
    | MouseMove
    | MouseInteraction
    | Scroll
    | ViewportResize
    | Input
    | TouchMove
    | MediaInteraction
    | StyleSheetRule
    | Drag
    | StyleDeclaration
    | AdoptedStyleSheet
    | CustomElement
)
