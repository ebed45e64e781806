"""Wire: what the recorder sends, as types; unpacking and decoding it within limits.

The structs name exactly the fields that may be kept. The fast way decodes straight into them and refuses what they do
not name, which is all that our own recorder sends. Where that fails, event by event, the JSON is fitted to the same
structs: what they do not name is dropped and counted by path, the rest is kept.

Source: rrweb's types (nine event types, seventeen incremental sources); spec/classes.json; RFC 1952; RFC 8878.
"""

import io
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from hashlib import sha256
from typing import Annotated, NewType, Self, TypeAlias, TypeVar

import msgspec
import zstandard
from msgspec import UNSET, Struct, UnsetType, inspect

from milkglass.errors import Invalid, TooLarge

RecordingId = NewType("RecordingId", str)
VisitId = NewType("VisitId", str)
ConsentId = NewType("ConsentId", str)
AccountId = NewType("AccountId", str)
LookId = NewType("LookId", str)
CaseId = NewType("CaseId", str)
ApplicationId = NewType("ApplicationId", str)
InstitutionId = NewType("InstitutionId", str)
PolicyHash = NewType("PolicyHash", str)


class Purpose(StrEnum):
    """What a person agreed to."""

    REPLAY = "replay"
    HEATMAP = "heatmap"


class Level(IntEnum):
    """How much of a journey is kept; of two, the lower wins."""

    OFF = 0
    CLICKS = 1
    WIREFRAME = 2
    LABELLED = 3

    @property
    def word(self) -> str:
        """The level as the policy spells it."""
        return self.name.lower()

    @classmethod
    def of(cls, word: str) -> Self:
        """Read a level's word; raises Invalid for any other."""
        for level in cls:
            if level.word == word:
                return level
        raise Invalid("a level is one of off, clicks, wireframe, labelled")


class Next(StrEnum):
    """What the recorder does after an answer."""

    STOP = "stop"
    RENEW = "renew"
    SNAPSHOT = "snapshot"


class Refusal(StrEnum):
    """Why a batch was not kept. Counted, shown and documented one by one."""

    NO_CONSENT = "no_consent"  # the person agreed to neither replay nor heatmap, or took it back
    JOURNEY_OFF = "journey_off"  # the policy, or the institution's opt-in, keeps nothing of this journey
    STALE_POLICY = "stale_policy"  # masked in the browser under a policy that no longer stands
    NOT_REDACTED = "not_redacted"  # enforcement failed, so nothing is kept
    TOO_LARGE = "too_large"  # over a limit of size, number or depth
    NUMBER_TAKEN = "number_taken"  # another batch of this recording has this number
    ENDED = "ended"  # the recording is longer than it may be
    ERASED = "erased"  # the recording was destroyed, or is about to be

    @property
    def next(self) -> Next:
        """What the recorder is told to do."""
        return _ANSWERS[self][0]

    @property
    def status(self) -> int:
        """The HTTP status of the answer."""
        return _ANSWERS[self][1]


