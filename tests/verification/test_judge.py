"""What the walk takes for the product's own, and what for a person's."""

from milkglass.verification.judge import Gathered, Known, judge
from milkglass.verification.seen import Line, Name, Page


def page(
    lines: list[tuple[str, str]], *, names: list[tuple[str, str]] | None = None, address: str = "http://h/a"
) -> Page:
    """A page of lines with their marks; each stands at the place of its number."""
    return Page(
        address=address,
        language="en",
        lines=[Line(said, place, mark, 0) for place, (said, mark) in enumerate(lines)],
        names=[Name(word, kind, 0, 1) for kind, word in names or []],
        sheets=[],
        images=[],
        links=[],
        clickables=[],
    )


def judged(*pages: Page, known: Known | None = None) -> Gathered:
    gathered = Gathered()
    for one in pages:
        gathered.add(one, "/a", "/a", is_load=True)
    judge(gathered, known or Known())
    return gathered


def clean(gathered: Gathered) -> set[str]:
    return {said for said, told in gathered.lines.items() if not told.marks}


def test_a_name_of_a_row_is_a_name_everywhere() -> None:
    found = judged(page([("Jane Doe", "row"), ("Jane Doe", ""), ("Message Jane Doe", ""), ("Send", "")]))
    assert clean(found) == {"Send"}


def test_a_persons_first_name_alone_is_marked_too() -> None:
    assert clean(judged(page([("Jane Doe", "person"), ("Jane", ""), ("Welcome,", "")]))) == {"Welcome,"}


def test_what_differs_between_two_pages_of_a_kind_is_marked_and_what_moved_is_not() -> None:
    first = page([("Edit", ""), ("Essay on rivers", ""), ("Back", "")])
    second = page([("Edit", ""), ("Poem for Omar", ""), ("Back", "")])
    moved = page([("Saved", ""), ("Edit", ""), ("Back", "")])
    assert clean(judged(first, second)) == {"Edit", "Back"}
    assert clean(judged(page([("Edit", ""), ("Back", "")]), moved)) == {"Edit", "Back"}


def test_a_value_of_an_answer_is_marked_unless_a_script_says_it() -> None:
    known = Known(records={"Essay on rivers", "Open"}, literals={"Open"})
    assert clean(judged(page([("Essay on rivers", ""), ("Open", "")]), known=known)) == {"Open"}


def test_a_list_of_an_apis_calls_is_no_list_of_people() -> None:
    known = Known(described={"List pupils", "get", "name"})
    lines = [("List pupils", "row"), ("get", "cell"), ("Jane Doe", "row"), ('"name"', "written"), ('"Ana"', "written")]
    assert clean(judged(page(lines), known=known)) == {"List pupils", "get", '"name"'}


def test_what_the_login_typed_is_marked() -> None:
    assert clean(judged(page([("Signed in as jane.doe", ""), ("Help", "")]), known=Known(typed=("jane.doe",)))) == {
        "Help"
    }


def test_names_of_people_in_classes_and_ids_are_marked() -> None:
    names = [
        ("c", "student-jane-doe"),
        ("c", "save-button"),
        ("i", "row-20417"),
        ("c", "school-riverbend"),
        ("c", "list"),
    ]
    found = judged(
        page([("Jane Doe", "row"), ("Save", "")], names=names),
        known=Known(sheet_names={("c", "list"), ("c", "button")}),
    )
    marked = {word for (_, word), told in found.names.items() if told.marks}
    assert marked == {"student-jane-doe", "row-20417", "school-riverbend"}
