"""Connections and transactions: one writer per process, a reader per thread."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import sqlite3
import tempfile
import threading
import weakref
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

import sqlite_utils

from bot.clock import Clock
from bot.store.anchor import Anchor
from bot.store.errors import NotFound, StoreError
from bot.store.ids import Ids
from bot.store.migrations import migrate

BUSY_TIMEOUT = 10.0
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"

Row = dict[str, Any]
Self = TypeVar("Self", bound="Database")


class Database:
    """The ground that every noun of the store stands on. Safe to share between threads.

    Never await inside `transaction()`: other work on the same thread would join the transaction.
    """

    def __init__(self, path: Path | None, clock: Clock, anchor: Path | None = None) -> None:
        """Open or create the database; None makes a private one that is gone on `close`, without durable writes.

        `anchor` is the file outside the database that holds the audit chain down; by default it stands beside it.
        """
        self.clock = clock
        self._anchor = Anchor(anchor or path.with_suffix(".anchor")) if path else None
        self._ids = Ids()
        self._path = path or self._scratch()
        self._durable = path is not None
        self._lock = threading.RLock()
        self._opening = threading.Lock()
        self._local = threading.local()
        self._readers: weakref.WeakSet[sqlite_utils.Database] = weakref.WeakSet()
        self._closed = False
        with _translated():
            self._writer = self._create()

    def __enter__(self: Self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close every connection; a later call on the store raises StoreError. Closing twice does nothing."""
        with self._lock, self._opening:
            self._closed = True
            for connection in (*self._readers, self._writer):
                connection.close()
        if not self._durable:
            self._remove()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Hold the write lock; all or nothing is kept. Re-entrant: an inner block that raises undoes only itself.

        Raises StoreError when another process keeps the lock for more than 10 s.
        """
        with self._lock, _translated():
            if self._writer.conn.in_transaction:
                with self._writer.atomic():
                    yield
            else:
                yield from self._outermost()

    def _outermost(self) -> Iterator[None]:
        # IMMEDIATE takes the write lock at once. A deferred BEGIN takes it at the first write, after a read that
        # may be stale by then, and SQLite refuses that without waiting (239 of 400 writes by two processes).
        self._writer.execute("BEGIN IMMEDIATE")
        self._local.writing = True
        try:
            yield
            self._writer.commit()
            self._committed()
        except BaseException:
            self._writer.rollback()
            raise
        finally:
            self._local.writing = False

    def _committed(self) -> None:
        """Do what must follow a commit; it must not raise."""

    def _rows(self, sql: str, *values: Any) -> list[Row]:
        with _translated():
            return list(self._connection().query(sql, _clean(values)))

    def _row(self, sql: str, *values: Any) -> Row | None:
        rows = self._rows(sql, *values)
        return rows[0] if rows else None

    def _find(self, kind: str, sql: str, *values: Any) -> Row:
        row = self._row(sql, *values)
        if row is None:
            raise NotFound(kind)
        return row

    def _run(self, sql: str, *values: Any) -> int:
        """Write within a transaction; return how many rows it touched."""
        with self.transaction():
            return self._writer.execute(sql, _clean(values)).rowcount

    def _insert(self, table: str, row: Mapping[str, Any]) -> None:
        marks = ", ".join("?" * len(row))
        # Table and columns are the store's own words; every value is bound.
        self._run(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", *row.values())  # noqa: S608

    def _now(self) -> int:
        return self.clock.now_ms()

    def _new_id(self) -> str:
        return self._ids.new(self._now())

    def _connection(self) -> sqlite_utils.Database:
        """Within a transaction its own writes are read back; else nothing waits for the writer."""
        if getattr(self._local, "writing", False):
            return self._writer
        reader: sqlite_utils.Database | None = getattr(self._local, "reader", None)
        return reader or self._add_reader()

    def _add_reader(self) -> sqlite_utils.Database:
        with self._opening:
            if self._closed:
                raise StoreError("the store is closed")
            reader = self._open()
            reader.execute("PRAGMA query_only = ON")
            self._local.reader = reader
            self._readers.add(reader)
            return reader

    def _open(self) -> sqlite_utils.Database:
        connection = sqlite3.connect(
            str(self._path), timeout=BUSY_TIMEOUT, isolation_level=None, check_same_thread=False
        )
        database = sqlite_utils.Database(connection, execute_plugins=False)
        database.execute("PRAGMA foreign_keys = ON")
        database.execute(f"PRAGMA synchronous = {'FULL' if self._durable else 'OFF'}")
        return database

    def _create(self) -> sqlite_utils.Database:
        """Open the writer and bring the schema up to date, one process at a time."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with _locked(self._path.with_name(self._path.name + ".lock")):
            # Patients' words: nobody but the owner may read the file. SQLite gives its side files the same mode.
            os.close(os.open(self._path, os.O_CREAT | os.O_RDWR, 0o600))
            database = self._open()
            try:
                database.execute("PRAGMA journal_mode = WAL")
                migrate(database)
            except BaseException:
                database.close()
                raise
            return database

    def _scratch(self) -> Path:
        folder = tempfile.mkdtemp(prefix="store-")
        self._remove = weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        return Path(folder) / "store.db"


def as_json(value: Any) -> str:
    """Return compact JSON in which lone surrogates stay visible, so that writing replaces them."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _clean(values: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(_storable(value) if isinstance(value, str) else value for value in values)


def _storable(text: str) -> str:
    """Replace lone surrogates, which no encoding can hold, one for one: spans into the text stay right."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return "".join(REPLACEMENT if "\ud800" <= char <= "\udfff" else char for char in text)
    return text


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with os.fdopen(os.open(path, os.O_CREAT | os.O_RDWR, 0o600), "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextmanager
def _translated() -> Iterator[None]:
    """Turn the driver's errors, which hold no bound value, into the store's own."""
    try:
        yield
    except (sqlite3.Error, sqlite3.Warning) as error:
        raise StoreError(f"the database refused: {error}") from error
