"""Writer: the only thread that writes the metadata database, and the log's only appender.

Facts and the leaf that tells of them share one transaction. Those who wait are written together: one disk flush answers
all. Each has a savepoint of its own, so that a failed precondition undoes that one and no other.

Source: RFC 6962 for the tree; sqlite.org/wal.html for what a commit with synchronous=FULL promises.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from time import monotonic_ns

from sqlalchemy import Connection, Engine, func, insert, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from milkglass.database.moments import to_ms
from milkglass.database.open import writing
from milkglass.database.tables_log import log_entries, log_roots, logs
from milkglass.errors import Conflict, Unavailable
from milkglass.merkle.entry import Fact, canonical
from milkglass.merkle.hashing import HASH_BYTES, Tree, leaf_hash

Change = Callable[[Connection], None]
_MAX_GROUP = 128
_UNWRITABLE = "the log cannot be written; nothing was changed, try again"


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One log ends and the next begins; `closing` is the old one's last entry, `opening` the new one's first.

    `is_fork` says that the old one may never be signed again, since more of it was signed than is left.
    """

    origin: str
    vkey: str
    opening: Fact
    closing: Fact | None = None
    is_fork: bool = False


@dataclass(slots=True)
class _Asked:
    changes: Sequence[Change]
    entry: Fact | None
    turn: Turn | None = None
    answer: "Future[int | None]" = field(default_factory=Future)


@dataclass(slots=True)
class _Group:
    """The log as it will be once this transaction commits: its tree, the next numbers, the rows to put in."""

    log: int
    tree: Tree
    known: dict[str, int]  # the index of each entry id of this group that is in the log
    numbers: dict[str, int] = field(default_factory=dict)
    rows: list[dict[str, object]] = field(default_factory=list)

    def cut(self, tree: Tree, numbers: dict[str, int]) -> None:
        """Forget what a failed caller added: all that came behind `tree`."""
        keep = len(self.rows) - (self.tree.size - tree.size)
        for row in self.rows[keep:]:
            del self.known[str(row["id"])]
        del self.rows[keep:]
        self.tree, self.numbers = tree, numbers


