"""Nodes: ids, order and shape stay as they are, so that the replay plays; what a node says is rebuilt by the table.

Source: spec/classes.json, `node`; spec/README.md.
"""

from msgspec import UNSET, UnsetType

from milkglass.enforcement.attributes import attributes
from milkglass.enforcement.context import Context
from milkglass.errors import TooLarge
from milkglass.wire import Cdata, Comment, Document, DocumentType, Element, Node, Text

_DEEPEST = 400

# What the text nodes inside an element are.
TEXT, VALUE, STYLE, NOTHING = "TEXT", "VALUE", "STYLE", "NOTHING"


def node(context: Context, given: Node, inside: str = TEXT, depth: int = 0) -> Node:
    """Rebuild a node and all below it. `inside` is the class of the text nodes here; raises TooLarge if it is too deep."""
    if depth > _DEEPEST:
        raise TooLarge(f"a tree is deeper than {_DEEPEST}")
    match given:
        case Text():
            return Text(
                text_content=_said(context, given, inside),
                id=given.id,
                is_style=given.is_style,
                is_shadow=given.is_shadow,
                root_id=given.root_id,
            )
        case Element():
            return _element(context, given, inside, depth)
        case Comment():
            if given.text_content:
                context.drop("node.5.textContent")
            return Comment(text_content="", id=given.id, is_shadow=given.is_shadow, root_id=given.root_id)
        case Cdata():
            if given.text_content:
                context.drop("node.4.textContent")
            return Cdata(text_content="", id=given.id, is_shadow=given.is_shadow, root_id=given.root_id)
        case Document():
            return Document(
                child_nodes=[node(context, child, TEXT, depth + 1) for child in given.child_nodes],
                id=given.id,
                compat_mode=_known(context, "compatMode", given.compat_mode),
                root_id=given.root_id,
            )
        case DocumentType():
            values = context.table.values
            return DocumentType(
                name=given.name if given.name in values["doctypeName"] else "html",
                public_id=given.public_id if given.public_id in values["publicId"] else "",
                system_id=given.system_id if given.system_id in values["systemId"] else "",
                id=given.id,
                root_id=given.root_id,
            )


def _element(context: Context, given: Element, inside: str, depth: int) -> Element:
    tag = tag_name(context, given.tag_name)
    tags = context.table.tags
    if tag in tags.empty:
        if given.child_nodes:
            context.drop(f"node.2:{tag}.childNodes")
        kept, below = {}, []
    else:
        kept = attributes(context, given.attributes, tag)
        inside = _inside(context, given, tag, inside)
        below = [node(context, child, inside, depth + 1) for child in given.child_nodes]
    return Element(
        tag_name=tag,
        attributes=kept,
        child_nodes=below,
        id=given.id,
        is_svg=given.is_svg,
        is_custom=given.is_custom,
        need_block=given.need_block,
        is_shadow_host=given.is_shadow_host,
        is_shadow=given.is_shadow,
        root_id=given.root_id,
    )


def _inside(context: Context, given: Element, tag: str, inside: str) -> str:
    tags = context.table.tags
    if tag in tags.drop_text or inside == NOTHING:
        return NOTHING
    if tag in tags.style_text:
        return STYLE
    if tag in tags.value_text or inside == VALUE or _is_edited(given):
        return VALUE
    return TEXT


def _is_edited(given: Element) -> bool:
    # An island that is not editable inside an editor (a chip with a name) is content of the editor all the same.
    edited = given.attributes.get("contenteditable")
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
    tags = context.table.tags
    if lower in tags.html or lower in tags.svg or lower in tags.math:
        return lower
    if "-" in lower:
        return context.words("x-", lower.replace(" ", "-"), "node.2.tagName")
    context.drop("node.2.tagName")
    return "span"


def _known(context: Context, values: str, said: str | UnsetType) -> str | UnsetType:
    return said if isinstance(said, str) and said in context.table.values[values] else UNSET
