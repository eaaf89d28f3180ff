"""A commented scenario file to start from."""

from __future__ import annotations

from .levers import Lever, catalogue
from .text import Language, Text, number

_HEAD = Text(
    "# Salin, ubah, lalu periksa dengan: tumbuh scenario check {id}.yaml\n"
    "# Hapus tindakan yang tidak dipakai. Tindakan yang tidak disebut tetap seperti pada 2026.\n",
    "# Copy, change, then check with: tumbuh scenario check {id}.yaml\n"
    "# Delete the levers you do not use. A lever that is not named stays as in 2026.\n",
)
_TITLE = Text(
    "# Judul dan maksud ditulis dalam kedua bahasa.\n",
    "# The title and the intent are written in both languages.\n",
)
_EXTENDS = Text(
    "# Strategi yang diperluas, misalnya [hr, coordination]; lihat: tumbuh scenario list\n",
    "# Scenarios to build on, such as [hr, coordination]; see: tumbuh scenario list\n",
)
_LEVERS = Text(
    "# level: dosis; start: bulan mulai; ramp_months: lama naik dari nol, dalam bulan;\n"
    "# end (boleh tanpa): bulan pertama tanpa tindakan ini. Bagian ditulis 0.8, bukan 80.\n",
    "# level: dose; start: first month; ramp_months: months of rise from nothing;\n"
    "# end (may be left out): first month without the lever. Write a share as 0.8, not 80.\n",
)
_BUDGET = Text(
    "# Batas tambahan belanja per tahun, dalam juta rupiah. refuse: tolak bila lebih mahal;\n"
    "# scale: kecilkan sampai cukup.\n",
    "# Ceiling on extra spending a year, in million rupiah. refuse: reject a dearer plan;\n"
    "# scale: make it smaller until it fits.\n",
)
_FULL = Text("penuh", "full")


def template(name: str, language: Language) -> str:
    """Return a scenario file that passes the check, with every lever as a comment or in use.

    Parameters
    ----------
    name
        Id of the new scenario.
    language
        Of the comments.
    """
    levers = list(catalogue().levers.values())
    used, others = levers[:1], levers[1:]
    parts = [
        _HEAD.get(language).format(id=name),
        f"id: {name}\n",
        _TITLE.get(language),
        f"title:\n  id: {name}\n  en: {name}\n",
        "intent:\n  id: Tulis satu kalimat mengapa.\n  en: Write one sentence why.\n",
        _EXTENDS.get(language),
        "extends: []\n",
        _LEVERS.get(language),
        "levers:\n",
        *(_entry(lever, language, "") for lever in used),
        *(_entry(lever, language, "# ") for lever in others),
        _BUDGET.get(language),
        "# budget:\n#   ceiling_million_idr_per_year: 10000.0\n#   over_ceiling: refuse\n",
        "evidence: []\n",
    ]
    return "".join(parts)


def _entry(lever: Lever, language: Language, mark: str) -> str:
    words = f"{lever.title.get(language)}; {lever.dose_unit.get(language)}"
    full = f"{_FULL.get(language)} = {number(lever.full, language)}"
    dose = f'{{level: {lever.full}, start: "2027-01", ramp_months: 12}}'
    return f"  # {words}; {full}\n  {mark}{lever.name}: {dose}\n"
