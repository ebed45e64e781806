"""People: everybody in Chalkboard, all invented, with a drawn portrait each.

They carry what a real class list carries (name, e-mail, student id), because that is what must never be kept.
"""

import unicodedata
from dataclasses import dataclass
from hashlib import sha256
from html import escape


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who signs in to Chalkboard.

    `number` is the student id as the school writes it; `parent_agreed` says that a parent's agreement is on file,
    which stands in for the pupil's own at a school (34 CFR 99.5: rights pass to the student at college or at 18).
    """

    number: str
    name: str
    email: str
    institution: str
    year: str
    parent_agreed: bool = False

    @property
    def slug(self) -> str:
        """The name as it stands in addresses and in the page's ids: a place where names leak."""
        return "-".join("".join(c if c.isalnum() else " " for c in self.name.lower()).split())

    @property
    def initials(self) -> str:
        """First letters of the first two words."""
        return "".join(word[0] for word in self.name.split()[:2]).upper()

    @property
    def is_pupil(self) -> bool:
        """At a school, where a parent decides."""
        return self.institution == "riverbend-high"

    @property
    def school(self) -> str:
        """The institution's name as people say it."""
        return SCHOOLS[self.institution]


SCHOOLS = {"riverbend-high": "Riverbend High", "lakeside-college": "Lakeside College"}


def _mailbox(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return ".".join(plain.lower().split()) or "guest"


def _pupil(number: int, name: str, year: str) -> Person:
    return Person(
        number=f"RB-{number}",
        name=name,
        email=f"{_mailbox(name)}@riverbend.example",
        institution="riverbend-high",
        year=year,
        parent_agreed=True,
    )


def _student(number: int, name: str, year: str) -> Person:
    return Person(
        number=f"LC-{number}",
        name=name,
        email=f"{_mailbox(name)}@lakeside.example",
        institution="lakeside-college",
        year=year,
    )


PEOPLE = (
    _pupil(20417, "Maya Okafor", "Grade 10"),
    _pupil(20422, "Theo Brandvold", "Grade 10"),
    _pupil(20431, "Lucía Ferreira", "Grade 11"),
    _pupil(20440, "Jonah Whitlock", "Grade 11"),
    _pupil(20458, "Anh Thư Nguyễn", "Grade 12"),
    _pupil(20463, "Sade Ellington", "Grade 12"),
    _student(88210, "Priya Raghunathan", "Year 1"),
    _student(88214, "Caleb Osterhout", "Year 1"),
    _student(88231, "Zoë Lindqvist", "Year 2"),
    _student(88246, "Omar Haddadin", "Year 2"),
    _student(88259, "Grace Mulligan", "Year 3"),
    _student(88263, "Kenji Watarai", "Year 3"),
)
HELPER = Person(
    number="ST-104",
    name="Rosalind Achterberg",
    email="rosalind.achterberg@chalkboard.example",
    institution="lakeside-college",
    year="Helper",
)

_SKIN = ("#f2d3bb", "#e0b08c", "#c68863", "#96603f", "#6d432c")
_HAIR = ("#2b1d16", "#4a2f1f", "#7b4a25", "#b98546", "#33323d", "#8d3f2b")
_BACK = ("#cfe6d8", "#fbe0c4", "#d9def7", "#f6d5d8", "#d6ecf1", "#ece3c7")
_SHIRT = ("#1f6f54", "#c4572b", "#3f51a3", "#8a3a66", "#2b6a83", "#6d6a2a")
_CUTS = (
    "M30 45c0-15 9-24 20-24s20 9 20 24c-4-7-9-11-20-11s-16 4-20 11z",
    "M27 66V44c0-15 10-24 23-24s23 9 23 24v22h-8V46c-5-2-9-6-11-9-4 6-11 9-19 9v20z",
    "M29 43c-3-15 9-25 21-24 13-2 24 8 21 23-3-5-6-7-11-8-8 3-20 2-26-1-3 3-4 6-5 10z",
    "M28 50c-4-9-3-19 5-24 4-7 14-9 20-5 9-2 18 5 18 14 3 5 3 11 1 15-1-8-5-13-11-15-9 3-17 1-23-1-5 3-8 8-10 16z",
)


def guest(name: str) -> Person:
    """Return a student for a name that a visitor typed; the number follows from the name."""
    said = " ".join(name.split())[:60] or "Guest"
    return _student(10_000 + int.from_bytes(sha256(said.encode()).digest()[:2], "big"), said, "Guest")


def portrait(person: Person) -> str:
    """Draw a person as SVG, always the same for the same number: the demo's stand-in for a photo."""
    dice = sha256(person.number.encode()).digest()
    back, skin, hair, shirt, cut = (
        row[dice[i] % len(row)] for i, row in enumerate((_BACK, _SKIN, _HAIR, _SHIRT, _CUTS))
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100"><title>{escape(person.name)}</title>'
        f'<rect width="100" height="100" fill="{back}"/><path d="M16 104c2-22 16-30 34-30s32 8 34 30z" fill="{shirt}"/>'
        f'<path d="M42 62h16v13c0 5-16 5-16 0z" fill="{skin}"/><ellipse cx="50" cy="48" rx="18" ry="22" fill="{skin}"/>'
        f'<path d="{cut}" fill="{hair}"/><g fill="#222"><circle cx="43" cy="49" r="2"/><circle cx="57" cy="49" r="2"/>'
        f'</g><path d="M44 59q6 5 12 0" fill="none" stroke="#2a211d" stroke-width="2" stroke-linecap="round"/></svg>'
    )
