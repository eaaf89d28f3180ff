"""Survey files of a user, written for tests."""

import csv

from tumbuh.calibration.survey_rows import COLUMNS

SURVEY = dict.fromkeys(COLUMNS, "") | {
    "id": "kb-2025",
    "area": "kutai_barat",
    "survey": "SSGI 2025",
    "instrument": "SSGI",
    "year": "2025",
    "value": "0.19",
    "month_low": "92",
    "month_high": "94",
    "months_basis": "assumed",
    "children": "671",
    "children_basis": "design",
    "basis": "read",
    "estimate": "direct",
    "role": "fit",
    "official": "no",
    "source": "A table of our own, 2026",
    "url": "https://example.org/survey",
}
"""A survey that no packaged table has, without a mistake."""


def write(path, *rows):
    """Write survey rows, each the one above with the changes given; return the path."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(SURVEY | row for row in rows)
    return path
