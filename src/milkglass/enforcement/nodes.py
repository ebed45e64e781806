"""Nodes: ids, order and shape stay as they are, so that the replay plays; what a node says is rebuilt by the table.

Source: spec/classes.json, `node`; spec/README.md.
"""

from msgspec import UNSET

from milkglass.enforcement.attributes import attributes
from milkglass.enforcement.context import Context
from milkglass.errors import TooLarge
from milkglass.wire import Attributes, Cdata, Comment, Document, DocumentType, Element, Node, Text

_DEEPEST = 400

# What the text nodes inside an element are.
_FLAGS = ("is_svg", "is_custom", "need_block", "is_shadow_host", "is_shadow", "root_id")
TEXT, VALUE, STYLE, NOTHING = "TEXT", "VALUE", "STYLE", "NOTHING"


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
            kept = Text(text_content=_said(context, given, inside), id=given.id, is_style=given.is_style)
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
    tag = given.tag_name
    if tag not in context.table.known_tags:
        tag = tag_name(context, tag)
    below: list[Node] = []
    if tag in context.table.tags.empty:
        if given.child_nodes:
            context.drop(f"node.2:{tag}.childNodes")
        kept = Element(tag_name=tag, attributes={}, child_nodes=below, id=given.id)
    else:
        had = given.attributes
        if given.child_nodes:
            inside = _inside(context, had, tag, inside)
            below = [node(context, child, inside, depth + 1) for child in given.child_nodes]
        said = attributes(context, had, tag) if had else {}
        kept = Element(tag_name=tag, attributes=said, child_nodes=below, id=given.id)
    for flag in _FLAGS:
        value = getattr(given, flag)
        if value is not UNSET:
            setattr(kept, flag, value)
    return kept


def _inside(context: Context, had: Attributes, tag: str, inside: str) -> str:
    tags = context.table.tags
    if tag in tags.drop_text or inside == NOTHING:
        return NOTHING
    if tag in tags.style_text:
        return STYLE
    if tag in tags.value_text or inside == VALUE or _is_edited(had):
        return VALUE
    return TEXT


def _is_edited(had: Attributes) -> bool:
    # An island that is not editable inside an editor (a chip with a name) is content of the editor all the same.
    edited = had.get("contenteditable")
    return edited is not None and edited not in ("false", False)


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
    """A known tag; a custom element's token; else `span`."""
    lower = said.lower()
    if lower in context.table.known_tags:
        return lower
    if "-" in lower:
        return context.words("x-", lower.replace(" ", "-"), "node.2.tagName")
    context.drop("node.2.tagName")
    return "span"
