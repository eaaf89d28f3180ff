"""A commented design to start from."""

from __future__ import annotations

from ...scenarios.levers import catalogue
from ...scenarios.text import Language, Text

_TEXT = Text(
    """# Salin, ubah, lalu periksa dengan: tumbuh experiment check {id}.yaml
# Hapus bagian yang tidak dipakai.
id: {id}
# Judul ditulis dalam kedua bahasa. Pertanyaan boleh tanpa.
title: {{id: {id}, en: {id}}}
question:
  id: Tulis satu pertanyaan.
  en: Write one question.
district: paser
# Strategi pustaka atau berkas YAML; `library` untuk semua. Tanpa tindakan tambahan selalu ikut.
scenarios: [hr, food]
# Ketidakpastian: all, none, atau pilihan; lihat `tumbuh evidence`.
uncertainties: all
# uncertainties:
#   names: [levels and natural history, food effect]
#   sectors: [food, coordination]
#   grades: [C, D]
#   except: [food unit cost]
#   ranges:
#     food adherence: {{low: 0.2, high: 0.9}}
# Dosis tindakan: satu nilai, daftar (semua kombinasi), atau rentang (diambil acak; bukan posterior).
# Hapus tanda # pada yang dipakai. Bagian ditulis 0.8, bukan 80.
# levers:
{levers}# Struktur model: standard, stocks, no_coordination, no_synergy, official_2021, atau all.
worlds: [standard]
# Hasil; tanpa bagian ini, semua hasil baku. gain: turun terhadap tanpa tindakan tambahan.
outcomes:
  - prevalence
  - gain
  - {{outcome: gain, year: 2029}}
  - {{variable: true prevalence, form: gain, scale: 100, name: true gain}}
year: 2031
# posterior: simulasi tersimpan, paling banyak 2000; lainnya: random, latin_hypercube, sobol,
# morris (dengan trajectories: 40), factorial (dengan steps: 3), points (dengan points: FILE.csv).
sampler: posterior
draws: 1000
# replicates: 2
# seed: 20260101
""",
    """# Copy, change, then check with: tumbuh experiment check {id}.yaml
# Delete what you do not use.
id: {id}
# The title is written in both languages. The question may be left out.
title: {{id: {id}, en: {id}}}
question:
  id: Tulis satu pertanyaan.
  en: Write one question.
district: paser
# Library strategies or YAML files; `library` for all. No extra action is always there.
scenarios: [hr, food]
# Uncertainties: all, none, or a choice; see `tumbuh evidence`.
uncertainties: all
# uncertainties:
#   names: [levels and natural history, food effect]
#   sectors: [food, coordination]
#   grades: [C, D]
#   except: [food unit cost]
#   ranges:
#     food adherence: {{low: 0.2, high: 0.9}}
# Doses of levers: one value, a list (all combinations), or a range (drawn; not with posterior).
# Take away the # of those you use. Write a share as 0.8, not 80.
# levers:
{levers}# Structures of the model: standard, stocks, no_coordination, no_synergy, official_2021, or all.
worlds: [standard]
# Outcomes; without this part, all standard ones. gain: the fall against no extra action.
outcomes:
  - prevalence
  - gain
  - {{outcome: gain, year: 2029}}
  - {{variable: true prevalence, form: gain, scale: 100, name: true gain}}
year: 2031
# posterior: stored draws, at most 2000; others: random, latin_hypercube, sobol,
# morris (with trajectories: 40), factorial (with steps: 3), points (with points: FILE.csv).
sampler: posterior
draws: 1000
# replicates: 2
# seed: 20260101
""",
)


def template(name: str, language: Language) -> str:
    """Return a design that passes the check, with everything else that it may hold as comments.

    Parameters
    ----------
    name
        Id of the new design.
    language
        Of the comments.
    """
    levers = [
        f"#   {lever.name}: [0, {lever.full:g}]  # {lever.dose_unit.get(language)}\n"
        for lever in catalogue().levers.values()
    ]
    return _TEXT.get(language).format(id=name, levers="".join(levers))
