"""Classroom: the rooms, messages, snippets and files of Chalkboard, in memory and bounded.

Nothing here is written to disk: it is another product's content and stays outside Milkglass's data directory.
"""

from collections import OrderedDict, deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import count

from milkglass.demo.people import HELPER, PEOPLE, Person

MESSAGES_A_ROOM = 40
THINGS_KEPT = 200
MESSAGE_LONGEST = 2_000
SNIPPET_LONGEST = 20_000
FILE_SHOWN = 4_000
FILE_LARGEST = 256 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A stretch of a message: a line of prose, or a block of code."""

    is_code: bool
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What somebody said in a room; `clock` is the time of day as the page shows it."""

    number: int
    author: Person
    said: str
    clock: str

    @property
    def parts(self) -> list[Part]:
        """Prose by line and code by fence, in order."""
        return list(parts(self.said))


@dataclass(frozen=True, slots=True, kw_only=True)
class Snippet:
    """A piece of code that somebody shares."""

    number: int
    author: Person
    title: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedFile:
    """An uploaded file: its name, its size in bytes and the beginning of its text."""

    number: int
    author: Person
    name: str
    size: int
    beginning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """One subject to ask about."""

    slug: str
    title: str
    about: str
    messages: deque[Message] = field(default_factory=lambda: deque(maxlen=MESSAGES_A_ROOM))


def parts(said: str) -> Iterable[Part]:
    """Split a message at its ``` fences; prose comes line by line, without the empty ones."""
    for i, stretch in enumerate(said.split("```")):
        if i % 2:
            yield Part(is_code=True, said=stretch.strip("\n"))
        else:
            yield from (Part(is_code=False, said=line) for line in stretch.splitlines() if line.strip())


class Classroom:
    """Everything that Chalkboard holds; the oldest of each kind goes when there is too much."""

    def __init__(self) -> None:
        self._numbers = count(1)
        self.rooms = {room.slug: room for room in (Room(slug=s, title=t, about=a) for s, t, a in _ROOMS)}
        self.snippets: OrderedDict[int, Snippet] = OrderedDict()
        self.files: OrderedDict[int, SharedFile] = OrderedDict()
        for slug, who, clock, said in _TALK:
            self.say(self.rooms[slug], who, said, clock)
        self.share(PEOPLE[0], "Reading marks from a file", _MARKS)
        self.share(PEOPLE[8], "Shortest path, first try", _PATH)
        self.keep_file(PEOPLE[2], "lucia-ferreira-lab-report.txt", _REPORT.encode())

    def say(self, room: Room, author: Person, said: str, clock: str) -> Message:
        """Add a message to a room and return it."""
        message = Message(number=next(self._numbers), author=author, said=said[:MESSAGE_LONGEST], clock=clock)
        room.messages.append(message)
        return message

    def share(self, author: Person, title: str, code: str) -> Snippet:
        """Keep a snippet and return it."""
        snippet = Snippet(
            number=next(self._numbers), author=author, title=title[:120] or "Untitled", code=code[:SNIPPET_LONGEST]
        )
        self.snippets[snippet.number] = snippet
        _bound(self.snippets)
        return snippet

    def keep_file(self, author: Person, name: str, content: bytes) -> SharedFile:
        """Keep an uploaded file's name, size and first lines; the rest of it is forgotten."""
        kept = SharedFile(
            number=next(self._numbers),
            author=author,
            name=name[:120] or "file",
            size=len(content),
            beginning=content[:FILE_SHOWN].decode("utf-8", "replace"),
        )
        self.files[kept.number] = kept
        _bound(self.files)
        return kept


def _bound(kept: "OrderedDict[int, Snippet] | OrderedDict[int, SharedFile]") -> None:
    while len(kept) > THINGS_KEPT:
        kept.popitem(last=False)


_MARKS = """import csv

def average(path, name):
    with open(path) as lines:
        marks = [int(row["mark"]) for row in csv.DictReader(lines) if row["name"] == name]
    return sum(marks) / len(marks)

print(average("marks-10b.csv", "Maya Okafor"))
"""
_PATH = """// Zoë Lindqvist, LC-88231, exercise 4
function shortest(graph, from, to) {
  const seen = new Map([[from, 0]]);
  const queue = [from];
  while (queue.length) {
    const here = queue.shift();
    for (const next of graph[here]) {
      if (!seen.has(next)) { seen.set(next, seen.get(here) + 1); queue.push(next); }
    }
  }
  return seen.get(to);
}
"""
_REPORT = """Lab report, Lucía Ferreira, RB-20431, born 14 March 2010
Partner: Jonah Whitlock
The pendulum's period did not change with its weight.
Home: 218 Alder Creek Road. Phone: (555) 014-7733.
"""
_ROOMS = (
    ("homework-help", "Homework help", "Stuck on an exercise? Somebody here was, too."),
    ("python-basics", "Python basics", "Lists, loops and the first functions."),
    ("web-project", "Web project", "Show your page and get a second pair of eyes."),
    ("exam-review", "Exam review", "Questions about the mid-term and how to prepare."),
)
_TALK = (
    ("homework-help", PEOPLE[0], "9:02", "Hi all! My average comes out as zero for everyone, even for Theo."),
    (
        "homework-help",
        PEOPLE[0],
        "9:03",
        "```\nmarks = [int(m) for m in row.split(',')]\nprint(sum(marks) // len(marks) // 100)\n```",
    ),
    ("homework-help", HELPER, "9:05", "Nice start, Maya. Look at the last division: what does it do to a mark of 74?"),
    (
        "homework-help",
        PEOPLE[1],
        "9:06",
        "It makes 0 of it! I had the same. My mail is theo.brandvold@riverbend.example.",
    ),
    ("homework-help", PEOPLE[2], "9:11", "Can I hand in the lab report late? I was at the hospital with my brother."),
    (
        "python-basics",
        PEOPLE[8],
        "10:20",
        "Is there a difference between a list and a tuple that matters for exercise 4?",
    ),
    ("python-basics", HELPER, "10:22", "Yes.\n```\npoints = [3, 5]\npoints.append(8)   # a tuple has no append\n```"),
    ("python-basics", PEOPLE[6], "10:24", "I got 61 on that one, is that enough to pass?"),
    ("web-project", PEOPLE[9], "11:40", "My page is at omar-haddadin.lakeside.example, please be kind."),
    ("web-project", PEOPLE[10], "11:42", "Love it! The menu jumps on my phone, though."),
    ("exam-review", PEOPLE[4], "13:15", "Who wants to study on Thursday? I can bring my notes."),
    ("exam-review", PEOPLE[5], "13:16", "Me! I still owe you one, Anh Thư."),
)
