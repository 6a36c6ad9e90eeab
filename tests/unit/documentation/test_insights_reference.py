"""The reference of recommendations states the assumptions the warehouse works with, and no others."""

import csv
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[3]
REFERENCE = REPOSITORY / "docs_site" / "docs" / "reference" / "insights.md"
SEED = REPOSITORY / "dbt_project" / "seeds" / "known_fixes.csv"


def test_every_assumption_is_documented_with_its_numbers() -> None:
    text = REFERENCE.read_text(encoding="utf-8").partition("{#assumptions}")[2]
    documented = {line for line in text.splitlines() if line.startswith("| `")}
    with SEED.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    numbers = ("harm_seconds", "effort_hours", "confidence")
    expected = {
        f"| `{row['symptom_kind']}` | `{row['symptom_class']}` | {row['fix_class'].replace('_', ' ')} | "
        + " | ".join([row["severity"], *(f"{float(row[name]):g}" for name in numbers)])
        + " |"
        for row in rows
    }
    assert documented == expected