_ANSWERS: Mapping[Refusal, tuple[Next, int]] = {
    Refusal.NO_CONSENT: (Next.STOP, 403),
    # The recorder believed in a level that no longer stands: its rules are old.
    Refusal.JOURNEY_OFF: (Next.RENEW, 403),
    Refusal.STALE_POLICY: (Next.RENEW, 412),
    Refusal.NOT_REDACTED: (Next.SNAPSHOT, 400),
    Refusal.TOO_LARGE: (Next.SNAPSHOT, 413),
    Refusal.NUMBER_TAKEN: (Next.SNAPSHOT, 409),
    Refusal.ENDED: (Next.STOP, 403),
    Refusal.ERASED: (Next.STOP, 403),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What the recorder is told about a batch; `dropped` counts what was left out of it."""

    number: int | None = None
    next: Next | None = None
    refusal: Refusal | None = None
    dropped: int = 0


class TicketFields(Struct, frozen=True, kw_only=True):
    """Who records and what for. `began` in epoch ms, `iat` and `exp` in epoch seconds.

    `crowd` is a 63-bit keyed digest of the person, by which heatmaps count people.
    """

    application: ApplicationId
    institution: InstitutionId
    recording: RecordingId
    visit: VisitId
    consent: ConsentId
    purposes: tuple[Purpose, ...]
    began: int
    iat: int
    exp: int
    crowd: int


Number: TypeAlias = int | float
NodeId: TypeAlias = Annotated[int, msgspec.Meta(ge=-1, le=2**31 - 1)]  # -1 stands for none
StyleValue: TypeAlias = str | bool | list[str]
AttributeValue: TypeAlias = str | bool | int | float | dict[str, StyleValue] | None
Attributes: TypeAlias = dict[str, AttributeValue]
Index: TypeAlias = int | list[int]
Maybe: TypeAlias = Number | UnsetType
Flag: TypeAlias = bool | UnsetType


class _Shape(Struct, forbid_unknown_fields=True, omit_defaults=True, kw_only=True, rename="camel"):
    """A piece of an event: it names every field that may be kept."""


class Document(_Shape, tag_field="type", tag=0):
    """A page's or frame's document."""

    child_nodes: list["Node"]
    id: NodeId
    compat_mode: str | UnsetType = UNSET
    root_id: NodeId | UnsetType = UNSET


class DocumentType(_Shape, tag_field="type", tag=1):
    """`<!DOCTYPE html>`."""

    name: str
    public_id: str
    system_id: str
    id: NodeId
    root_id: NodeId | UnsetType = UNSET


class Element(_Shape, tag_field="type", tag=2):
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


class Text(_Shape, tag_field="type", tag=3):
    """A text node."""

    text_content: str
    id: NodeId
    is_style: Flag = UNSET
    is_shadow: Flag = UNSET
    root_id: NodeId | UnsetType = UNSET


class Cdata(_Shape, tag_field="type", tag=4):
    """A CDATA section: always empty."""

    text_content: str
    id: NodeId
    is_shadow: Flag = UNSET
    root_id: NodeId | UnsetType = UNSET


class Comment(_Shape, tag_field="type", tag=5):
    """A comment: its place is kept, never its text."""

    text_content: str
    id: NodeId
    is_shadow: Flag = UNSET
    root_id: NodeId | UnsetType = UNSET


Node: TypeAlias = Document | DocumentType | Element | Text | Cdata | Comment
_PARENTS = (Element, Document)


class TextChange(_Shape):
    """A text node's new text; null empties it."""

    id: NodeId
    value: str | None


class AttributeChange(_Shape):
    """An element's changed attributes; null removes one."""

    id: NodeId
    attributes: Attributes


class Removal(_Shape):
    """A node taken out of its parent."""

    parent_id: NodeId
    id: NodeId
    is_shadow: Flag = UNSET


class Addition(_Shape):
    """A node put under its parent, before `next_id`."""

    parent_id: NodeId
    node: Node
    next_id: NodeId | UnsetType | None = UNSET
    previous_id: NodeId | UnsetType | None = UNSET


class Position(_Shape):
    """A pointer's place, `time_offset` ms from its event."""

    x: Number
    y: Number
    id: NodeId
    time_offset: Number


class RuleAddition(_Shape):
    """A rule put into a sheet."""

    rule: str
    index: Index | UnsetType = UNSET


class RuleRemoval(_Shape):
    """A rule taken out of a sheet."""

    index: Index


class AdoptedRule(_Shape):
    """A rule of a constructed sheet."""

    rule: str
    index: Index | UnsetType = UNSET


class AdoptedSheet(_Shape):
    """A constructed sheet."""

    style_id: NodeId
    rules: list[AdoptedRule]


class PropertySet(_Shape):
    """`style.setProperty(…)`."""

    property: str
    value: str | None = None
    priority: str | UnsetType = UNSET


class PropertyRemoval(_Shape):
    """`style.removeProperty(…)`."""

    property: str


class ElementDefinition(_Shape):
    """`customElements.define(…)`."""

    name: str


class Mutation(_Shape, tag_field="source", tag=0):
    """Changes of the tree."""

    texts: list[TextChange]
    attributes: list[AttributeChange]
    removes: list[Removal]
    adds: list[Addition]
    is_attach_iframe: Flag = UNSET


class MouseMove(_Shape, tag_field="source", tag=1):
    """The mouse's path."""

    positions: list[Position]


class MouseInteraction(_Shape, tag_field="source", tag=2):
    """A press, click, focus or touch."""

    type: int
    id: NodeId
    x: Maybe = UNSET
    y: Maybe = UNSET
    pointer_type: int | UnsetType = UNSET


class Scroll(_Shape, tag_field="source", tag=3):
    """A scrolled element or page."""

    id: NodeId
    x: Number
    y: Number


class ViewportResize(_Shape, tag_field="source", tag=4):
    """A new size of the window."""

    width: Number
    height: Number


class Input(_Shape, tag_field="source", tag=5):
    """A control whose value changed: that it did, never to what."""

    id: NodeId
    text: str
    is_checked: bool
    user_triggered: Flag = UNSET


class TouchMove(_Shape, tag_field="source", tag=6):
    """A finger's path."""

    positions: list[Position]


class MediaInteraction(_Shape, tag_field="source", tag=7):
    """Play, pause, seek, volume, rate."""

    type: int
    id: NodeId
    current_time: Maybe = UNSET
    volume: Maybe = UNSET
    muted: Flag = UNSET
    loop: Flag = UNSET
    playback_rate: Maybe = UNSET


class StyleSheetRule(_Shape, tag_field="source", tag=8):
    """Rules put into or taken out of a sheet."""

    id: NodeId | UnsetType = UNSET
    style_id: NodeId | UnsetType = UNSET
    removes: list[RuleRemoval] | UnsetType = UNSET
    adds: list[RuleAddition] | UnsetType = UNSET
    replace: str | UnsetType = UNSET
    replace_sync: str | UnsetType = UNSET


class Drag(_Shape, tag_field="source", tag=12):
    """A dragged thing's path."""

    positions: list[Position]


class StyleDeclaration(_Shape, tag_field="source", tag=13):
    """A property set or removed in a rule."""

    index: Index
    id: NodeId | UnsetType = UNSET
    style_id: NodeId | UnsetType = UNSET
    set: PropertySet | UnsetType = UNSET
    remove: PropertyRemoval | UnsetType = UNSET


class AdoptedStyleSheet(_Shape, tag_field="source", tag=15):
    """The constructed sheets of a document or shadow root."""

    id: NodeId
    style_ids: list[NodeId]
    styles: list[AdoptedSheet] | UnsetType = UNSET


class CustomElement(_Shape, tag_field="source", tag=16):
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


class Nothing(_Shape):
    """`{}`: the data of the two load events."""


class Offset(_Shape):
    """How far the page was scrolled."""

    top: Number
    left: Number


class SnapshotData(_Shape):
    """A page's whole tree."""

    node: Node
    initial_offset: Offset


class MetaData(_Shape):
    """Which page, in which window."""

    href: str
    width: Number
    height: Number


class AssetPayload(_Shape):
    """Style sheets that were read after the snapshot."""

    css_texts: list[str]
    rr_type: str = msgspec.field(name="rr_type")


class AssetData(_Shape):
    """An asset without its address."""

    payload: AssetPayload


class AnnotationData(_Shape):
    """A note beside the recording."""

    type: str
    text: str | bool | None = None


class _Timed(_Shape):
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


class Incremental(_Timed, kw_only=True, tag_field="type", tag=3):
    """A change since the last event."""

    data: IncrementalData


class Meta(_Timed, kw_only=True, tag_field="type", tag=4):
    """The page's address and window."""

    data: MetaData


class Asset(_Timed, kw_only=True, tag_field="type", tag=7):
    """A late asset."""

    data: AssetData


class Annotation(_Timed, kw_only=True, tag_field="type", tag=8):
    """A note."""

    data: AnnotationData


Event: TypeAlias = DomContentLoaded | Load | FullSnapshot | Incremental | Meta | Asset | Annotation


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What the recorder sent at once. `hash` is 16 bytes of the plain body's SHA-256; `dropped` counts by path."""

    number: int
    policy: PolicyHash
    vocabulary: int
    journey: str
    reset: bool
    hash: bytes
    events: list[Event]
    interactions: list[Interaction]
    dropped: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What may come at once. Never silently raised."""

    wire_bytes: int = 1 << 20
    decoded_bytes: int = 6 << 20
    window_bytes: int = 8 << 20
    events: int = 5000
    interactions: int = 5000
    depth: int = 400


STANDARD = Limits()


def unpack(body: bytes, limits: Limits = STANDARD) -> bytes:
    """Return the plain bytes of a body that is gzip, zstd or plain, told by its first bytes.

    Raises: TooLarge over a limit; Invalid for a broken, cut off or lengthened stream.
    """
    if len(body) > limits.wire_bytes:
        raise TooLarge(f"the body is over {limits.wire_bytes} bytes")
    try:
        plain = _inflate(body, limits)
    except (zlib.error, zstandard.ZstdError) as broken:
        raise Invalid("the body's compression is broken") from broken
    if len(plain) > limits.decoded_bytes:
        raise TooLarge(f"the body unpacks to over {limits.decoded_bytes} bytes")
    return plain


def _inflate(body: bytes, limits: Limits) -> bytes:
    most = limits.decoded_bytes + 1
    if body.startswith(b"\x1f\x8b"):
        stream = zlib.decompressobj(31)
        plain = stream.decompress(body, most)
        if len(plain) < most and (not stream.eof or stream.unused_data):
            raise Invalid("the gzip stream is cut off, or something follows it")
        return plain
    if body.startswith(b"\x28\xb5\x2f\xfd"):
        frame = zstandard.get_frame_parameters(body)
        if frame.window_size > limits.window_bytes:
            raise TooLarge(f"the zstd window is over {limits.window_bytes} bytes")
        unpacker = zstandard.ZstdDecompressor(max_window_size=limits.window_bytes)
        # Across frames, so that bytes after the last frame are an error and not left unread.
        with unpacker.stream_reader(io.BytesIO(body), read_across_frames=True) as reader:
            return reader.read(most)
    return body


class _Envelope(Struct, kw_only=True):
    """A batch whose parts are not looked at yet. Unknown keys are no part of a batch and fall."""

    number: int
    policy: str
    vocabulary: int
    journey: str
    reset: bool = False
    events: list[msgspec.Raw] = []
    interactions: list[msgspec.Raw] = []


class _Whole(Struct, kw_only=True, forbid_unknown_fields=True):
    """A batch as our own recorder sends it."""

    number: int
    policy: str
    vocabulary: int
    journey: str
    reset: bool = False
    events: list[Event] = []
    interactions: list[Interaction] = []


_Known = TypeVar("_Known")
_WHOLE = msgspec.json.Decoder(_Whole)
_ENVELOPE = msgspec.json.Decoder(_Envelope)
_EVENT: msgspec.json.Decoder[Event] = msgspec.json.Decoder(Event)
_INTERACTION = msgspec.json.Decoder(Interaction)
_LARGEST = 2**53  # of a batch number or a vocabulary version


def decode(body: bytes, limits: Limits = STANDARD) -> Batch:
    """Read a batch, packed or plain.

    Raises: Invalid for anything malformed, TooLarge over a limit; never another exception.
    """
    plain = unpack(body, limits)
    dropped: Counter[str] = Counter()
    try:
        try:
            whole = _WHOLE.decode(plain)
        except msgspec.ValidationError:
            whole = _by_piece(plain, dropped, limits)
        # A level of the tree takes over 60 bytes, so that a small batch cannot be deep.
        if len(plain) > limits.depth * 60 and not _is_shallow(whole.events, limits.depth):
            raise TooLarge(f"a tree is deeper than {limits.depth}")
    except (ValueError, RecursionError) as broken:
        raise Invalid("the body is not a batch in JSON") from broken
    _check(whole, limits)
    return Batch(
        number=whole.number,
        policy=PolicyHash(whole.policy),
        vocabulary=whole.vocabulary,
        journey=whole.journey,
        reset=whole.reset,
        hash=sha256(plain).digest()[:16],
        events=whole.events,
        interactions=whole.interactions,
        dropped=dropped,
    )


def _check(whole: _Whole, limits: Limits) -> None:
    if len(whole.events) > limits.events or len(whole.interactions) > limits.interactions:
        raise TooLarge(f"a batch holds at most {limits.events} events and {limits.interactions} interactions")
    if not (0 <= whole.number < _LARGEST and 0 <= whole.vocabulary < _LARGEST):
        raise Invalid("a batch's number and vocabulary are whole and not negative")


def _by_piece(plain: bytes, dropped: Counter[str], limits: Limits) -> _Whole:
    """Decode each event alone, and fit to the types what they do not take as it is."""
    envelope = _ENVELOPE.decode(plain)
    if len(envelope.events) > limits.events or len(envelope.interactions) > limits.interactions:
        raise TooLarge(f"a batch holds at most {limits.events} events and {limits.interactions} interactions")
    return _Whole(
        number=envelope.number,
        policy=envelope.policy,
        vocabulary=envelope.vocabulary,
        journey=envelope.journey,
        reset=envelope.reset,
        events=_pieces(envelope.events, _EVENT, dropped, "events"),
        interactions=_pieces(envelope.interactions, _INTERACTION, dropped, "interactions"),
    )


def _pieces(
    raws: Iterable[msgspec.Raw], decoder: msgspec.json.Decoder[_Known], dropped: Counter[str], path: str
) -> list[_Known]:
    kept: list[_Known] = []
    for raw in raws:
        try:
            kept.append(decoder.decode(raw))
        except msgspec.ValidationError:
            fitted = _fit(msgspec.json.decode(raw), inspect.type_info(decoder.type), path, dropped)
            if fitted is not UNSET:
                kept.append(msgspec.convert(fitted, decoder.type))
    return kept


def _is_shallow(events: Iterable[Event], depth: int) -> bool:
    roots: list[Node] = []
    for event in events:
        if isinstance(event, FullSnapshot):
            roots.append(event.data.node)
        elif isinstance(event, Incremental) and isinstance(event.data, Mutation):
            roots.extend([addition.node for addition in event.data.adds])
    parents = [node for node in roots if isinstance(node, _PARENTS) and node.child_nodes]
    for _ in range(depth - 1):
        if not parents:
            return True
        below = [child for node in parents for child in node.child_nodes]
        parents = [node for node in below if isinstance(node, _PARENTS) and node.child_nodes]
    return not parents


Json: TypeAlias = bool | int | float | str | list["Json"] | dict[str, "Json"] | None

# The JSON kinds of msgspec's leaf types. bool is an int in Python and not in JSON, hence `type(value)`.
_LEAVES: Mapping[type[inspect.Type], frozenset[type]] = {
    inspect.IntType: frozenset({int}),
    inspect.FloatType: frozenset({int, float}),
    inspect.StrType: frozenset({str}),
    inspect.BoolType: frozenset({bool}),
    inspect.NoneType: frozenset({type(None)}),
}
_FILLED = frozenset({Document, DocumentType, Element, Text, Cdata, Comment, Mutation, AdoptedStyleSheet})
_EMPTY: Mapping[type[inspect.Type], Json] = {inspect.ListType: [], inspect.DictType: {}, inspect.StrType: ""}


def _fit(value: Json, form: inspect.Type, path: str, dropped: Counter[str]) -> Json | UnsetType:
    """Return what of `value` fits `form`, else UNSET. What falls is counted by path, never by what it was."""
    chosen = _choose(value, form)
    match chosen, value:
        case inspect.StructType(), dict():
            return _fit_struct(value, chosen, path, dropped)
        case inspect.ListType(), list():
            fitted = [_fit(item, chosen.item_type, path + "[]", dropped) for item in value]
            return [item for item in fitted if item is not UNSET]
        case inspect.DictType(), dict():
            pairs = {key: _fit(item, chosen.value_type, path + ".*", dropped) for key, item in value.items()}
            return {key: item for key, item in pairs.items() if item is not UNSET}
        case None, _:
            dropped[path] += 1
            return UNSET
        case _:
            return value


def _fit_struct(value: dict[str, Json], form: inspect.StructType, path: str, dropped: Counter[str]) -> Json | UnsetType:
    known = {one.encode_name: one for one in form.fields}
    if form.tag_field is not None and form.tag_field not in known:
        path = f"{path}:{form.tag}"
    fitted: dict[str, Json] = {}
    for key, item in value.items():
        if key == form.tag_field:
            fitted[key] = item
        elif key in known:
            kept = _fit(item, known[key].type, f"{path}.{key}", dropped)
            if kept is not UNSET:
                fitted[key] = kept
        else:
            dropped[path + ".?"] += 1  # an unknown key is the page's, and may say anything
    if form.cls in _FILLED:
        # A node keeps its place in the tree whatever it lacks; only without an id there is no node. Lists may lack.
        fitted = {one.encode_name: _EMPTY[type(one.type)] for one in form.fields if type(one.type) in _EMPTY} | fitted
    if any(one.required and name not in fitted for name, one in known.items()):
        dropped[path] += 1
        return UNSET
    return fitted


def _choose(value: Json, form: inspect.Type) -> inspect.Type | None:
    """Find the member of a union that this value is, by its tag or by its JSON kind."""
    for one in form.types if isinstance(form, inspect.UnionType) else (form,):
        match one:
            case inspect.StructType():
                if isinstance(value, dict) and (one.tag_field is None or _has_tag(value.get(one.tag_field), one.tag)):
                    return one
            case inspect.ListType():
                if isinstance(value, list):
                    return one
            case inspect.DictType():
                if isinstance(value, dict):
                    return one
            case inspect.IntType(ge=int(least), le=int(most)):
                if type(value) is int and least <= value <= most:
                    return one
            case _:
                if type(value) in _LEAVES.get(type(one), ()):
                    return one
    return None


def _has_tag(said: Json, tag: str | int | None) -> bool:
    return type(said) is int and said == tag
