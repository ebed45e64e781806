"""Walks: what an invented person does in Chalkboard, chapter by chapter, with real pointer and key events."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from milkglass.demo.people import PEOPLE
from milkglass.verification.tab import Tab

ENTER = 13

QUESTIONS = (
    "My loop never ends, and I do not see why.",
    "Is exercise 7 due on Monday? I missed the lesson.",
    "Can somebody look at my average, please?",
    "It works at home but not on the school's laptop.",
    "What is the difference between = and ==?",
    "I got 58 again. What am I doing wrong?",
)
SNIPPETS = (
    ("Endless loop", "while True:\n  print(marks)"),
    ("Menu", "nav { display: flex }"),
    ("Sum", "total = sum(marks)"),
)
OPINIONS = (
    "The answers are quick, thank you.",
    "I cannot find my old messages.",
    "Please let us change our photo.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One person at one screen; `number` counts from 0, `size` is small, medium or large."""

    page: Tab
    dice: Random
    number: int
    size: str

    @property
    def is_small(self) -> bool:
        """A screen on which the navigation is folded away."""
        return self.size == "small"

    def menu(self, selector: str, number: int = 0) -> None:
        """Follow a link of the navigation, which a small screen folds away."""
        if self.is_small:
            self.page.click(".menu-button")
        self.page.click(selector, number)


Chapter = Callable[[Visit], None]


def chapters(visit: Visit) -> list[tuple[str, Chapter]]:
    """What this person does, in which order: everybody signs in and asks; the rest comes shuffled."""
    rest: list[tuple[str, Chapter]] = [
        ("shares a snippet", _share),
        ("gives feedback", _give_feedback),
        ("opens the grade book", _grade_book),
        ("reads other rooms", _other_rooms),
    ]
    visit.dice.shuffle(rest)
    # Every third person also looks at the class list, of which nothing may be kept.
    listed: list[tuple[str, Chapter]] = [("looks at the class list", _class_list)] if visit.number % 3 == 0 else []
    return [("signs in", sign_in), ("gets started", _welcome), ("asks a question", _question), *listed, *rest]


def sign_in(visit: Visit) -> None:
    """Choose a person, or type a name, and say yes to being recorded."""
    page = visit.page
    page.go("/demo/sign-in")
    if visit.number < len(PEOPLE):
        page.click(f'.person-choice:has([value="{PEOPLE[visit.number].number}"])')
    else:
        page.click('.input[name="name"]')
        page.write(f"Visitor {visit.number + 1}")
    page.click('.choice:has([value="yes"])')
    page.follow(".button-wide")


def _welcome(visit: Visit) -> None:
    page = visit.page
    page.hover(".facts")
    page.pause(0.3)
    page.click(".step.is-current .step-button")
    page.pause(0.3)
    page.click(".step.is-current .switch", visit.dice.randrange(2))
    page.click(".step.is-current .step-button")
    page.pause(0.3)
    page.follow(".step.is-current .button-primary")


def _question(visit: Visit) -> None:
    page = visit.page
    _in_room(visit)
    page.hover(".message", visit.dice.randrange(3))
    page.wheel(visit.dice.choice((-240, 240)))
    page.click(".composer-input")
    page.write(visit.dice.choice(QUESTIONS))
    if visit.dice.random() < 0.5:  # noqa: PLR2004 -- one in two sends with the key
        page.press("Enter", ENTER)
    else:
        page.click(".send-button")
    page.pause(1.6)  # the helper types for 1.2 s


def _share(visit: Visit) -> None:
    page = visit.page
    title, code = visit.dice.choice(SNIPPETS)
    _in_room(visit)
    page.click(".share-button")
    page.click('.share-dialog [name="title"]')
    page.write(title)
    page.click('.share-dialog [name="code"]')
    page.write(code.replace("\n", " "))
    page.click(".share-dialog .button-primary")
    page.pause(0.6)
    page.click('.tab[href$="tab=shared"]')
    page.pause(0.4)
    page.follow(".card-link", visit.dice.randrange(2))
    page.wheel(300)
    page.click(".copy-page-button")
    page.pause(0.3)


def _give_feedback(visit: Visit) -> None:
    page = visit.page
    visit.menu('.nav-link[href="/demo/feedback"]')
    page.click(".scale .choice", visit.dice.randrange(4))
    page.click('[name="email"]')
    page.write("me@lakeside.example")
    page.click('[name="words"]')
    page.write(visit.dice.choice(OPINIONS))
    page.click(".check")
    page.follow('.feedback-form [type="submit"]')
    page.pause(0.4)


def _grade_book(visit: Visit) -> None:
    page = visit.page
    visit.menu('.nav-link[href="/demo/broken"]')
    page.click(".marks-button")
    page.pause(0.5)
    page.click(".average-button")
    page.pause(0.3)
    # Nothing happens, so some click on: once is a dead click, five times is rage.
    page.click(".dead-button", times=visit.dice.choice((1, 5, 6)))
    page.pause(1.2)  # a click is dead only after a while without any change


def _other_rooms(visit: Visit) -> None:
    page = visit.page
    _in_room(visit)
    for number in visit.dice.sample((1, 2, 3), 2):
        visit.menu(".room-link", number)
        page.pause(0.4)
        page.hover(".message", visit.dice.randrange(2))
        page.wheel(200)


def _class_list(visit: Visit) -> None:
    page = visit.page
    visit.menu('.nav-link[href="/demo/students"]')
    page.follow(".person-name a", visit.dice.randrange(6))
    page.pause(0.4)


def _in_room(visit: Visit) -> None:
    """Be in a room's messages, by a click if somewhere else."""
    page = visit.page
    if re.fullmatch(r"/demo/chat/[a-z-]+", page.path()):
        page.click('.tab[href$="tab=messages"]')
    else:
        visit.menu(".room-link")
    page.place(".composer-input")
