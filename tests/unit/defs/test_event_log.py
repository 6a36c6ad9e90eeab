"""Dagster's log of events with kept connections: the same rows as Dagster's own, batches whole or not at all."""

from pathlib import Path

import dagster as dg
import pytest
from dagster import EventLogEntry
from dagster._core.events import DagsterEvent, StepMaterializationData
from dagster._core.storage.event_log import ConsolidatedSqliteEventLogStorage

from orchestration.defs.event_log import KeptSqliteEventLogStorage


def made(run_id: str, name: str) -> EventLogEntry:
    """Return the news that an asset was made."""
    return EventLogEntry(
        error_info=None,
        level=10,
        user_message="",
        run_id=run_id,
        timestamp=1.0,
        dagster_event=DagsterEvent(
            event_type_value=dg.DagsterEventType.ASSET_MATERIALIZATION.value,
            job_name="a_job",
            event_specific_data=StepMaterializationData(dg.AssetMaterialization(dg.AssetKey(name))),
        ),
    )


def keys(storage: ConsolidatedSqliteEventLogStorage) -> set[str]:
    return {key.to_user_string() for key in storage.all_asset_keys()}


def test_dagsters_own_storage_reads_what_was_written_together_and_alone(tmp_path: Path) -> None:
    storage = KeptSqliteEventLogStorage(str(tmp_path))
    storage.store_event_batch([made("r", "a"), made("r", "b")])
    storage.store_event(made("r", "c"))
    storage.dispose()
    plain = ConsolidatedSqliteEventLogStorage(str(tmp_path))
    assert keys(plain) == {"a", "b", "c"}
    assert len(plain.get_logs_for_run("r")) == 3


def test_a_batch_that_fails_leaves_nothing_and_the_next_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    storage = KeptSqliteEventLogStorage(str(tmp_path))
    store = storage.store_event

    def fail_at_b(entry: EventLogEntry) -> None:
        store(entry)
        if entry.get_dagster_event().asset_key == dg.AssetKey("b"):
            raise OSError("the disk is full")

    monkeypatch.setattr(storage, "store_event", fail_at_b)
    with pytest.raises(OSError, match="the disk is full"):
        storage.store_event_batch([made("r", "a"), made("r", "b")])
    monkeypatch.undo()
    assert keys(storage) == set()
    storage.store_event_batch([made("r", "c")])
    assert keys(storage) == {"c"}


def test_a_storage_that_was_let_go_can_be_asked_again(tmp_path: Path) -> None:
    storage = KeptSqliteEventLogStorage(str(tmp_path))
    storage.store_event(made("r", "a"))
    storage.dispose()
    assert keys(storage) == {"a"}
