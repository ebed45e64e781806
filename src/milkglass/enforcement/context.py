"""What a batch is enforced under, and what enforcing it found.

Source: DESIGN.md section 2.
"""

from dataclasses import dataclass, field

from milkglass.enforcement.cuts import Cuts
from milkglass.enforcement.queries import kept_query, query_of
from milkglass.enforcement.redacted import Remarks
from milkglass.enforcement.table import Table
from milkglass.enforcement.text import Texts, reference
from milkglass.enforcement.tokens import Tokens
from milkglass.enforcement.writing import Cut
from milkglass.policy.compile import OFF_THE_MAP, CompiledPolicy
from milkglass.wire.nodes import AttributeValue
from milkglass.wire.values import Level


@dataclass(slots=True, kw_only=True)
class Context:
    """One batch's rules: its table, words, key and level. `is_hidden` on an excluded route: shapes only, no text."""

    table: Table
    texts: Texts
    tokens: Tokens
    cuts: Cuts
    policy: CompiledPolicy
    level: Level
    is_hidden: bool
    route: str
    sheet_numbers: frozenset[int]
    asset_numbers: frozenset[int]  # empty where no picture may be shown
    span_ms: int
    remarks: Remarks
    pointer_at: int = -(2**40)  # when the last pointer position was kept
    # Attributes of this batch by tag and name: the spelling, and what stands for each value that leaves no remark.
    settled: dict[str | None, dict[str, tuple[str, dict[str, AttributeValue]]]] = field(default_factory=dict)
    gone: int = 0  # rules and declarations that were left out
    is_edited: bool = False  # whether the attributes rebuilt last are those of an editor
    texts_bypassed: int = 0  # texts of nodes that came plain and that were masked, not yet among the remarks
    texts_masked: int = 0
    # Parts of the table, because every node asks for them.
    insides: dict[str, str] = field(init=False)
    known_attributes: dict[str, tuple[str, str, str]] = field(init=False)
    most_attributes: int = field(init=False)

    def __post_init__(self) -> None:
        """Look up what every node asks for."""
        self.insides, self.known_attributes = self.table.insides, self.table.known_attributes
        self.most_attributes = self.table.limits.attributes

    def count_text(self, kept: str) -> None:
        """Note that a text node's text was not what may be stored; `remark_texts` makes the remarks."""
        self.texts_bypassed += 1
        if "▇" in kept:
            self.texts_masked += 1

    def remark_texts(self) -> None:
        """Remark on the texts that were counted. Before the route changes, and at the end."""
        if self.texts_bypassed:
            self.remarks.bypassed["node.3.textContent"] += self.texts_bypassed
        if self.texts_masked:
            self.remarks.masked["TEXT", self.route] += self.texts_masked
        self.texts_bypassed = self.texts_masked = 0

    def text(self, said: str, path: str) -> str:
        """TEXT."""
        if self.is_hidden:
            return ""
        kept = self.texts.known.get(said)
        if kept is None:
            kept = self.texts.redact(said)
        if kept != said:
            self.remarks.bypassed[path] += 1
            if "▇" in kept:
                self.remarks.masked["TEXT", self.route] += 1
        return kept

    def words(self, letter: str, said: str, path: str) -> str:
        """TOKEN, word by word."""
        before = self.tokens.plain
        kept = self.tokens.words(letter, said, self.table.limits.words)
        if self.tokens.plain != before:
            self.remarks.bypassed[path] += 1
        return kept

    def fill(self, cut: Cut, path: str) -> str:
        """Put this recording's tokens into cleaned CSS."""
        before = self.tokens.plain
        kept = cut.written(self.tokens.each(cut.places, cut.hashed))
        if self.tokens.plain != before:
            self.remarks.bypassed[path] += 1
        if cut.gone:
            self.gone += cut.gone
            self.remarks.dropped[path] += cut.gone
        return kept

    def sheet(self, said: str, path: str) -> str:
        """CSS of a whole sheet; a reference to a known sheet stays."""
        number = reference(said, "s")
        if number is not None and number in self.sheet_numbers:
            return said
        if len(said) > self.table.limits.css:
            self.remarks.dropped[path] += 1
            return ""
        return self.fill(self.cuts.cut(self.cuts.css.sheet, said), path)

    def rule(self, said: str, path: str) -> str:
        """CSS of one rule."""
        if len(said) > self.table.limits.css:
            self.remarks.dropped[path] += 1
            said = ""
        return self.fill(self.cuts.cut(self.cuts.css.rule, said), path)

    def value(self, said: str, path: str) -> str:
        """VALUE."""
        kept = self.table.text.value
        if said != kept:
            self.remarks.bypassed[path] += 1
            self.remarks.masked["VALUE", self.route] += 1
        return kept

    def url(self, said: str, path: str) -> str:
        """URL of a place in the product: a template of the policy."""
        if self.policy.is_template(said):
            return said
        self.remarks.bypassed[path] += 1
        return self.policy.template(said[: self.table.limits.url + 1])

    def address(self, said: str, path: str) -> str:
        """URL of a page or a link: a template, with what may stay of the query."""
        if self.policy.is_template(said):
            return said
        cut = said[: self.table.limits.url + 1]
        template = self.policy.template(cut)
        kept = template
        if template != OFF_THE_MAP and self.policy.query_keys and not self.is_hidden:
            kept += kept_query(query_of(cut, template), self.policy.query_keys, self._entry)
        if kept != said:
            self.remarks.bypassed[path] += 1
        return kept

    def _entry(self, said: str) -> str | None:
        found = self.texts.redact(said)
        return None if reference(found, "t") is None else found

    def drop(self, path: str) -> None:
        """Count what is left out."""
        self.remarks.dropped[path] += 1

    def time(self, at: float, step: int = 50) -> int:
        """A moment in ms since `began`, inside the ticket's span."""
        return int(min(max(at, 0), self.span_ms)) // step * step
