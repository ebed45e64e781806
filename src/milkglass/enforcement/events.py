"""Events: each is rebuilt from its parts by the table; one whose required part falls, falls whole.

Source: spec/classes.json, `events` and `incremental`; spec/README.md.
"""

from collections.abc import Iterable

from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from milkglass.enforcement import numbers
from milkglass.enforcement.attributes import attributes, declared, declared_value
from milkglass.enforcement.context import Context
from milkglass.enforcement.nodes import node, nodes, tag_name
from milkglass.wire import changes as change
from milkglass.wire import events as wire
from milkglass.wire.changes import IncrementalData
from milkglass.wire.events import Event
from milkglass.wire.nodes import Flag, Index, Maybe, Number

_MOST_FACES, _LONGEST_NAME = 64, 200
_APART_MS = 100  # between two kept pointer positions: at most ten a second


def events(context: Context, given: Iterable[Event]) -> list[Event]:
    """Rebuild a batch's events; what falls is counted by path."""
    rebuilt = [kept for one in given if (kept := event(context, one)) is not None]
    context.remark_texts()
    return rebuilt


def event(context: Context, given: Event) -> Event | None:
    """Rebuild one event; None if nothing of it may be kept."""
    kept = _event(context, given)
    if kept is None:
        context.drop(f"events.{given.__struct_config__.tag}")
        return None
    kept.timestamp = context.time(given.timestamp)
    if given.delay is not UNSET:
        kept.delay = _or_unset(numbers.offset(given.delay))
    return kept


def _event(context: Context, given: Event) -> Event | None:
    # `type` and not `isinstance`, which asks the metaclass for each struct that is another one.
    if type(given) is wire.Incremental:
        data = _incremental(context, given.data, given.timestamp)
        return None if data is None else wire.Incremental(data=data, timestamp=0)
    if isinstance(given, wire.FullSnapshot):
        return wire.FullSnapshot(data=_snapshot(context, given.data), timestamp=0)
    if isinstance(given, wire.Meta):
        return wire.Meta(data=_meta(context, given.data), timestamp=0)
    if isinstance(given, wire.DomContentLoaded):
        return wire.DomContentLoaded(data=wire.Nothing(), timestamp=0)
    if isinstance(given, wire.Load):
        return wire.Load(data=wire.Nothing(), timestamp=0)
    if isinstance(given, wire.Custom):
        return _custom(context, given.data)
    if isinstance(given, wire.Asset):
        return _asset(context, given.data)
    return _annotation(context, given.data)


def _snapshot(context: Context, given: wire.SnapshotData) -> wire.SnapshotData:
    top, left = numbers.grid(given.initial_offset.top), numbers.grid(given.initial_offset.left)
    return wire.SnapshotData(node=node(context, given.node), initial_offset=wire.Offset(top=top or 0, left=left or 0))


def _meta(context: Context, given: wire.MetaData) -> wire.MetaData:
    href = context.address(given.href, "events.4.data.href")
    context.remark_texts()
    context.route = href.partition("?")[0]
    return wire.MetaData(href=href, width=numbers.size(given.width) or 0, height=numbers.size(given.height) or 0)


def _custom(context: Context, given: wire.CustomData) -> wire.Custom | None:
    if given.tag not in context.table.values["customTag"]:
        return None
    faces = [kept for one in given.payload.faces if (kept := _face(context, one)) is not None]
    return wire.Custom(data=wire.CustomData(tag=given.tag, payload=wire.Faces(faces=faces[:_MOST_FACES])), timestamp=0)


def _face(context: Context, given: wire.Face) -> wire.Face | None:
    family, weight, style = (
        context.fill(context.cuts.value(f"font-{name}", said[:_LONGEST_NAME]), f"events.5.data.payload.faces[].{name}")
        for name, said in (("family", given.family), ("weight", given.weight), ("style", given.style))
    )
    measures = [numbers.milli(one) for one in (given.ascent, given.descent, given.gap, given.advance)]
    ascent, descent, gap, advance = measures
    if not (family and weight and style) or given.kind not in context.table.values["faceKind"] or None in measures:
        return None
    return wire.Face(
        family=family,
        weight=weight,
        style=style,
        kind=given.kind,
        ascent=ascent or 0,
        descent=descent or 0,
        gap=gap or 0,
        advance=advance or 0,
    )


