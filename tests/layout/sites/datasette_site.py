"""Datasette over a small school. Arguments: port, folder."""

import sqlite3
import sys
from pathlib import Path

from datasette.cli import cli
from tests.layout.people import FIRST, LAST

PORT, FOLDER = sys.argv[1], Path(sys.argv[2])

database = sqlite3.connect(FOLDER / "school.db")
database.execute("create table pupils (id integer primary key, name text, mail text, year integer, note text)")
database.execute(
    "create table marks (id integer primary key, pupil integer references pupils(id), subject text, mark real)"
)
for number in range(120):
    first, last = FIRST[number % len(FIRST)], LAST[number % len(LAST)]
    note = "Needs help with reading and likes to work with others in the afternoon. " * (number % 4)
    database.execute(
        "insert into pupils values (?, ?, ?, ?, ?)",
        (number + 1, f"{first} {last}", f"{first}{number}@example.org", 5 + number % 7, note),
    )
    database.execute("insert into marks values (?, ?, ?, ?)", (number + 1, number + 1, "Maths", number % 6 + 0.5))
database.commit()
database.close()
cli(["serve", str(FOLDER / "school.db"), "--port", PORT])
