import shutil

import pytest

from tumbuh.model.errors import EvidenceError
from tumbuh.model.evidence_rows import GRADES, KINDS
from tumbuh.model.evidence_tables import EVIDENCE_FOLDER, load_evidence
from tumbuh.model.parameters import load_parameters

EVIDENCE = load_evidence()
UNVERIFIED = "memory-unverified"

# Every finding of the evidence review, by letter; nothing may be lost.
EXPECTED = {
    "A": 47,
    "B": 12,
    "C": 23,
    "D": 13,
    "E": 20,
    "F": 17,
    "G": 11,
    "H": 6,
    "I": 9,
    "L": 6,
}


def test_no_finding_is_lost():
    for letter, count in EXPECTED.items():
        for number in range(1, count + 1):
            assert f"{letter}{number:02d}" in EVIDENCE.effects


def test_structural_assumptions_are_numbered_without_a_gap():
    assert list(EVIDENCE.structure)[:25] == [f"S{n:02d}" for n in range(1, 26)]


def test_every_row_is_graded_and_every_source_is_known():
    rows = [*EVIDENCE.effects.values(), *EVIDENCE.structure.values()]
    for row in rows:
        assert row.grade in GRADES, row.id
        assert row.source, row.id
        assert set(row.source) <= set(EVIDENCE.sources), row.id


def test_what_is_only_remembered_is_graded_d_and_says_so():
    for row in EVIDENCE.effects.values():
        if "unverified" in row.source:
            assert row.grade == "D", row.id
            assert UNVERIFIED in row.note, row.id


def test_what_has_no_source_but_judgement_says_so():
    for row in EVIDENCE.effects.values():
        if row.source[0] == "judgement":
            assert (row.grade, row.judged) == ("D", True), row.id


def test_derived_rows_say_how():
    for row in EVIDENCE.effects.values():
        if row.source[0] == "derivation":
            assert "erivation" in row.note or row.locator not in ("", "none"), row.id


def test_ratios_are_ratios_and_points_are_points():
    for row in EVIDENCE.effects.values():
        if row.value is None:
            continue
        if row.kind in ("prevalence_ratio", "relative_risk"):
            assert 0.2 < row.value < 10.0, row.id
        if row.kind == "pp":
            assert abs(row.value) <= 100.0, row.id


def test_every_kind_is_used_so_that_none_is_untested():
    assert {row.kind for row in EVIDENCE.effects.values()} == set(KINDS)


def test_the_key_numbers():
    ratio, height = EVIDENCE.effects["A01"], EVIDENCE.effects["A01b"]
    assert (ratio.value, ratio.low, ratio.high) == (0.88, 0.85, 0.91)
    assert (height.value, height.low, height.high) == (0.14, 0.11, 0.16)
    trial = EVIDENCE.effects["C01"]
    assert trial.low is not None
    assert trial.high is not None
    assert trial.low < 0.0 < trial.high


def test_every_reference_of_a_parameter_resolves():
    for row in load_parameters().rows:
        assert all(EVIDENCE.has(key) for key in row.evidence), row.name
        assert set(row.source) <= set(EVIDENCE.sources), row.name


def test_web_addresses_are_unique_to_a_source_or_shared_on_purpose():
    seen: dict[str, list[str]] = {}
    for source in EVIDENCE.sources.values():
        if source.url:
            seen.setdefault(source.url, []).append(source.id)
    shared = {url: ids for url, ids in seen.items() if len(ids) > 1}
    # Site roots stand for pages whose address was not kept; one abstract serves two rows.
    assert all(url.count("/") <= 3 or "garuda" in url for url in shared), shared


class TestBrokenTables:
    @pytest.fixture
    def folder(self, tmp_path):
        for name in ("sources", "effects", "structure"):
            shutil.copy(EVIDENCE_FOLDER / f"{name}.csv", tmp_path)
        return tmp_path

    @pytest.mark.parametrize(
        ("table", "old", "new", "words"),
        [
            ("sources", "https://pmc.ncbi.nlm.nih.gov/articles/PMC8560308", "PMC8560308", "web"),
            ("sources", ",meta_analysis,abstract", ",gossip,abstract", "gossip"),
            ("sources", "dewey2022,", "dewey2021,", "used once"),
            ("effects", "A02,", "A01,", "used once"),
            ("effects", "A02,", "X2,", "an id like"),
            ("effects", "prevalence_ratio,0.83", "risk,0.83", "prevalence_ratio"),
            ("effects", "0.83,0.78,0.90", "0.83,0.90,0.78", "low <= value <= high"),
            ("effects", "0.83,0.78,0.90", "-0.17,-0.22,-0.10", "a ratio above 0"),
            ("effects", "0.83,0.78,0.90", "83 %,0.78,0.90", "Write digits only"),
            ("effects", ",dewey2022,", ",dewey2202,", "dewey2202"),
            ("effects", ",dewey2022,", ",,", "the id of a source"),
            ("structure", "S01,", "S1,", "an id like"),
        ],
    )
    def test_a_broken_row_is_refused(self, folder, table, old, new, words):
        path = folder / f"{table}.csv"
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        with pytest.raises(EvidenceError) as caught:
            load_evidence(folder)
        assert any(words in str(problem) for problem in caught.value.problems)

    def test_problems_of_all_tables_come_at_once(self, folder):
        for table in ("sources", "effects", "structure"):
            path = folder / f"{table}.csv"
            path.write_text(path.read_text(encoding="utf-8") + "?\n", encoding="utf-8")
        with pytest.raises(EvidenceError) as caught:
            load_evidence(folder)
        named = {problem.where.split(":")[0] for problem in caught.value.problems}
        assert named == {"sources.csv", "effects.csv", "structure.csv"}
