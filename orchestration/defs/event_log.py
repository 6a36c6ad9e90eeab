"""Dagster's SQLite log of events with connections that are kept and events that are written together.

A run of this job tells of some 1,600 things: assets planned and made, checks passed. As Dagster ships it, each opens
the database up to three times and waits for the disk each time: 9 s of a run of 66 s on the example. Named in the
dagster.yaml of the home folder; to be removed when Dagster's own storage keeps its connections.
"""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import Any

from dagster import EventLogEntry
from dagster._core.storage.event_log import ConsolidatedSqliteEventLogStorage
from sqlalchemy import Connection, Engine, create_engine, event

from orchestration.defs.webserver_guard import guard_webserver

_BUSY_SECONDS = 60


class KeptSqliteEventLogStorage(ConsolidatedSqliteEventLogStorage):
    """The consolidated SQLite storage of Dagster, in its schema: either reads what the other wrote."""

    @cached_property
    def _engine(self) -> Engine:
        engine = create_engine(self._conn_string, connect_args={"timeout": _BUSY_SECONDS})

        @event.listens_for(engine, "connect")
        def wait_less_for_the_disk(connection: Any, _record: object) -> None:
            # In WAL mode a power cut may cost the last events, never the database (sqlite.org/pragma.html).
            connection.execute("pragma synchronous = normal")

        return engine

    @cached_property
    def _local(self) -> threading.local:
        return threading.local()

    @contextmanager
    def _connect(self) -> Iterator[Connection]:
        """Yield the connection of this thread's batch, or one of the pool with a transaction of its own."""
        open_connection = getattr(self._local, "connection", None)
        if open_connection is not None:
            yield open_connection
            return
        with self._engine.begin() as connection:
            yield connection

    def store_event_batch(self, events: Sequence[EventLogEntry]) -> None:
        """Store all events in one transaction, or none."""
        with self._connect() as connection:
            self._local.connection = connection
            try:
                for entry in events:
                    self.store_event(entry)
            finally:
                self._local.connection = None

    def optimize_for_webserver(self, statement_timeout: int, pool_recycle: int, max_overflow: int) -> None:
        """Guard the webserver: Dagster says here, and only here, that this process is about to serve its UI."""
        guard_webserver()
        super().optimize_for_webserver(statement_timeout, pool_recycle, max_overflow)

    def dispose(self) -> None:
        """Close the connections."""
        super().dispose()  # type: ignore[no-untyped-call]
        self._engine.dispose()
