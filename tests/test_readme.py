"""Every figure of the README comes from the command it names."""

import json
import re
import subprocess
import sys
from pathlib import Path

from tumbuh.scenarios.strategies import strategy_markdown

ROOT = Path(__file__).parents[1]


def test_the_table_is_what_compare_says():
    command = [sys.executable, "-m", "tumbuh", "compare", "--json"]
    answer = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([a-z_]+) \| (.*) \| (.*) % \| (.*) \|$", text, re.MULTILINE)
    assert len(rows) == 6
    for name, gain, chance, cost in rows:
        found = next(
            row for row in answer["summary"] if row["scenario"] == name and row["year_end"] == 2031
        )
        ends = (found[f"gain_points_{end}"] for end in ("median", "low90", "high90"))
        assert gain == "{:.2f} ({:.2f} to {:.2f})".format(*ends), name
        assert chance == f"{100 * found['p_gain_half_point']:.0f}", name
        assert cost == f"{found['yearly_cost_million_idr'] / 1000:.1f}", name


def test_the_strategy_table_of_the_model_page_is_in_step():
    text = (ROOT / "model" / "README.md").read_text(encoding="utf-8")
    assert strategy_markdown("en").strip() in text


def test_the_two_commands_exist():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    targets = re.findall(r"^make (\w+)", text, re.MULTILINE)
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert targets == ["compare", "test"]
    for target in targets:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE)
