"""Rows of the raw tables on declared things: sequences, beats, handlers, routes, plugins, budgets. Decides nothing."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from orchestration.code_scan.findings import Findings
from orchestration.code_scan.handlers import NO_PLUGIN, show_place

_MAX_CANDIDATES = 20
Row = dict[str, Any]


def make_sequences(findings: Findings) -> Iterator[Row]:
    """Yield one row per declared copy of a sequence."""
    for sequence in findings.declared.sequences:
        declaration = sequence.declaration
        yield {
            "sequence_key": declaration.sequence_key,
            "sequence_name": declaration.sequence_name,
            "plugin_name": declaration.plugin_name,
            "package_name": findings.package_names.get(sequence.path),
            "description": declaration.description,
            "category": declaration.category,
            "movement_count": declaration.movement_count,
            "beat_count": len(declaration.beats),
            "handlers_module": sequence.handlers_module,
            "declaration_hash": declaration.declaration_hash,
            "is_primary": sequence.is_primary,
            "declaration_file_path": sequence.path,
        }


def make_beats(findings: Findings) -> Iterator[Row]:
    """Yield one row per beat of the copies that count."""
    for sequence in findings.declared.primary:
        for beat in sequence.declaration.beats:
            yield {
                "sequence_key": sequence.declaration.sequence_key,
                "movement_number": beat.movement_number,
                "movement_key": beat.movement_key,
                "movement_name": beat.movement_name,
                "beat_number": beat.beat_number,
                "beat_position": beat.beat_position,
                "topic": beat.topic,
                "handler_name": beat.handler_name,
                "beat_title": beat.title,
                "beat_kind": beat.kind,
                "timing": beat.timing,
                "error_handling": beat.error_handling,
                "declaration_file_path": sequence.path,
                "declaration_json_path": beat.json_path,
            }


def make_handlers(findings: Findings) -> Iterator[Row]:
    """Yield one row per (plugin, handler) pair."""
    for handler in findings.handlers:
        symbol = handler.places[0].symbol if handler.resolution == "unique" else None
        several = [show_place(place) for place in handler.places[:_MAX_CANDIDATES]] if symbol is None else []
        yield {
            "plugin_name": handler.plugin_name,
            "handler_name": handler.handler_name,
            "package_name": handler.package_name,
            "resolution": handler.resolution,
            "resolution_evidence": handler.evidence,
            "candidate_count": len(handler.places),
            "candidates": "\n".join(several) or None,
            "code_file_path": handler.places[0].path if symbol else None,
            "code_line_number": symbol.line_number if symbol else None,
            "code_end_line_number": symbol.end_line_number if symbol else None,
            "code_function_name": symbol.name if symbol else None,
            "signature": symbol.signature if symbol else None,
            "doc_comment": symbol.doc_comment if symbol else None,
            "is_async": symbol.is_async if symbol else None,
        }


def make_handler_tests(findings: Findings) -> Iterator[Row]:
    """Yield one row per test file that speaks of a handler."""
    for row in findings.tests:
        yield {
            "plugin_name": row.handler.plugin_name,
            "handler_name": row.handler.handler_name,
            "test_file_path": row.test_file_path,
            "evidence": row.evidence,
            "test_count": row.test_count,
        }


def make_handler_coverage(findings: Findings) -> Iterator[Row]:
    """Yield one row per resolved handler a report speaks of."""
    for row in findings.coverage:
        yield {
            "plugin_name": row.handler.plugin_name,
            "handler_name": row.handler.handler_name,
            "covered_line_count": row.lines.covered_line_count,
            "executable_line_count": row.lines.executable_line_count,
            "coverage_file_path": row.lines.coverage_file_path,
        }


def make_topic_routes(findings: Findings) -> Iterator[Row]:
    """Yield one row per topic and route."""
    for route, path in sorted(findings.declared.routes, key=lambda item: (item[0].topic, str(item[0]), item[1])):
        yield {
            "topic": route.topic,
            "plugin_name": route.plugin_name,
            "sequence_key": route.sequence_key,
            "route_kind": route.route_kind,
            "declaration_file_path": path,
        }


def make_plugins(findings: Findings) -> Iterator[Row]:
    """Yield one row per declared plugin."""
    for plugin, path in sorted(findings.declared.plugins, key=lambda item: (item[0].plugin_name, item[1])):
        yield {
            "plugin_name": plugin.plugin_name,
            "description": plugin.description,
            "declaration_file_path": path,
        }


def make_beat_handlers(findings: Findings) -> Iterator[Row]:
    """Yield one row per beat that names a handler."""
    for beat in findings.beats:
        place = beat.places[0] if len(beat.places) == 1 else None
        yield {
            "sequence_key": beat.sequence.declaration.sequence_key,
            "beat_position": beat.beat.beat_position,
            "plugin_name": beat.sequence.declaration.plugin_name or NO_PLUGIN,
            "handler_name": beat.handler_name,
            "resolution": beat.resolution,
            "resolution_evidence": beat.evidence,
            "code_file_path": place.path if place else None,
            "code_line_number": place.symbol.line_number if place and place.symbol else None,
        }


def make_offered_handlers(findings: Findings) -> Iterator[Row]:
    """Yield one row per function a handlers module offers."""
    for offered in findings.offered:
        owner = findings.code.packages.owner_of(offered.path)
        yield {
            "handlers_file_path": offered.path,
            "handler_name": offered.handler_name,
            "package_name": owner.name if owner else None,
            "code_file_path": offered.place.path,
            "code_line_number": offered.place.symbol.line_number if offered.place.symbol else None,
            "is_declared": offered.is_declared,
        }


def make_declared_budgets(findings: Findings) -> Iterator[Row]:
    """Yield one row per limit the application's configuration declares."""
    for number, budget in enumerate(findings.budgets, 1):
        yield {"budget_number": number, **asdict(budget)}
