"""Nodes: ids, order and shape stay as they are, so that the replay plays; what a node says is rebuilt by the table.

Source: spec/classes.json, `node`; spec/README.md.
"""

import re

from msgspec import UNSET
from msgspec.structs import replace

from milkglass.enforcement.attributes import attributes
from milkglass.enforcement.context import Context
from milkglass.enforcement.table import EMPTY, NOTHING, STYLE, TEXT, VALUE
from milkglass.enforcement.text import OPEN, SPACE
from milkglass.errors import TooLarge
from milkglass.wire.nodes import Attributes, Cdata, Comment, Document, DocumentType, Element, Node, Text

_DEEPEST = 400
_SPACES = re.compile(f"[{SPACE}]+")


def node(context: Context, given: Node, inside: str = TEXT, depth: int = 0) -> Node:
    """Rebuild a node and all below it; raises TooLarge if it is too deep.

    `inside` is the class of the text nodes here.
    """
    # `type` and not `isinstance`, which asks the metaclass for each struct that is another one.
    if type(given) is Element:
        return _element(context, given, inside, depth)
    if depth > _DEEPEST:
        raise TooLarge(f"a tree is deeper than {_DEEPEST}")
    kept: Text | Comment | Cdata
    if type(given) is Text:
        said = _said(context, given, inside)
        # Where no style text can stand, the mark would call a mask style text.
        is_style = given.is_style if inside in (STYLE, TEXT) else UNSET
        if said == given.text_content and is_style is given.is_style:
            return given  # it would be built as it came
        kept = Text(text_content=said, id=given.id, is_style=is_style)
    elif isinstance(given, Document):
        return _document(context, given, depth)
    elif isinstance(given, DocumentType):
        return _document_type(context, given)
    else:
        if given.text_content:
            context.drop("node.textContent")
        kept = type(given)(text_content="", id=given.id)
    if given.root_id is not UNSET:
        kept.root_id = given.root_id
    if given.is_shadow is not UNSET:
        kept.is_shadow = given.is_shadow
    return kept


def _document(context: Context, given: Document, depth: int) -> Document:
    below = [node(context, child, TEXT, depth + 1) for child in given.child_nodes]
    compat = given.compat_mode if given.compat_mode in context.table.values["compatMode"] else UNSET
    return Document(child_nodes=below, id=given.id, compat_mode=compat, root_id=given.root_id)


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
    if depth >= _DEEPEST:
        raise TooLarge(f"a tree is deeper than {_DEEPEST}")
    tag, had, children = given.tag_name, given.attributes, given.child_nodes
    own = context.insides.get(tag)
    if own is None:
        tag = tag_name(context, tag)
        own = context.insides.get(tag, TEXT)
    kept: Attributes = {}
    below: list[Node] = []
    if own is EMPTY:
        if children:
            context.drop(f"node.2:{tag}.childNodes")
    else:
        context.is_edited = False
        if had:
            kept = attributes(context, had, tag)
        if children:
            below = nodes(context, children, _inside(own, inside, context.is_edited), depth + 1)
    if below is children and tag == given.tag_name and kept == had:
        return given  # it would be built as it came
    # Beside these an element has its id, which stays, and flags: true or false, which decoding saw to.
    return replace(given, tag_name=tag, attributes=kept, child_nodes=below)


def nodes(context: Context, given: list[Node], inside: str = TEXT, depth: int = 0) -> list[Node]:
    """Rebuild several nodes; the very list that came if none of them changes."""
    below = given
    known, is_plain = context.texts.known, inside is TEXT and not context.is_hidden
    kept: Node
    for place, child in enumerate(given):
        # By far the most are elements, and text that no flag makes anything else.
        if type(child) is Element:
            kept = _element(context, child, inside, depth)
        elif is_plain and type(child) is Text and child.is_style is UNSET:
            said = child.text_content
            text = known.get(said)
            if text is None:
                text = context.texts.redact(said)
            if text == said:
                continue
            context.count_text(text)
            kept = replace(child, text_content=text)
        else:
            kept = node(context, child, inside, depth)
        if kept is not child:
            if below is given:
                below = given.copy()
            below[place] = kept
    return below


def _inside(own: str, inside: str, is_edited: bool) -> str:  # noqa: FBT001 - one of three things that decide
    if own is TEXT and inside is TEXT:
        return VALUE if is_edited else TEXT
    if own is NOTHING or inside is NOTHING:
        return NOTHING
    if own is STYLE:
        return STYLE
    if own is VALUE or inside is VALUE or is_edited:
        return VALUE
    return TEXT


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
