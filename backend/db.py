"""The database: one session, one transaction, per request or job. Committed or rolled back at the edge, never in a service.

SQLite and PostgreSQL are equals. On SQLite a writing transaction begins IMMEDIATE, so that two writers queue up at its start
instead of failing at its end; reading ones begin deferred and never wait (WAL).
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, cast

import numpy as np
from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Engine,
    Integer,
    LargeBinary,
    MetaData,
    create_engine,
    event,
)
from sqlalchemy.engine import Connection, CursorResult, Dialect
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.types import TypeDecorator

from backend.settings import Settings

Id = BigInteger().with_variant(Integer, "sqlite")
Document = JSON(none_as_null=True)

# How to lock a project or a user against other changes. A plain FOR UPDATE also holds up all rows that refer to it, the event
# log's among them, and that is written under a lock: on PostgreSQL the two would wait for each other.
FOR_CHANGE = {"key_share": True}

_WAIT_SECONDS = 60


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class UtcDateTime(TypeDecorator[datetime]):
    """Aware datetimes in UTC on both databases (SQLite keeps no zone)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("naive datetime: Facet stores UTC only")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class ArrayColumn(TypeDecorator[np.ndarray]):
    """A NumPy array of fixed dtype and shape, kept as little-endian bytes: 106 points take 848 bytes and stay exact."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, dtype: str, *shape: int) -> None:
        super().__init__()
        self.dtype = dtype
        self.shape = shape

    def process_bind_param(self, value: Any | None, dialect: Dialect) -> bytes | None:
        if value is None:
            return None
        array = np.ascontiguousarray(value, dtype=self.dtype)
        if array.shape != self.shape:
            raise ValueError(f"expected shape {self.shape}, got {array.shape}")
        return array.tobytes()

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> np.ndarray | None:
        if value is None:
            return None
        return np.frombuffer(value, dtype=self.dtype).reshape(self.shape)

    def compare_values(self, x: Any, y: Any) -> bool:
        return (x is None and y is None) or (x is not None and y is not None and np.array_equal(x, y))


def now() -> datetime:
    return datetime.now(UTC)


def open_engine(settings: Settings) -> Engine:
    """An engine with what each database needs. Cheap: connects on first use."""
    url = settings.resolved_database_url
    # Parameters are hidden, or the message of a failed statement would carry tokens and points into the log. PostgreSQL still
    # quotes what a NOT NULL or a check refuses.
    if not settings.is_sqlite:
        return create_engine(url, hide_parameters=True, pool_pre_ping=True, pool_size=10, max_overflow=30)

    engine = create_engine(
        url, hide_parameters=True, pool_size=10, max_overflow=40, connect_args={"timeout": _WAIT_SECONDS}
    )

    @event.listens_for(engine, "connect")
    def configure(dbapi_connection: Any, _record: Any) -> None:
        # The driver must not begin transactions by itself: see `begin` below.
        dbapi_connection.isolation_level = None
        cursor = dbapi_connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        # FULL: an acknowledged save survives a power cut, not only a crash.
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute(f"PRAGMA busy_timeout={_WAIT_SECONDS * 1000}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writing = connection.get_execution_options().get("facet_writing", True)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    return engine


def affected(session: Session, statement: UpdateBase) -> int:
    """Executes an INSERT, UPDATE or DELETE; returns how many rows it touched."""
    return cast("CursorResult[Any]", session.execute(statement)).rowcount


class Database:
    """Opens transactions. One per process; threads may share it."""

    def __init__(
        self,
        settings: Settings,
        *,
        before_commit: Sequence[Callable[[Session], None]] = (),
        after_commit: Callable[[Session], None] | None = None,
    ) -> None:
        self.engine = open_engine(settings)
        self._one_writer = threading.Lock() if settings.is_sqlite else None
        self._before_commit = before_commit
        self._after_commit = after_commit
        self._reading = self.engine.execution_options(facet_writing=False)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A writing transaction: committed when the block ends, rolled back when it raises.

        An exception with a true `keeps_changes` commits all the same: a refused stale write still keeps what was sent.
        """
        with self._turn(), Session(self.engine, expire_on_commit=False) as session:
            try:
                yield session
            except Exception as error:
                if getattr(error, "keeps_changes", False):
                    self._commit(session)
                else:
                    session.rollback()
                raise
            self._commit(session)

    def write_if_idle(self, statement: UpdateBase) -> None:
        """Executes a statement that does not matter much, unless that would have to wait for another writer."""
        sqlite = self.engine.dialect.name == "sqlite"
        # Begun as a reading one: a writing transaction waits at its very start.
        with self._reading.connect() as connection:
            connection.exec_driver_sql("PRAGMA busy_timeout=0" if sqlite else "SET LOCAL lock_timeout = '20ms'")
            try:
                connection.execute(statement)
                connection.commit()
            except OperationalError:
                connection.rollback()
            finally:
                if sqlite:
                    connection.exec_driver_sql(f"PRAGMA busy_timeout={_WAIT_SECONDS * 1000}")

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """SQLite lets one writer in and has others try again after growing pauses, the luckiest first. The writers of
        this process queue up here instead, and are woken the moment the one before has committed."""
        if self._one_writer is None:
            yield
            return
        if not self._one_writer.acquire(timeout=_WAIT_SECONDS):
            raise TimeoutError(f"another transaction of this process has been writing for {_WAIT_SECONDS} s")
        try:
            yield
        finally:
            self._one_writer.release()

    def _commit(self, session: Session) -> None:
        session.flush()
        for hook in self._before_commit:
            hook(session)
        session.commit()
        if self._after_commit is not None:
            self._after_commit(session)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A transaction that only reads, and is rolled back at its end."""
        with Session(self._reading, expire_on_commit=False) as session:
            yield session

    def dispose(self) -> None:
        self.engine.dispose()
