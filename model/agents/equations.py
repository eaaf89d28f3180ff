"""The equations that agents share with the stocks, cut from the one model file.

Every stage has the same equations, so that one stage's, given a child's own values, serves the
children of all stages; a test holds the twenty to the same shape.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..engine.slices import CLOCK, Slice, make_slice
from ..language.ir import Program
from .drivers import DETERMINANTS, PACKAGES

ANY = "s2"
"""The stage whose equations serve for all: the first has its own inflow, which is not used."""


@dataclass(frozen=True)
class Equations:
    """Slices of the model, each with what it is given and what it gives.

    Attributes
    ----------
    path
        Cohort: change of the baseline, HAZ a month, and the extra loss of a shock.
    pace
        Child in the feeding window: gain a month from the services that its family receives.
    growth
        Child: change of its departure from the cohort's baseline, HAZ a month.
    birth
        Newborn: mean height-for-age.
    gains
        Family: gain in effective coverage by package from what it receives.
    responses
        Family: change a month of feeding practice and of the three stages of care in pregnancy.
    survey, truth, severe
        Share below the threshold given the mean, as a survey sees it, without error, and severe.
    determinants
        Actor: change a month of Hoogerwerf's four determinants.
    experience
        Actor: experience of the forum lost a month.
    coordination, progress
        Index from the determinants, and what it is worth since the start.
    contact
        Contact coverage after joint targeting, by package.
    fidelity
        What survives delivery.
    local
        Counselling contact of families whose posyandu has more or fewer cadres than planned.
    concordance
        Overlap of services at a coordination index.
    convergence
        Share with all services for a given concordance, by formula.
    routine
        What posyandu report.
    """

    path: Slice
    pace: Slice
    growth: Slice
    birth: Slice
    gains: Slice
    responses: Slice
    survey: Slice
    truth: Slice
    severe: Slice
    determinants: Slice
    experience: Slice
    coordination: Slice
    progress: Slice
    contact: Slice
    fidelity: Slice
    local: Slice
    concordance: Slice
    convergence: Slice
    routine: Slice


BIRTH_STAGES = tuple(f"birth mean HAZ: smooth stage {number}" for number in (1, 2, 3))
PRACTICE = "practice change"
_STATES = tuple(f"Determinant State[{name}]" for name in DETERMINANTS)
_CONTACTS = tuple(f"contact coverage[{name}]" for name in PACKAGES)
_PATH_GIVEN = (f"growth velocity[{ANY}]", "removal", f"secular gain[{ANY}]", "pandemic")
_GROWTH_GIVEN = (
    *(f"Children[{ANY}]", f"baseline change[{ANY}]", f"programme gain[{ANY}]", f"shock[{ANY}]"),
    *(f"catch up rate[{ANY}]", f"mean HAZ[{ANY}]", f"baseline mean HAZ[{ANY}]"),
)
_GAIN_GIVEN = (
    *_CONTACTS,
    *(f"relative quality[{name}]" for name in PACKAGES),
    *(f"reference coverage[{name}]" for name in PACKAGES),
    "fidelity",
)
_PACE_GIVEN = (
    *("gain in coverage[illness]", "gain in coverage[protection]", PRACTICE, "food reach"),
    *("free meals", "convergence", "reference convergence", "trial gain"),
)
_ACTOR_GIVEN = (
    *("forum push", "lists delivered", "perceived progress", "perceived coverage change"),
    *_STATES,
)


def equations(program: Program, constants: Mapping[str, float]) -> Equations:
    """Return the shared equations with the parameters of one draw.

    Parameters
    ----------
    program
        The model.
    constants
        Values by constant, in the unit of each; the file's for all others.
    """

    def cut(targets: tuple[str, ...], given: tuple[str, ...]) -> Slice:
        return make_slice(program, targets, given, constants)

    supplied = tuple(f"supplied contact[{name}]" for name in PACKAGES)
    return Equations(
        path=cut((f"baseline change[{ANY}]", f"shock[{ANY}]"), _PATH_GIVEN),
        pace=cut(("programme pace",), _PACE_GIVEN),
        growth=cut((f"HAZ growth[{ANY}]",), _GROWTH_GIVEN),
        birth=cut(("birth mean HAZ", "initial birth HAZ"), (BIRTH_STAGES[2], CLOCK)),
        gains=cut(tuple(f"gain in coverage[{name}]" for name in PACKAGES), _GAIN_GIVEN),
        responses=cut(
            tuple(f"change of {name}" for name in (PRACTICE, *BIRTH_STAGES)),
            (
                *("gain in coverage[maternal]", "gain in coverage[counselling]", PRACTICE),
                *BIRTH_STAGES,
            ),
        ),
        survey=cut((f"survey share[{ANY}]",), (f"mean HAZ[{ANY}]", "observed spread")),
        truth=cut((f"true share[{ANY}]",), (f"mean HAZ[{ANY}]", "HAZ spread")),
        severe=cut((f"severe share[{ANY}]",), (f"mean HAZ[{ANY}]", "observed spread")),
        determinants=cut(
            tuple(f"determinant change[{name}]" for name in DETERMINANTS), _ACTOR_GIVEN
        ),
        experience=cut(
            ("forum maturity", "forum push", "experience loss"),
            ("Forum Experience", "forum delivered"),
        ),
        coordination=cut(("coordination index",), _STATES),
        progress=cut(("coordination progress",), ("coordination index", "reference index")),
        contact=cut(_CONTACTS, (*supplied, "coordination progress", "relaxation")),
        fidelity=cut(("fidelity",), ("coordination progress", "relaxation")),
        local=cut(
            ("supplied contact[counselling]",),
            ("initial contact[counselling]", "relative supply[counselling]"),
        ),
        concordance=cut(("concordance",), ("coordination index",)),
        convergence=cut(
            ("coverage product", "coverage minimum", "convergence"), (*_CONTACTS, "concordance")
        ),
        routine=cut(("routine prevalence",), ("attended prevalence", "measurement quality")),
    )
