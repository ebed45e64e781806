"""Pieces of CSS: component values cut at their commas and without what is blank at their ends.

Source: CSS Syntax 3, section 5.4.
"""

from collections.abc import Iterator, Sequence

from tinycss2 import ast

BLANK = ("whitespace", "comment")


def trim(nodes: Sequence[ast.Node]) -> Sequence[ast.Node]:
    """Leave white space and comments away at both ends."""
    start, end = 0, len(nodes)
    while start < end and nodes[start].type in BLANK:
        start += 1
    while end > start and nodes[end - 1].type in BLANK:
        end -= 1
    return nodes[start:end]


def members(nodes: Sequence[ast.Node]) -> Iterator[Sequence[ast.Node]]:
    """Cut at the commas; at least one part, which may be empty."""
    start = 0
    for at, node in enumerate(nodes):
        if node.type == "literal" and node == ",":
            yield nodes[start:at]
            start = at + 1
    yield nodes[start:]
