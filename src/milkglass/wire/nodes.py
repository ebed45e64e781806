"""Nodes: the pieces of a page's tree. A struct names exactly the fields that may be kept.

Source: rrweb's types; spec/classes.json.
"""

from typing import Annotated, TypeAlias, final

import msgspec
from msgspec import UNSET, Struct, UnsetType

Number: TypeAlias = int | float
NodeId: TypeAlias = Annotated[int, msgspec.Meta(ge=-1, le=2**31 - 1)]  # -1 stands for none
StyleValue: TypeAlias = str | bool | list[str]
AttributeValue: TypeAlias = str | bool | int | float | dict[str, StyleValue] | None
Attributes: TypeAlias = dict[str, AttributeValue]
Index: TypeAlias = int | list[int]
Maybe: TypeAlias = Number | UnsetType
Flag: TypeAlias = bool | UnsetType


class Shape(Struct, forbid_unknown_fields=True, omit_defaults=True, kw_only=True, rename="camel", gc=False):
    """A piece of an event: it names every field that may be kept."""


class Document(Shape, tag_field="type", tag=0):
    """A page's or frame's document."""

    child_nodes: list["Node"]
    id: NodeId
    compat_mode: str | UnsetType = UNSET
    root_id: NodeId | UnsetType = UNSET


class DocumentType(Shape, tag_field="type", tag=1):
    """`<!DOCTYPE html>`."""

    name: str
    public_id: str
    system_id: str
    id: NodeId
    root_id: NodeId | UnsetType = UNSET


@final
class Element(Shape, tag_field="type", tag=2):
    """An element with its attributes and children."""

    tag_name: str
    attributes: Attributes
    child_nodes: list["Node"]
    id: NodeId
    is_svg: Flag = msgspec.field(name="isSVG", default=UNSET)
    is_custom: Flag = UNSET
    need_block: Flag = UNSET
    is_shadow_host: Flag = UNSET
    is_shadow: Flag = UNSET
    root_id: NodeId | UnsetType = UNSET


@final
class Text(Shape, tag_field="type", tag=3):
    """A text node."""

    text_content: str
    id: NodeId
    is_style: Flag = UNSET
    is_shadow: Flag = UNSET
    root_id: NodeId | UnsetType = UNSET


class Cdata(Shape, tag_field="type", tag=4):
    """A CDATA section: always empty."""

    text_content: str
    id: NodeId
    is_shadow: Flag = UNSET
    root_id: NodeId | UnsetType = UNSET


class Comment(Shape, tag_field="type", tag=5):
    """A comment: its place is kept, never its text."""

    text_content: str
    id: NodeId
    is_shadow: Flag = UNSET
    root_id: NodeId | UnsetType = UNSET


Node: TypeAlias = Document | DocumentType | Element | Text | Cdata | Comment
PARENTS = (Element, Document)
