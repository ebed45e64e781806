"""Training: the yearly quiz that a viewer passes before looking, with the promise of confidentiality.

A pass is good for a year; three tries a day, so that nobody guesses through. The questions are few and about what a
viewer does here; they do not replace a vendor's own FERPA training.

Source: DOMAIN's vetting: training 365 days, confidentiality; 34 CFR 99.31(a)(1), 99.33.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, func, insert, select, update

from milkglass import facts
from milkglass.access.accounts import Account
from milkglass.access.decide import decide
from milkglass.access.values import Act, Request
from milkglass.database.moments import random_id, to_ms
from milkglass.database.tables_access import accounts, trainings
from milkglass.errors import Conflict, Invalid, NotAllowed
from milkglass.merkle.writer import Writer

LASTS = timedelta(days=365)
MOST_TRIES = 3  # in 24 hours
PASS_PERCENT = 80


@dataclass(frozen=True, slots=True)
class Question:
    """One question with its choices; `right` is the right one's place from 0, `why` is shown afterwards."""

    id: str
    said: str
    choices: tuple[str, ...]
    right: int
    why: str


QUESTIONS: tuple[Question, ...] = (
    Question(
        "purpose",
        "You may look at a recording when …",
        ("you are curious how a class works", "an open support case needs it", "a colleague asks you to"),
        1,
        "Access needs a legitimate interest: a reason, and an open case of the same institution.",
    ),
    Question(
        "log",
        "What happens to your look?",
        ("it is written down before the first part is shown", "it is written down if it was refused", "nothing"),
        0,
        "Each part of each look is in the evidence log before it is served; a refused one too.",
    ),
    Question(
        "seen",
        "You see a pupil's name in a recording. What do you do?",
        ("write it into the ticket", "go on, it was an accident", "report it: the recording is sealed for everybody"),
        2,
        "Report it in the player. The recording is sealed at once and an engineer finds out why it was not masked.",
    ),
    Question(
        "guess",
        "By time and class you can guess who is recorded. What do you do with the guess?",
        ("keep it to yourself and look no further", "tell the teacher", "note it in the case"),
        0,
        "A person who can be told from the circumstances is identified; that is personal information as well.",
    ),
    Question(
        "pass on",
        "Somebody outside the case asks for a screenshot. You …",
        (
            "send it without the header",
            "refuse; passing on needs an export that a second person confirms",
            "ask who it is",
        ),
        1,
        "What was disclosed for one purpose is not passed on for another (34 CFR 99.33).",
    ),
    Question(
        "emergency",
        "There is no case and it cannot wait. You …",
        (
            "use the case of another school",
            "borrow a colleague's login",
            "break the glass: a second person confirms, an hour",
        ),
        2,
        "Break-glass opens one recording for an hour, after a second person confirmed; it is reviewed afterwards.",
    ),
    Question(
        "over",
        "The case is closed while you look. Then …",
        ("you may look until tomorrow", "the look ends at its next part", "the case is opened again by itself"),
        1,
        "Leave is asked for anew at every part: case, training, consent, account.",
    ),
    Question(
        "consent",
        "The person took their consent back. Their recordings …",
        ("may still be looked at for open cases", "may not be looked at any more", "may be looked at by the owner"),
        1,
        "Only a standing consent opens a recording, and the owner never looks.",
    ),
    Question(
        "search",
        "You know a pupil's e-mail. How do you find their visit?",
        ("by the support code that they give you", "by their e-mail", "by scrolling through the list"),
        0,
        "Milkglass has no e-mail to search by; the person shares a code if they want to.",
    ),
    Question(
        "leave",
        "You change to another job. Your access …",
        ("ends with your account, at once", "ends after a year", "goes to your successor"),
        0,
        "An account is one person's; it ends when they leave, with all sessions and grants.",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """How a try went; `wrong` names the questions that were not right, empty if all were."""

    right: int
    asked: int
    passed: bool
    until: datetime | None
    wrong: tuple[str, ...]


def mark(answers: Mapping[str, int]) -> tuple[str, ...]:
    """Return the ids of the questions that are wrong or have no answer."""
    return tuple(one.id for one in QUESTIONS if answers.get(one.id) != one.right)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trainings:
    """The room of trainings."""

    engine: Engine
    writer: Writer

    def take(self, account: Account, answers: Mapping[str, int], now: datetime, *, promises: bool) -> Result:
        """Mark a try; a pass renews the training for a year, from now. It is in the log either way.

        Raises: Invalid without the promise of confidentiality, NotAllowed, Conflict after three tries in a day.
        """
        decision = decide(Request(act=Act.TRAIN), account.facts, now)
        if not decision.allowed:
            raise NotAllowed(f"{decision.reason} {decision.remedy}", code=decision.rule)
        if not promises:
            raise Invalid("promise to keep to yourself what you see; without it nobody looks")
        wrong = mark(answers)
        right, asked = len(QUESTIONS) - len(wrong), len(QUESTIONS)
        passed = right * 100 >= asked * PASS_PERCENT
        until = now + LASTS if passed else None
        row = {"training": random_id(), "account": account.id, "at": to_ms(now), "right": right, "asked": asked}

        def change(connection: Connection) -> None:
            recent = (trainings.c.account == account.id, trainings.c.at > to_ms(now - timedelta(days=1)))
            tried = connection.execute(select(func.count()).select_from(trainings).where(*recent)).scalar_one()
            if tried >= MOST_TRIES:
                raise Conflict(f"{MOST_TRIES} tries a day; read what was wrong and come back tomorrow")
            connection.execute(insert(trainings).values(**row, passed=passed))
            if until is not None:
                mine = update(accounts).where(accounts.c.account == account.id)
                connection.execute(mine.values(training_until=to_ms(until)))

        told = {"right": right, "asked": asked, "passed": passed}
        self.writer.commit([change], facts.training(facts.By(at=now, actor=account.actor), account.id, told))
        return Result(right=right, asked=asked, passed=passed, until=until, wrong=wrong)
