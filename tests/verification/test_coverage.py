"""Coverage: counted over everything that can be clicked, and kept without a word."""

from pathlib import Path

from milkglass.interactions.heatmap import Cell
from milkglass.verification.coverage import Coverage
from milkglass.verification.seen import Clickable

SAVE = Clickable(["Save  changes"], ["save-button"], 0.0, 0.0, 0.5, 0.1)
ROW = Clickable(["Jane Doe"], ["row"], 0.0, 0.2, 0.5, 0.1)
BARE = Clickable([], [], 0.5, 0.5, 0.5, 0.5)


def test_a_label_counts_before_a_name_and_what_has_neither_counts_against(tmp_path: Path) -> None:
    coverage = Coverage(tmp_path / "coverage.json", b"k" * 32)
    coverage.keep({"/a": [SAVE, ROW, BARE], "/b": []})
    first, second = coverage.shares({"Save changes"}, {"row", "save-button"})
    assert (first.labelled, first.named, first.clickable, round(first.share, 2)) == (1, 1, 3, 0.67)
    assert second.share == 1.0


def test_what_is_kept_tells_no_word(tmp_path: Path) -> None:
    coverage = Coverage(tmp_path / "coverage.json", b"k" * 32)
    coverage.keep({"/a": [SAVE, ROW]})
    coverage.keep({"/b": [SAVE]})
    assert set(coverage.spots()) == {"/a", "/b"}
    assert b"Jane" not in coverage.file.read_bytes()
    assert b"row" not in coverage.file.read_bytes()


def test_a_hot_place_without_a_name_is_suggested_by_its_position_alone(tmp_path: Path) -> None:
    coverage = Coverage(tmp_path / "coverage.json", b"k" * 32)
    coverage.keep({"/a": [SAVE, BARE]})
    cells = [Cell(1, 0, 40, 90), Cell(7, 8, 12, 30), Cell(7, 2, 30, 30)]
    [found] = coverage.suggestions("/a", cells, (10, 10), ({"Save changes"}, set()))
    assert (found.across, found.down, found.people) == (75, 85, 12)
