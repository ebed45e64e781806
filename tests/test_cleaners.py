"""Long style sheets are parsed in other processes: others do not wait, and a process that dies is replaced."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest

from milkglass.cleaners import Cleaners
from milkglass.enforcement.css import Css
from milkglass.enforcement.cuts import LONG, Cuts
from milkglass.enforcement.table import classes, css_rules
from milkglass.errors import Unavailable
from milkglass.wire.values import Json
from tests.enforcement.room import body, kept

CSS = Css(classes(), css_rules())


@pytest.fixture(name="cleaners", scope="module")
def one() -> Iterator[Cleaners]:
    made = Cleaners()
    yield made
    made.close()


def sheet(characters: int, mark: str) -> str:
    rule = ".{m}-{n} > .row:hover{{color:rgb({n}, 9, 9);padding:{n}px 4px;display:flex}}"
    rules: list[str] = []
    while sum(map(len, rules)) < characters:
        rules.extend(rule.format(m=mark, n=len(rules) + n) for n in range(200))
    return "".join(rules)


def test_what_another_process_cleans_is_what_this_one_would(cleaners: Cleaners) -> None:
    memory = Cuts(CSS)
    cleaners.serve(memory)
    for text in (sheet(LONG + 1, "a"), "(" * 20_000, "a{color:red}/*" + "x" * LONG + "*/"):
        assert memory.cut(CSS.sheet, text) == Cuts(CSS).cut(CSS.sheet, text)
        assert memory.cut(CSS.rule, text) == Cuts(CSS).cut(CSS.rule, text)
    assert cleaners.processes()
    assert os.getpid() not in cleaners.processes()


def test_short_sheets_are_cleaned_here_and_known_ones_nowhere() -> None:
    memory, idle = Cuts(CSS), Cleaners()
    idle.serve(memory)
    memory.cut(CSS.sheet, sheet(100, "b")[:LONG])
    assert idle.processes() == []
    long = sheet(LONG + 1, "c")
    memory.cut(CSS.sheet, long)
    idle.close()
    assert memory.elsewhere is None
    assert memory.cut(CSS.sheet, long).texts  # the memory holds it, so that nobody is asked


def test_a_sheet_of_500_kb_does_not_hold_up_the_batches_beside_it(cleaners: Cleaners) -> None:
    text = sheet(500_000, "d")
    memory = Cuts(CSS)
    cleaners.serve(memory)
    memory.cut(CSS.sheet, sheet(LONG + 1, "warm"))  # the processes stand
    small: Json = {"type": 3, "data": {"source": 3, "id": 1, "x": 0, "y": 80}, "timestamp": 50}
    slow = Thread(target=memory.cut, args=(CSS.sheet, text))
    here, began, passed = time.process_time(), time.monotonic(), 0
    slow.start()
    while slow.is_alive():
        assert kept(body([small])).event_count == 1
        passed += 1
        time.sleep(0.02)
    used, took = time.process_time() - here, time.monotonic() - began
    alone = time.process_time()
    Cuts(CSS).cut(CSS.sheet, text)
    alone = time.process_time() - alone
    print(
        f"{passed} batches in the {took:.1f} s of the sheet; {used:.2f} s of this process, {alone:.2f} s if it parsed"
    )
    assert passed > 5
    # What this process did meanwhile was its own batches: the parsing was done elsewhere.
    own = time.process_time()
    for _ in range(passed):
        kept(body([small]))
    assert used < alone / 2 + (time.process_time() - own)


def test_a_killed_process_is_replaced_and_the_sheet_is_cleaned(cleaners: Cleaners) -> None:
    memory = Cuts(CSS)
    cleaners.serve(memory)
    memory.cut(CSS.sheet, sheet(LONG + 1, "e"))
    for process in cleaners.processes():
        os.kill(process, signal.SIGKILL)
    text = sheet(LONG + 1, "f")
    assert memory.cut(CSS.sheet, text) == Cuts(CSS).cut(CSS.sheet, text)


def test_two_that_bring_the_same_sheet_wait_for_one_answer(cleaners: Cleaners) -> None:
    text = sheet(60_000, "g")
    found: list[object] = []
    both = [Thread(target=lambda: found.append(cleaners.clean("sheet", text))) for _ in range(2)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert found[0] is found[1]


def test_too_many_new_sheets_at_once_come_again_later() -> None:
    with pytest.raises(Unavailable) as refused:
        Cleaners(most_waiting=0).clean("sheet", "a{}")
    assert refused.value.code == "too_many_at_once"


def test_nothing_runs_after_the_end(cleaners: Cleaners) -> None:
    cleaners.clean("sheet", sheet(LONG + 1, "h"))
    processes = cleaners.processes()
    sizes = [int(Path(f"/proc/{one}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") for one in processes]
    print("resident memory of each cleaner:", [f"{size / 1e6:.0f} MB" for size in sizes])
    cleaners.close()
    assert not any(Path(f"/proc/{one}").exists() for one in processes)
    with pytest.raises(Unavailable):
        cleaners.clean("sheet", "a{}")
