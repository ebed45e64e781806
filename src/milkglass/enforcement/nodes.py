"""Nodes: ids, order and shape stay as they are, so that the replay plays; what a node says is rebuilt by the table.

Source: spec/classes.json, `node`; spec/README.md.
"""

import re

from msgspec import UNSET

from milkglass.enforcement.attributes import attributes
from milkglass.enforcement.context import Context
from milkglass.enforcement.table import EMPTY, NOTHING, STYLE, TEXT, VALUE
from milkglass.enforcement.text import OPEN, SPACE
from milkglass.errors import TooLarge
from milkglass.wire.nodes import Attributes, Cdata, Comment, Document, DocumentType, Element, Node, Text

_DEEPEST = 400
_EDITED = "contenteditable"
_EDITED_LENGTH = len(_EDITED)
_SPACES = re.compile(f"[{SPACE}]+")


def node(context: Context, given: Node, inside: str = TEXT, depth: int = 0) -> Node:
    """Rebuild a node and all below it; raises TooLarge if it is too deep.

    `inside` is the class of the text nodes here.
    """
    if depth > _DEEPEST:
        raise TooLarge(f"a tree is deeper than {_DEEPEST}")
    kept: Node
    match given:
        case Element():
            return _element(context, given, inside, depth)
        case Text():
            # Where no style text can stand, the mark would call a mask style text.
            is_style = given.is_style if inside in (STYLE, TEXT) else UNSET
            kept = Text(text_content=_said(context, given, inside), id=given.id, is_style=is_style)
        case Comment() | Cdata():
            if given.text_content:
                context.drop("node.textContent")
            kept = type(given)(text_content="", id=given.id)
        case Document():
            below = [node(context, child, TEXT, depth + 1) for child in given.child_nodes]
            compat = given.compat_mode if given.compat_mode in context.table.values["compatMode"] else UNSET
            return Document(child_nodes=below, id=given.id, compat_mode=compat, root_id=given.root_id)
        case DocumentType():
            return _document_type(context, given)
    if given.root_id is not UNSET:
        kept.root_id = given.root_id
    if given.is_shadow is not UNSET:
        kept.is_shadow = given.is_shadow
    return kept


def _document_type(context: Context, given: DocumentType) -> DocumentType:
    values = context.table.values
    return DocumentType(
        name=given.name if given.name in values["doctypeName"] else "html",
        public_id=given.public_id if given.public_id in values["publicId"] else "",
        system_id=given.system_id if given.system_id in values["systemId"] else "",
        id=given.id,
        root_id=given.root_id,
    )


def _element(context: Context, given: Element, inside: str, depth: int) -> Element:
    if depth > _DEEPEST:
        raise TooLarge(f"a tree is deeper than {_DEEPEST}")
    tag, insides = given.tag_name, context.table.insides
    own = insides.get(tag)
    if own is None:
        tag = tag_name(context, tag)
        own = insides.get(tag, TEXT)
    had = given.attributes
    below: list[Node] = []
    if own is EMPTY:
        if given.child_nodes:
            context.drop(f"node.2:{tag}.childNodes")
        had = {}
    elif given.child_nodes:
        below = _below(context, given, _inside(had, own, inside), depth + 1)
    return Element(
        tag_name=tag,
        attributes=attributes(context, had, tag) if had else {},
        child_nodes=below,
        id=given.id,
        is_svg=given.is_svg,
        is_custom=given.is_custom,
        need_block=given.need_block,
        is_shadow_host=given.is_shadow_host,
        is_shadow=given.is_shadow,
        root_id=given.root_id,
    )


def _below(context: Context, given: Element, inside: str, depth: int) -> list[Node]:
    below: list[Node] = []
    for child in given.child_nodes:
        # By far the most are elements, and text that no flag makes anything else.
        if type(child) is Element:
            below.append(_element(context, child, inside, depth))
        elif type(child) is Text and inside is TEXT and child.is_style is child.root_id is child.is_shadow is UNSET:
            below.append(Text(text_content=context.text(child.text_content, "node.3.textContent"), id=child.id))
        else:
            below.append(node(context, child, inside, depth))
    return below


def _inside(had: Attributes, own: str, inside: str) -> str:
    if own is NOTHING or inside is NOTHING:
        return NOTHING
    if own is STYLE:
        return STYLE
    if own is VALUE or inside is VALUE or _is_edited(had):
        return VALUE
    return TEXT


def _is_edited(had: Attributes) -> bool:
    # An island that is not editable inside an editor (a chip with a name) is content of the editor all the same.
    # Names compare lower-case, and not every document spells them so. Every element is asked: the length goes first.
    for name, value in had.items():
        if len(name) == _EDITED_LENGTH and value not in (None, "false", False) and name.lower() == _EDITED:
            return True
    return False


def _said(context: Context, given: Text, inside: str) -> str:
    said = given.text_content
    if inside == STYLE or (given.is_style is True and inside == TEXT):
        return context.sheet(said, "node.3.textContent.css")
    if inside == VALUE:
        return "" if context.is_hidden else context.value(said, "node.3.textContent")
    if inside == NOTHING:
        if said:
            context.drop("node.3.textContent")
        return ""
    return context.text(said, "node.3.textContent")


def tag_name(context: Context, said: str) -> str:
    """A known tag; a custom element's reference or token; else `span`."""
    lower = said.lower()
    if lower in context.table.known_tags:
        return lower
    if "-" in lower or lower[:1] == OPEN:
        return context.words("x-", _SPACES.sub("-", lower), "node.2.tagName")
    context.drop("node.2.tagName")
    return "span"