class Writer:
    """Writes facts and leaves together. Thread-safe; `close` it to end its thread."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._queue: SimpleQueue[_Asked | None] = SimpleQueue()
        self._gate = Lock()
        self._is_closed = False
        self._started_ns = monotonic_ns()
        self._numbers: dict[str, int] = {}
        self._halted: str | None = None
        with engine.connect() as connection:
            self._log = newest_log(connection)
            self._tree = last_tree(connection, self._log)
        self._thread = Thread(target=self._run, name="milkglass-writer", daemon=True)
        self._thread.start()

    def commit(self, changes: Sequence[Change], entry: Fact | None = None) -> int | None:
        """Write changes and leaf in one transaction; return the leaf's index once both are durable.

        A fact whose id is already in the log was written before: its changes are not run again, its index is returned.
        Raises: Conflict from a change's precondition (nothing of this call is kept); Invalid for an entry of wrong
        form; Unavailable if the database or the log cannot be written.
        """
        return self._ask(_Asked(changes, entry))

    def turn(self, turn: Turn) -> None:
        """End the log that is written and begin the next, with nothing in between. Raises as `commit` does."""
        self._ask(_Asked((), None, turn))

    def halt(self, why: str) -> None:
        """Write nothing any more: what is asked from now on raises Unavailable with this reason."""
        self._halted = why

    def _ask(self, asked: _Asked) -> int | None:
        with self._gate:
            if self._halted is not None:
                raise Unavailable(self._halted, code="log_forked")
            if self._is_closed:
                raise Unavailable(_UNWRITABLE)
            self._queue.put(asked)
        return asked.answer.result()

    def close(self) -> None:
        """Write what waits, then end the thread. Later commits raise Unavailable."""
        with self._gate:
            if self._is_closed:
                return
            self._is_closed = True
            self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (first := self._queue.get()) is not None:
            asked, is_last = self._waiting(first)
            self._write(asked)
            if is_last:
                return

    def _waiting(self, first: _Asked) -> tuple[list[_Asked], bool]:
        group = [first]
        while len(group) < _MAX_GROUP:
            try:
                following = self._queue.get_nowait()
            except Empty:
                break
            if following is None:
                return group, True
            group.append(following)
        return group, False

    def _write(self, asked: list[_Asked]) -> None:
        answers: list[int | Exception | None] = []
        try:
            with writing(self._engine) as connection:
                group = _Group(self._log, self._tree, _indexes(connection, asked))
                answers.extend(self._one(connection, group, one) for one in asked)
                self._keep(connection, group)
        except Exception as error:  # noqa: BLE001 - whatever broke the transaction, every waiter must hear of it
            failed = Unavailable(_UNWRITABLE)
            failed.__cause__ = error
            self._numbers.clear()
            answers = [failed] * len(asked)
        else:
            if group.log != self._log:  # another log counts anew
                self._numbers.clear()
            self._log, self._tree = group.log, group.tree
            self._numbers.update(group.numbers)
        for one, answer in zip(asked, answers, strict=True):
            if isinstance(answer, Exception):
                one.answer.set_exception(answer)
            else:
                one.answer.set_result(answer)

    def _one(self, connection: Connection, group: _Group, asked: _Asked) -> int | Exception | None:
        """Write one caller's part; a failure that is its own comes back as a value, one of the database is raised."""
        tree, numbers = group.tree, dict(group.numbers)
        try:
            if asked.turn is not None:
                return self._turn(connection, group, asked.turn)
            if not asked.changes:  # an entry alone touches no row that a savepoint would have to undo
                return self._apply(connection, group, asked)
            with connection.begin_nested():
                return self._apply(connection, group, asked)
        except IntegrityError:
            answer: Exception = Conflict("a row like it exists already, or one it needs does not; read again")
        except DBAPIError:
            raise
        except Exception as error:  # noqa: BLE001 - a caller's own error goes back to that caller alone
            answer = error
        group.cut(tree, numbers)
        return answer

    def _apply(self, connection: Connection, group: _Group, asked: _Asked) -> int | None:
        entry = asked.entry
        if entry is not None and entry.id in group.known:
            return group.known[entry.id]
        for change in asked.changes:
            change(connection)
        return None if entry is None else self._append(connection, group, entry)

    def _turn(self, connection: Connection, group: _Group, turn: Turn) -> int:
        if turn.closing is not None:
            self._append(connection, group, turn.closing)
        self._keep(connection, group)
        closed = update(logs).where(logs.c.log == group.log)
        connection.execute(closed.values(closed_at=to_ms(turn.opening.at), is_fork=turn.is_fork))
        opened = log_row(group.log + 1, turn.origin, turn.vkey, to_ms(turn.opening.at))
        connection.execute(insert(logs).values(opened))
        group.log, group.tree, group.numbers, group.rows = group.log + 1, Tree(), {}, []
        return self._append(connection, group, turn.opening)

    def _append(self, connection: Connection, group: _Group, entry: Fact) -> int:
        number = self._number(connection, group, entry.institution)
        spelled = canonical(entry, institution_number=number, seq_wall=(monotonic_ns() - self._started_ns) // 1_000_000)
        leaf, index = leaf_hash(spelled), group.tree.size
        group.rows.append(
            {
                "log": group.log,
                "leaf_index": index,
                "id": entry.id,
                "institution": entry.institution,
                "institution_number": number,
                "at_ms": to_ms(entry.at),
                "act": entry.act,
                "actor": entry.actor.id,
                "resource": entry.resource.id,
                "entry": spelled,
                "leaf_hash": leaf,
            }
        )
        group.tree = group.tree.grown(leaf)
        group.known[entry.id] = index
        group.numbers[entry.institution] = number + 1
        return index

    def _number(self, connection: Connection, group: _Group, institution: str) -> int:
        for known in (group.numbers, self._numbers if group.log == self._log else {}):
            if institution in known:
                return known[institution]
        mine = (log_entries.c.log == group.log, log_entries.c.institution == institution)
        last = connection.execute(select(func.max(log_entries.c.institution_number)).where(*mine)).scalar_one()
        return 0 if last is None else int(last) + 1

    def _keep(self, connection: Connection, group: _Group) -> None:
        if group.rows:
            tree = group.tree
            connection.execute(insert(log_entries), group.rows)
            connection.execute(
                insert(log_roots).values(
                    log=group.log, size=tree.size, root=tree.root(), frontier=b"".join(tree.frontier)
                )
            )


def log_row(number: int, origin: str, vkey: str, opened_at: int) -> dict[str, object]:
    """Return the row of a log that begins."""
    return {
        "log": number,
        "origin": origin,
        "vkey": vkey,
        "opened_at": opened_at,
        "is_fork": False,
        "checkpoint_size": 0,
    }


def newest_log(connection: Connection) -> int:
    """Return the number of the log that is written; 0 before the first has its row."""
    return connection.execute(select(func.max(logs.c.log))).scalar_one() or 0


def last_tree(connection: Connection, log: int) -> Tree:
    """Read a log's tree as of the last commit. Raises Unavailable if the log's tables disagree about it."""
    newest = select(log_roots).where(log_roots.c.log == log).order_by(log_roots.c.size.desc()).limit(1)
    row = connection.execute(newest).one_or_none()
    counted = select(func.count()).select_from(log_entries).where(log_entries.c.log == log)
    count = connection.execute(counted).scalar_one()
    tree = Tree()
    if row is not None:
        kept = bytes(row.frontier)
        tree = Tree(row.size, tuple(kept[at : at + HASH_BYTES] for at in range(0, len(kept), HASH_BYTES)))
    if tree.size != count or not tree.is_sound() or (row is not None and tree.root() != row.root):
        raise Unavailable(f"the log's tree of {tree.size} does not fit its {count} entries; run `milkglass log verify`")
    return tree


def _indexes(connection: Connection, asked: Sequence[_Asked]) -> dict[str, int]:
    """Find which of these entries are in the log already, and where."""
    ids = [one.entry.id for one in asked if one.entry is not None]
    if not ids:
        return {}
    found = select(log_entries.c.id, log_entries.c.leaf_index).where(log_entries.c.id.in_(ids))
    return {row.id: row.leaf_index for row in connection.execute(found)}
