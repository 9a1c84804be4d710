from __future__ import annotations

import fcntl
import sqlite3
import stat
import threading
from pathlib import Path

import pytest

from bot.clock import FixedClock
from bot.store import Conversation, Message, NotFound, Procedure, Store, StoreError
from bot.store.ids import Ids
from tests.store import workers
from tests.store.samples import NOON, add_procedure, crash

SECRET = "I soaked three pads"


def test_ids_sort_by_making_even_when_the_clock_goes_back() -> None:
    """Ids are time-ordered text: order of making is order of text, whatever the clock does."""
    ids = Ids()
    made = [ids.new(ms) for ms in (NOON, NOON, NOON + 1, NOON - 5_000, NOON + 2)]
    assert made == sorted(set(made))
    assert {len(each) for each in made} == {26}


def test_ids_of_another_process_sort_by_time() -> None:
    """Two processes share no counter; a later millisecond still sorts later."""
    assert Ids().new(NOON) < Ids().new(NOON + 1)


def test_two_processes_write_without_one_lock_error(path: Path) -> None:
    """Every write takes the lock at once and waits for it. H-11: a message is lost to 'database is locked'."""
    assert workers.run(2, workers.write_messages, path, 150) == [150, 150]
    with Store(path, FixedClock(NOON)) as store:
        changes = store.changes_after(0, limit=1000)
        assert [change.seq for change in changes] == list(range(1, 301))
        assert {change.kind for change in changes} == {"message"}


def test_two_processes_open_a_fresh_database_at_once(path: Path) -> None:
    """Whoever comes second waits and finds the work done. H-12: of two server processes one does not start."""
    assert workers.run(2, workers.open_fresh, path.parent, 4) == [4, 4]


