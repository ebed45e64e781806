"""Attributes, by name: a mutation names only a node, so that without a tag the stricter class is taken.

Source: spec/classes.json, `attributes`; spec/README.md.
"""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from milkglass.enforcement import numbers
from milkglass.enforcement.context import Context
from milkglass.enforcement.table import Table
from milkglass.wire.nodes import Attributes, AttributeValue, StyleValue

Rule: TypeAlias = Callable[[Context, str, AttributeValue], AttributeValue]
_SPACES = "\x00\t\n\v\f\r "
_SCRIPT_STARTS = frozenset("jJdD" + _SPACES)
_LONGEST_NUMBER = 10  # digits
_EDITED = "contenteditable"
_SCROLLED = frozenset({"rr_scrollleft", "rr_scrolltop"})
_BY_TAG = frozenset({"value", "href", "rr_asset"}) | _SCROLLED
# A value of these seen again leaves no new remark; of those only if it stays as it is.
_SILENT = frozenset({"TOKEN", "UNKNOWN", "ENUM", "NUMBER", "GEOMETRY", "HREF", "CSS", "PAINT"})
_SILENT_AS_THEY_ARE = frozenset({"TEXT", "URL"})
_PARTS = 2  # of a declaration with a priority: its value, and that
_NEVER_SETTLED = (
    frozenset({"value", _EDITED, "_csstext"}) | _SCROLLED
)  # others decide, or more is decided, or it is long


def attributes(context: Context, given: Attributes, tag: str | None) -> Attributes:
    """Rebuild an element's attributes; `tag` is None in a mutation. None as a value says that one was removed.

    Sets the context's `is_edited` where they make the element an editor.
    """
    settled = context.settled.get(tag)
    if settled is None:
        settled = context.settled[tag] = {}
    kept: Attributes = {}
    if len(given) > context.most_attributes:
        for name in given:
            if len(kept) >= context.most_attributes:
                # An editor is one wherever it says so.
                context.is_edited = context.is_edited or any(_is_edited(*one) for one in given.items())
                break
            _attribute(context, given, tag, name, kept)
        return kept
    for name, value in given.items():
        seen = settled.get(name)
        if seen is not None and type(value) is str:
            said = seen[1].get(value)
            if said is not None:
                kept[seen[0]] = said
                continue
        _attribute(context, given, tag, name, kept)
    return kept


def _attribute(context: Context, given: Attributes, tag: str | None, name: str, kept: Attributes) -> None:
    """Rebuild one that this batch did not have yet, and remember what may be said again without a remark."""
    value = given[name]
    called, lower, spelt = context.known_attributes.get(name) or _other(context, name)
    if lower == _EDITED:
        context.is_edited = context.is_edited or _is_edited(lower, value)
    if called == "DROP":
        context.drop(f"attributes.{lower}")
        return
    said: AttributeValue = None
    if value is not None:
        gone = context.gone
        if lower in _BY_TAG:
            called = _by_tag(called, lower, given, tag, context)
        is_script = type(value) is str and value[:1] in _SCRIPT_STARTS and _is_script(value, context.table)
        said = None if is_script else _RULES[called](context, lower, value)
        if said is None:
            context.drop(f"attributes.{lower}")
            return
        if (
            type(value) is str
            and lower not in _NEVER_SETTLED
            and (called in _SILENT or (called in _SILENT_AS_THEY_ARE and said == value))
            and gone == context.gone
        ):
            context.settled[tag].setdefault(name, (spelt, {}))[1][value] = said
    kept[spelt] = said


def _is_edited(name: str, value: AttributeValue) -> bool:
    # An island that is not editable inside an editor (a chip with a name) is content of the editor all the same.
    # Names compare lower-case, and not every document spells them so.
    return value not in (None, "false", False) and name.lower() == _EDITED


def _other(context: Context, name: str) -> tuple[str, str, str]:
    """Class, path and spelling of a name that the table has not, or not in this case."""
    lower = name.lower()
    found = context.known_attributes.get(lower)
    if found is not None:
        return found
    if lower.startswith("on"):
        return "DROP", "on*", ""
    spelt = context.words("d-", lower, "attributes.data-*")
    return ("UNKNOWN" if spelt and " " not in spelt else "DROP"), "?", spelt


def _by_tag(called: str, name: str, given: Mapping[str, AttributeValue], tag: str | None, context: Context) -> str:
    """The class of `value`, `href`, `rr_asset` and of how far is scrolled, where the element's tag decides."""
    if name in _SCROLLED:
        # How far a field is scrolled is how much was typed into it.
        is_field = tag in context.table.tags.fields or any(_is_edited(*one) for one in given.items())
        return "DROP" if is_field else called
    if name == "rr_asset":
        return called if tag in (None, "img") else "DROP"
    if name == "value":
        is_button = tag == "button" or (tag == "input" and given.get("type") in context.table.tags.button_value_types)
        return "TEXT" if is_button else "VALUE"
    return "HREF" if tag in ("link", "image", "use") else called


def _is_script(value: str, table: Table) -> bool:
    return value.lstrip(_SPACES)[:11].lower().startswith(table.attribute_values_dropped)