def _asset(context: Context, given: wire.AssetData) -> wire.Asset | None:
    if given.payload.rr_type not in context.table.values["assetType"]:
        return None
    sheets = [context.sheet(one, "events.7.data.payload.cssTexts[]") for one in given.payload.css_texts]
    payload = wire.AssetPayload(css_texts=sheets, rr_type=given.payload.rr_type)
    return wire.Asset(data=wire.AssetData(payload=payload), timestamp=0)


def _annotation(context: Context, given: wire.AnnotationData) -> wire.Annotation | None:
    if given.type not in context.table.values["annotationType"]:
        return None
    text = context.text(given.text, "events.8.data.text") if isinstance(given.text, str) else None
    return wire.Annotation(data=wire.AnnotationData(type=given.type, text=text), timestamp=0)


def _incremental(context: Context, given: IncrementalData, at: Number) -> IncrementalData | None:
    if type(given) is change.Mutation:
        return _mutation(context, given)
    if type(given) is change.MouseInteraction:
        return _mouse(context, given)
    if type(given) is change.Scroll:
        x, y = numbers.grid(given.x), numbers.grid(given.y)
        return None if x is None or y is None else change.Scroll(id=given.id, x=x, y=y)
    if isinstance(given, change.MouseMove | change.TouchMove | change.Drag):
        path = _positions(context, given.positions, at)
        return type(given)(positions=path) if path else None
    if isinstance(given, change.ViewportResize):
        width, height = numbers.size(given.width), numbers.size(given.height)
        return None if width is None or height is None else change.ViewportResize(width=width, height=height)
    if isinstance(given, change.Input):
        said = context.value(given.text, "incremental.5.text")
        triggered: Flag = UNSET if given.user_triggered is UNSET else False
        return change.Input(id=given.id, text=said, is_checked=False, user_triggered=triggered)
    if isinstance(given, change.MediaInteraction):
        return _media(context, given)
    if isinstance(given, change.StyleSheetRule):
        return _sheet_rule(context, given)
    if isinstance(given, change.StyleDeclaration):
        return _declaration(context, given)
    if isinstance(given, change.AdoptedStyleSheet):
        return _adopted(context, given)
    return change.CustomElement(define=change.ElementDefinition(name=tag_name(context, given.define.name)))


def _mutation(context: Context, given: change.Mutation) -> change.Mutation:
    texts = [
        change.TextChange(
            id=one.id, value=None if one.value is None else context.text(one.value, "incremental.0.texts")
        )
        for one in given.texts
    ]
    changes = [
        change.AttributeChange(id=one.id, attributes=attributes(context, one.attributes, None))
        for one in given.attributes
    ]
    came = [one.node for one in given.adds]
    kept = nodes(context, came)
    adds = given.adds
    if kept is not came:
        # Beside its node an addition holds ids, as a removal does: nothing that could be decided.
        adds = [one if one.node is added else replace(one, node=added) for one, added in zip(adds, kept, strict=True)]
    return replace(given, texts=texts, attributes=changes, adds=adds)


def _positions(context: Context, given: Iterable[change.Position], at: Number) -> list[change.Position]:
    kept: list[change.Position] = []
    for one in given:
        x, y, offset = numbers.grid(one.x), numbers.grid(one.y), numbers.offset(one.time_offset)
        if x is None or y is None or offset is None:
            continue
        moment = context.time(at) + offset
        if moment - context.pointer_at >= _APART_MS:
            context.pointer_at = moment
            kept.append(change.Position(x=x, y=y, id=one.id, time_offset=offset))
    return kept


