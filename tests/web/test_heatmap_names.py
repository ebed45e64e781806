"""How the heatmap's table names an element."""

from milkglass.interactions.heatmap import ElementCount
from milkglass.web.heatmaps import named

BUTTON = "main>button:2.\U0010fffcn3\U0010fffd.\U0010fffcn4\U0010fffd"


def test_a_label_comes_before_names_and_names_before_the_role() -> None:
    words = {"t7": "Share a snippet", "n3": "button-secondary", "n4": "share-snippet"}
    labelled = ElementCount(BUTTON, "button", "\U0010fffct7\U0010fffd", 12, 30)
    bare = ElementCount(BUTTON, "button", None, 12, 30)
    assert named(labelled, words).name == "Share a snippet"
    assert named(bare, words).name == "button.button-secondary.share-snippet"
    assert named(bare, {"n4": "share-snippet"}).name == "button.share-snippet"
    assert named(bare, {}).name == "button without a reviewed label"