def test_opening_waits_for_the_migration_lock(path: Path) -> None:
    """Migrations run under a file lock: an upgrade by one process is over before another looks."""
    path.parent.mkdir()
    opened = threading.Thread(target=lambda: Store(path, FixedClock(NOON)).close())
    with path.with_name("store.db.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        opened.start()
        opened.join(0.2)
        assert (opened.is_alive(), path.exists()) == (True, False)
    opened.join(5)
    assert (opened.is_alive(), path.exists()) == (False, True)


def test_opening_again_changes_nothing(path: Path) -> None:
    """A migration runs once: opening twice leaves schema and record of migrations as they were."""
    schemas = []
    for _ in range(2):
        Store(path, FixedClock(NOON)).close()
        with sqlite3.connect(path) as raw:
            schema = raw.execute("SELECT type, name, sql FROM sqlite_master ORDER BY name").fetchall()
            schemas.append((schema, raw.execute("SELECT * FROM _sqlite_migrations").fetchall()))
        raw.close()
    assert schemas[0] == schemas[1]


def test_a_kill_in_a_transaction_keeps_what_was_committed(path: Path) -> None:
    """SIGKILL loses no acknowledged message and keeps no half of one. H-11: a red flag is lost in a crash."""
    with Store(path, FixedClock(NOON)) as store:
        conversation = store.current_conversation(add_procedure(store).id)
    reports = workers.CONTEXT.Queue()
    arguments = (path, conversation.id, reports)
    process = workers.CONTEXT.Process(target=workers.write_until_killed, args=arguments)
    process.start()
    committed = [reports.get(timeout=workers.TIME_LIMIT) for _ in range(21)]
    process.kill()
    process.join()
    with Store(path, FixedClock(NOON)) as store:
        assert committed[-1] == "in transaction"
        assert [message.id for message in store.transcript(conversation.id)] == committed[:-1]
        assert [message.id for message in store.pending_messages()] == committed[:-1]
        assert store.receive_message(conversation.id, "never committed", "hello")[1]


def test_the_file_is_durable_private_and_checked(path: Path) -> None:
    """Write-ahead log, full sync, foreign keys on; nobody but the owner may read patients' words."""
    with Store(path, FixedClock(NOON)) as store:
        add_procedure(store)
        pragmas = ("journal_mode", "synchronous", "foreign_keys")
        values = [store._writer.execute(f"PRAGMA {name}").fetchone()[0] for name in pragmas]
        files = {file.name: stat.filemode(file.stat().st_mode) for file in path.parent.iterdir()}
    assert values == ["wal", 2, 1]
    assert files == dict.fromkeys(("store.db", "store.db-wal", "store.db-shm", "store.db.lock"), "-rw-------")


def test_a_private_store_leaves_nothing_behind(clock: FixedClock) -> None:
    """Evaluation and tests run on throw-away data."""
    store = Store(None, clock)
    folder = store._path.parent
    add_procedure(store)
    store.close()
    store.close()
    assert not folder.exists()


def test_a_failed_transaction_leaves_nothing(store: Store, conversation: Conversation) -> None:
    """All or nothing, changes sequence and index included."""
    before = store.last_change()
    with crash(store):
        store.receive_message(conversation.id, "c1", SECRET)
    assert (store.transcript(conversation.id), store.last_change(), store.search_messages("pads")) == ([], before, [])


def test_an_inner_failure_undoes_only_itself(store: Store, conversation: Conversation) -> None:
    """`transaction()` is re-entrant; what the caller catches inside does not take the rest with it."""
    with store.transaction():
        kept, _ = store.receive_message(conversation.id, "c1", "kept")
        with crash(store):
            store.receive_message(conversation.id, "c2", "undone")
    assert store.transcript(conversation.id) == [kept]


def test_reads_do_not_wait_for_a_writer(store: Store, message: Message) -> None:
    """Another thread reads what is committed while a transaction is open; its owner reads its own writes."""
    seen: list[int] = []

    def read() -> None:
        seen.append(len(store.transcript(message.conversation_id)))

    with store.transaction():
        store.receive_message(message.conversation_id, "c2", "more")
        read()
        reader = threading.Thread(target=read)
        reader.start()
        reader.join(5)
    read()
    assert seen == [2, 1, 2]


def test_threads_share_one_store(store: Store, conversation: Conversation) -> None:
    """One writer connection and a lock: threads get gap-free sequence numbers."""

    def write(name: str) -> None:
        for n in range(20):
            store.receive_message(conversation.id, f"{name}{n}", "hello")

    threads = [threading.Thread(target=write, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [message.seq for message in store.transcript(conversation.id)] == list(range(1, 81))


def test_a_closed_store_says_so(clock: FixedClock) -> None:
    """The seam raises its own error, from a thread that has a connection and from one that has none."""
    store = Store(None, clock)
    store.last_change()
    store.close()
    with pytest.raises(StoreError, match="closed"):
        store.last_change()
    errors: list[BaseException] = []

    def read() -> None:
        with pytest.raises(StoreError, match="the store is closed") as caught:
            store.last_change()
        errors.append(caught.value)

    thread = threading.Thread(target=read)
    thread.start()
    thread.join()
    assert len(errors) == 1


@pytest.mark.parametrize("method", ["patient", "procedure", "conversation", "message", "flag", "user", "issue_link"])
@pytest.mark.parametrize("unknown", ["nothing", "", "a\0b", "\ud800", "' OR 1=1 --"])
def test_an_unknown_id_is_not_found_and_not_repeated(store: Store, method: str, unknown: str) -> None:
    """Ids come from URLs: any text gets the same plain answer, which does not echo it."""
    arguments = (unknown, 1000) if method == "issue_link" else (unknown,)
    with pytest.raises(NotFound) as caught:
        getattr(store, method)(*arguments)
    assert str(caught.value) in {f"no {kind} has that id" for kind in (method, "procedure")}


def test_no_error_holds_what_she_wrote(store: Store, conversation: Conversation, procedure: Procedure) -> None:
    """Patients' words never reach an exception. H-15: a log or error page shows them."""
    store.receive_message(conversation.id, "c1", SECRET)
    errors = []
    for arguments in ({"author": SECRET}, {"author": "bot", "language": None}):
        with pytest.raises(StoreError) as caught:
            store.receive_message(conversation.id, "c2", SECRET, **arguments)  # type: ignore[arg-type]
        errors += [caught.value, caught.value.__cause__]
    with pytest.raises(NotFound) as missing:
        store.receive_message(SECRET, "c3", SECRET)
    errors.append(missing.value)
    assert SECRET not in repr([(error, error.args, vars(error)) for error in errors if error])
    assert SECRET not in repr(store.procedure_transcript(procedure.id))