def _mouse(context: Context, given: change.MouseInteraction) -> change.MouseInteraction | None:
    values = context.table.values
    if given.type not in values["mouseInteraction"]:
        return None
    known = isinstance(given.pointer_type, int) and given.pointer_type in values["pointerType"]
    return change.MouseInteraction(
        type=given.type,
        id=given.id,
        x=UNSET if given.x is UNSET else _or_unset(numbers.grid(given.x)),
        y=UNSET if given.y is UNSET else _or_unset(numbers.grid(given.y)),
        pointer_type=given.pointer_type if known else UNSET,
    )


def _media(context: Context, given: change.MediaInteraction) -> change.MediaInteraction | None:
    if given.type not in context.table.values["mediaInteraction"]:
        return None
    return change.MediaInteraction(
        type=given.type,
        id=given.id,
        current_time=_measure(given.current_time),
        volume=_measure(given.volume),
        muted=given.muted,
        loop=given.loop,
        playback_rate=_measure(given.playback_rate),
    )


def _sheet_rule(context: Context, given: change.StyleSheetRule) -> change.StyleSheetRule:
    kept = change.StyleSheetRule(id=given.id, style_id=given.style_id)
    if isinstance(given.removes, list):
        indexes = [_index(one.index) for one in given.removes]
        kept.removes = [change.RuleRemoval(index=one) for one in indexes if one is not UNSET]
    if isinstance(given.adds, list):
        kept.adds = [
            change.RuleAddition(rule=context.rule(one.rule, "incremental.8.adds[].rule"), index=_index(one.index))
            for one in given.adds
        ]
    if isinstance(given.replace, str):
        kept.replace = context.sheet(given.replace, "incremental.8.replace")
    if isinstance(given.replace_sync, str):
        kept.replace_sync = context.sheet(given.replace_sync, "incremental.8.replaceSync")
    return kept


def _declaration(context: Context, given: change.StyleDeclaration) -> change.StyleDeclaration | None:
    index = _index(given.index)
    if index is UNSET:
        return None
    kept = change.StyleDeclaration(index=index, id=given.id, style_id=given.style_id)
    if isinstance(given.set, change.PropertySet):
        kept.set = _set(context, given.set)
    if isinstance(given.remove, change.PropertyRemoval):
        name = declared(context, given.remove.property)
        kept.remove = change.PropertyRemoval(property=name) if name else UNSET
    return None if kept.set is UNSET and kept.remove is UNSET else kept


def _set(context: Context, given: change.PropertySet) -> change.PropertySet | UnsetType:
    name = declared(context, given.property)
    said = str(given.value) if isinstance(given.value, float) else given.value
    value = declared_value(context, given.property, said) if said else said
    if not name or (said and not value):
        return UNSET
    known = given.priority in context.table.values["priority"]
    return change.PropertySet(property=name, value=value, priority=given.priority if known else UNSET)


def _adopted(context: Context, given: change.AdoptedStyleSheet) -> change.AdoptedStyleSheet:
    kept = change.AdoptedStyleSheet(id=given.id, style_ids=list(given.style_ids))
    if isinstance(given.styles, list):
        kept.styles = [
            change.AdoptedSheet(
                style_id=one.style_id,
                rules=[
                    change.AdoptedRule(
                        rule=context.rule(rule.rule, "incremental.15.styles[].rules[].rule"), index=_index(rule.index)
                    )
                    for rule in one.rules
                ],
            )
            for one in given.styles
        ]
    return kept


def _index(given: Index | UnsetType) -> Index | UnsetType:
    if isinstance(given, int):
        kept_index = numbers.index(given)
        return UNSET if kept_index is None else kept_index
    if isinstance(given, list):
        kept = [one for one in given[:64] if numbers.index(one) is not None]
        return kept if len(kept) == len(given) else UNSET
    return UNSET


def _measure(given: Maybe) -> Maybe:
    return UNSET if given is UNSET else _or_unset(numbers.two_decimals(given))


def _or_unset(number: Number | None) -> Maybe:
    return UNSET if number is None else number
