"""The parameters of the agents: priors, sources and grades, kept as those of the model are."""

from __future__ import annotations

from functools import cache

from ..evidence_tables import EVIDENCE_FOLDER
from ..parameters import ParameterTable, load_parameters

AGENT_TABLE = EVIDENCE_FOLDER / "agents.csv"


@cache
def load_agent_parameters() -> ParameterTable:
    """Read and check the packaged table of the agents' parameters.

    Raises
    ------
    EvidenceError
        With every problem of the table, by file and line.
    """
    return load_parameters(AGENT_TABLE)