def _text(context: Context, name: str, value: AttributeValue) -> AttributeValue:
    return context.text(value, f"attributes.{name}") if isinstance(value, str) and not context.is_hidden else None


def _value(context: Context, name: str, value: AttributeValue) -> AttributeValue:
    if name != "value":
        return None
    return context.value(value if isinstance(value, str) else "", "attributes.value")


def _token(context: Context, name: str, value: AttributeValue) -> AttributeValue:
    said = value if type(value) is str else _plain(value)
    return None if said is None else context.words("k", said, f"attributes.{name}")


def _unknown(context: Context, _name: str, value: AttributeValue) -> AttributeValue:
    said = _plain(value)
    return None if said is None else context.words("v", said, "attributes.?")


def _enum(context: Context, name: str, value: AttributeValue) -> AttributeValue:
    said = _plain(value)
    if name == "rel" and said is not None:
        words = said.split(" ")
        return said if all(word in context.table.enums[name] for word in words) else None
    return value if said in context.table.enums[name] else None


def _number(_context: Context, _name: str, value: AttributeValue) -> AttributeValue:
    return numbers.attribute(value) if isinstance(value, str | int | float) else None


def _asset(context: Context, _name: str, value: AttributeValue) -> AttributeValue:
    """A listed image, by its number as the browser writes it."""
    return value if isinstance(value, str) and asset_number(value) in context.asset_numbers else None


def asset_number(said: str) -> int | None:
    """The number that a string spells, without sign or leading zero."""
    return int(said) if said.isascii() and said.isdigit() and len(said) < _LONGEST_NUMBER and said[0] != "0" else None


def _geometry(_context: Context, name: str, value: AttributeValue) -> AttributeValue:
    said = _plain(value)
    return None if said is None else numbers.geometry(name, said)


def _paint(context: Context, name: str, value: AttributeValue) -> AttributeValue:
    if not isinstance(value, str) or len(value) > context.table.limits.attribute:
        return None
    return context.fill(context.cuts.cut(context.cuts.css.paint, value), f"attributes.{name}") or None


def _css(context: Context, name: str, value: AttributeValue) -> AttributeValue:
    path = f"attributes.{name}"
    css = context.cuts.css
    if isinstance(value, dict):
        return style_object(context, value) if name == "style" else None
    if not isinstance(value, str):
        return None
    if name == "_csstext":
        return context.sheet(value, path)
    if len(value) > context.table.limits.attribute:
        return None
    if name == "style":
        return context.fill(context.cuts.cut(css.declarations, value), path)
    return context.fill(context.cuts.cut(css.media, value), path) or None


def style_object(context: Context, given: Mapping[str, StyleValue]) -> dict[str, StyleValue]:
    """Changed properties of a `style`: `{property: value | [value, priority] | false}`; false removes it."""
    kept: dict[str, StyleValue] = {}
    for name, value in given.items():
        spelt = declared(context, name)
        said = _style_value(context, name, value)
        if not spelt or said is None or said == "":
            context.drop("attributes.style.*")
        else:
            kept[spelt] = said
    return kept


def _style_value(context: Context, name: str, value: StyleValue) -> StyleValue | None:
    if value is False:
        return False
    if isinstance(value, str):
        return declared_value(context, name, value)
    if isinstance(value, list) and len(value) == _PARTS and value[1] in ("important", ""):
        cleaned = declared_value(context, name, value[0])
        return [cleaned, value[1]] if cleaned else None
    return None


def declared(context: Context, name: str) -> str:
    """A property's name; empty for one that is not known."""
    return context.fill(context.cuts.cut(context.cuts.css.property, name), "attributes.style")


def declared_value(context: Context, name: str, value: str) -> str:
    """A property's value; empty where nothing of it may be kept."""
    if len(value) > context.table.limits.attribute:
        return ""
    return context.fill(context.cuts.value(name, value), "attributes.style")


def _url(context: Context, name: str, value: AttributeValue) -> AttributeValue:
    if not isinstance(value, str):
        return None
    if name == "href" and value.startswith("#") and not value.startswith(("#/", "#!/")):
        return _fragment(context, value)
    return context.address(value, f"attributes.{name}")


def _href(context: Context, _name: str, value: AttributeValue) -> AttributeValue:
    return _fragment(context, value) if isinstance(value, str) and value.startswith("#") else None


def _fragment(context: Context, value: str) -> str:
    return "#" + context.words("k", value[1:], "attributes.href")


def _nothing(_context: Context, _name: str, _value: AttributeValue) -> AttributeValue:
    return None


def _plain(value: AttributeValue) -> str | None:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return numbers.shortest(value) if abs(value) < 2**53 else None
    return None


_RULES: Mapping[str, Rule] = {
    "TEXT": _text,
    "VALUE": _value,
    "TOKEN": _token,
    "UNKNOWN": _unknown,
    "ENUM": _enum,
    "NUMBER": _number,
    "ASSET": _asset,
    "GEOMETRY": _geometry,
    "PAINT": _paint,
    "CSS": _css,
    "URL": _url,
    "HREF": _href,
    "DROP": _nothing,
}
