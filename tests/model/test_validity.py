"""Validity tests of the model: equilibrium, conservation, step, age profile, memory, surprises."""

import numpy as np
import pytest
from scipy.stats import norm

from tumbuh.model.catch_up import departures
from tumbuh.model.engine.integrate import simulate
from tumbuh.model.language.cache import load_program
from tumbuh.model.parameters import draw_prior, load_parameters

PROGRAM = load_program()
TABLE = load_parameters()
QUIET = {
    "switch history": 0.0,
    "secular HAZ gain per year": 0.0,
    "poverty faltering shock": 0.0,
}
"""Shocks and trends off: the model stands still."""
STAGES = [f"s{k}" for k in range(1, 21)]
HR = {
    "cadre training level": 1000.0,
    "worker training level": 300.0,
    "supervision level": 0.8,
    "extra posts level": 100.0,
}
COORDINATION = {"forum meetings level": 1.0, "list sharing level": 0.8}
FACILITIES = {
    "kit purchase level": 100.0,
    "ultrasound purchase level": 4.0,
    "service points level": 8.0,
    "maintenance level": 0.8,
}
FOOD = {"food coverage level": 0.8}


def run(constants, outputs, times, **options):
    return simulate(PROGRAM, constants, outputs, times, snapshot=False, **options)


def stocks():
    return [name for name, variable in PROGRAM.variables.items() if variable.kind == "stock"]


def test_constants_of_the_model_are_the_values_of_the_evidence():
    defaults = dict(zip(PROGRAM.constants, PROGRAM.defaults, strict=True))
    control = {"INITIAL TIME", "FINAL TIME", "TIME STEP", "SAVEPER"}
    assert set(defaults) - control == set(TABLE.names)
    for row in TABLE.rows:
        assert defaults[row.name] == row.value, row.name
        assert PROGRAM.find(row.name).unit == row.unit, row.name


def test_it_stands_still_when_shocks_are_off():
    months = [0.0, 1.0, 100.0, 216.0]
    names = [name for name in stocks() if name != "stunting free child years"]
    result = run(QUIET, names, months)
    for name in names:
        path = result[name][0]
        drift = np.abs(path - path[0]).max()
        assert drift <= 1e-10 * max(1.0, abs(path[0])), name


def test_children_are_conserved_at_every_step():
    times = np.arange(0.0, 216.25, 0.25)
    flows = ["births", "infant deaths", "ageing[s20]"]
    flows += [f"{kind}[{s}]" for kind in ("deaths", "migration") for s in STAGES]
    constants = HR | FOOD | {"migration rate": 0.001}
    result = run(constants, ["children total", *flows], times)
    total = result["children total"][0]
    net = result["births"][0] - result["infant deaths"][0] - result["ageing[s20]"][0]
    net = net + sum(result[f"migration[{s}]"][0] - result[f"deaths[{s}]"][0] for s in STAGES)
    residual = np.diff(total) - 0.25 * net[:-1]
    assert np.abs(residual).max() / total.max() < 1e-9


def test_halving_the_step_moves_prevalence_by_less_than_a_hundredth_of_a_point():
    constants = HR | FOOD | COORDINATION
    paths = [
        run(constants, ["survey prevalence"], [108.0, 144.0, 216.0], time_step=step)[
            "survey prevalence"
        ][0]
        for step in (0.5, 0.25, 0.125)
    ]
    assert np.abs(paths[1] - paths[2]).max() < 1e-4
    ratio = np.abs(paths[0] - paths[1]).max() / np.abs(paths[1] - paths[2]).max()
    assert 1.5 < ratio < 2.6, "Euler is of first order"


def test_halving_the_step_moves_no_strategy_effect_by_one_percent_of_itself():
    def effect(step):
        with_it = run(HR | FOOD, ["survey prevalence"], [168.0], time_step=step)
        without = run({}, ["survey prevalence"], [168.0], time_step=step)
        return float((without["survey prevalence"] - with_it["survey prevalence"])[0, 0])

    assert effect(0.25) == pytest.approx(effect(0.125), rel=0.01)


def test_the_share_below_the_threshold_is_normal_to_one_in_a_million():
    names = [f"survey {kind}[{s}]" for kind in ("score", "share") for s in STAGES]
    draws = draw_prior(TABLE, 7, 200)
    result = run(draws, names, [0.0, 60.0, 168.0])
    for s in STAGES:
        exact = norm.cdf(result[f"survey score[{s}]"])
        assert np.abs(result[f"survey share[{s}]"] - exact).max() < 1e-6


def test_the_national_age_profile_is_reproduced():
    bands = {
        (0, 2): 0.127,
        (2, 4): 0.134,
        (4, 8): 0.2255,
        (8, 12): 0.26,
        (12, 16): 0.2305,
        (16, 20): 0.204,
    }
    nation = QUIET | {"district deficit multiplier": 1.0, "district birth shift": 0.0}
    result = run(nation, [f"survey share[{s}]" for s in STAGES], [0.0])
    share = np.array([result[f"survey share[{s}]"][0, 0] for s in STAGES])
    found = {band: share[slice(*band)].mean() for band in bands}
    for band, surveyed in bands.items():
        assert found[band] == pytest.approx(surveyed, abs=0.003), band
    assert max(found, key=lambda band: found[band]) == (8, 12)


def test_a_difference_at_birth_fades_as_the_catch_up_prior_says():
    gain = {"external birth gain": 0.2, "external gain start": 0.0}
    names = [f"mean HAZ[{s}]" for s in STAGES]
    result, base = run(QUIET | gain, names, [216.0]), run(QUIET, names, [216.0])
    left = np.array([(result[name] - base[name])[0, 0] for name in names]) / 0.2
    exact = departures(np.zeros(20), 0.26, 18.0, 1.0)
    assert left == pytest.approx(exact, rel=2e-3), "perception and support answer a little"
    assert left[-1] == pytest.approx(0.26, rel=2e-3)


def test_a_supplement_for_every_child_gives_the_prevalence_ratio_of_the_trials():
    everyone = FOOD | {
        "food coverage level": 1.0,
        "food adherence": 1.0,
        "absorption": 1.0,
        "budget ceiling": 1e9,
        "free meals coverage": 0.0,
    }
    # At 24 months, in the co-flow and in the challenger's stock.
    coflow, stocks = "survey share[s9]", "Stunted[s8]"
    with_it, without = (
        run(everyone, [coflow, stocks], [216.0]),
        run({"free meals coverage": 0.0}, [coflow, stocks], [216.0]),
    )
    for name in (coflow, stocks):
        assert 0.85 <= float(with_it[name][0, 0] / without[name][0, 0]) <= 0.91


def test_a_step_cut_in_faltering_shows_half_of_its_effect_in_18_to_30_months():
    months = np.arange(108.0, 217.0, 1.0)
    cut = run(QUIET | {"faltering removal": 0.1}, ["HAZ survey prevalence"], months)
    path = cut["HAZ survey prevalence"][0]
    effect = path[0] - path
    half = int(np.argmax(effect >= 0.5 * effect[-1]))
    assert 18 <= half <= 30


def test_training_raises_routine_prevalence_while_the_truth_falls():
    named = HR | {"training gain[cadre]": 0.05, "practice to growth transmission": 1.0}
    names = ["routine prevalence", "true prevalence"]
    result, base = run(named, names, [168.0]), run({}, names, [168.0])
    assert result["routine prevalence"] > base["routine prevalence"]
    assert result["true prevalence"] < base["true prevalence"]


def test_a_programme_like_the_null_trial_has_no_effect_inside_its_interval():
    """MCC in Kalimantan: training and grants, no food; no effect found (C01)."""
    like = {
        "cadre training level": 1500.0,
        "worker training level": 300.0,
        "supervision level": 0.5,
    }
    draws = draw_prior(TABLE, 11, 2000)
    name = "survey prevalence"
    gain = 100.0 * (run(draws, [name], [168.0])[name] - run(draws | like, [name], [168.0])[name])
    low, middle, high = np.quantile(gain, [0.05, 0.5, 0.95])
    assert low < 0.005, "no effect, at the precision of the report, is inside"
    assert 0.0 <= middle < 1.0
    assert high < 1.0
    assert np.mean(np.abs(gain) < 0.005) > 0.1, "no effect is a drawn outcome, not a tail"


def test_practices_can_move_a_lot_without_stunting_moving():
    """Alive & Thrive: feeding practices rose 15 to 25 points, stunting did not (A12, A13)."""
    like = {
        "relax contact": 1.0,
        "relax worker competence": 0.5,
        "relax cadre competence": 0.5,
        "relaxation start": 108.0,
        "maternal effect": 0.0,
        "illness care effect": 0.0,
        "cash effect": 0.0,
    }
    fidelity = {"initial fidelity": 0.35}
    names = ["minimum acceptable diet", "survey prevalence"]
    result, base = run(like | fidelity, names, [168.0]), run(fidelity, names, [168.0])
    practices = 100.0 * float((result[names[0]] - base[names[0]])[0, 0])
    stunting = 100.0 * float((base[names[1]] - result[names[1]])[0, 0])
    assert 15.0 <= practices <= 25.0
    assert 0.0 < stunting < 1.0, stunting
    null = {"practice to growth transmission": 0.0}
    nothing = run(like | fidelity | null, names, [168.0])[names[1]]
    assert nothing == pytest.approx(run(fidelity | null, names, [168.0])[names[1]], abs=2e-4)


def test_the_pandemic_raises_stunting_with_a_lag_and_fades():
    names = ["survey prevalence"]
    shocked = run({}, names, [26.0, 44.0, 50.0, 96.0])["survey prevalence"][0]
    calm = {"covid service loss": 0.0, "poverty faltering shock": 0.0}
    effect = shocked - run(calm, names, [26.0, 44.0, 50.0, 96.0])["survey prevalence"][0]
    assert effect[0] == pytest.approx(0.0, abs=1e-12)
    assert effect[1] > 0.001
    assert 0.0 < effect[3] < effect[1:3].max()


def test_stocks_stay_positive_and_shares_stay_shares():
    draws = draw_prior(TABLE, 3, 300) | HR | FACILITIES | COORDINATION | FOOD
    positive = [n for n in stocks() if "HAZ" not in n]
    kinds = ("coverage", "competence", "availability", "readiness", "fidelity", "convergence")
    shares = [
        name
        for name, variable in PROGRAM.variables.items()
        if variable.unit == "dmnl"
        and variable.kind != "constant"
        and variable.element.split(" ")[-1] in kinds
        and not variable.element.startswith(("gain", "relax", "relative"))
    ]
    shares += ["survey prevalence", "routine prevalence", "minimum acceptable diet", "attendance"]
    result = run(draws, sorted({*positive, *shares}), [0.0, 54.0, 108.0, 162.0, 216.0])
    assert result.failures == 0
    for name in positive:
        assert result[name].min() >= -1e-9, name
    for name in (*shares, "Trust"):
        assert result[name].min() >= 0.0, name
        assert result[name].max() <= 1.0 + 1e-12, name


def test_shares_stay_shares_where_everything_gets_worse_for_years():
    """The exponential of the challenger's onset is bounded, so that its stocks cannot run away."""
    worse = {"secular HAZ gain per year": -0.12, "district deficit multiplier": 2.4}
    names = ["stock survey prevalence", "HAZ survey prevalence"]
    run = simulate(PROGRAM, worse, names, [0.0, 120.0, 216.0], snapshot=False)
    for name in names:
        assert run[name].min() > 0.0 and run[name].max() < 0.95, name
        assert np.all(np.diff(run[name][0]) > 0.0), name


def test_decisions_never_read_the_truth():
    """Budgets and support may depend on what is reported or surveyed, not on true prevalence."""
    readers = {
        name
        for name in ("routine budget", "attention", "indicated determinant[support]", "spending")
        if PROGRAM.find("true prevalence").node in _ancestors(PROGRAM.find(name).node)
    }
    assert readers == set()
    assert PROGRAM.find("routine prevalence").node in _ancestors(PROGRAM.find("figure shown").node)


def _ancestors(node):
    seen, todo = set(), [node]
    while todo:
        current = todo.pop()
        if current in seen:
            continue
        seen.add(current)
        todo.extend(PROGRAM.nodes[current].args)
    return seen


KNOCK_OUTS = {
    "switch R1 progress breeds support": "Determinant State[support]",
    "switch R2 forum learning": "coordination index",
    "switch B1 complacency": "routine budget",
    "switch R3 reported figures": "perceived prevalence",
    "switch R4 burnout": "Staff[worker]",
    "switch R5 capability trap": "workload[cadre]",
    "switch R6 trust": "Trust",
    "switch B3 congestion": "workload[worker]",
    "switch R7 repair backlog": "Broken[kit]",
    "switch B5 meeting time": "capacity[worker]",
    "switch B6 turnover": "Forum Experience",
}


@pytest.mark.parametrize(("switch", "variable"), KNOCK_OUTS.items())
def test_every_loop_has_a_switch_that_cuts_it(switch, variable):
    everything = HR | FACILITIES | COORDINATION
    closed = run(everything, [variable], [168.0])[variable][0, 0]
    cut = run(everything | {switch: 0.0}, [variable], [168.0])[variable][0, 0]
    assert abs(cut - closed) > 1e-6 * max(1.0, abs(closed))


def test_the_loop_that_builds_for_more_children_acts_when_there_are_more():
    growing = {"migration rate": 0.002}
    name = "Points In Service"
    closed = run(growing, [name], [216.0])[name][0, 0]
    cut = run(growing | {"switch B4 facility gap": 0.0}, [name], [216.0])[name][0, 0]
    assert closed > cut + 1.0


def test_the_two_child_sectors_agree_on_the_three_strategies():
    names = ["HAZ survey prevalence", "stock survey prevalence"]
    base = run({}, names, [168.0])
    for plan in (HR, FACILITIES, COORDINATION, HR | FACILITIES | COORDINATION):
        result = run(plan, names, [168.0])
        coflow, stock = (float((base[n] - result[n])[0, 0]) for n in names)
        gap = abs(coflow - stock)
        assert gap < 1e-3 or gap < 0.2 * max(abs(coflow), abs(stock))


def test_the_working_forum_is_what_the_parameter_says():
    """The elicited share of the gap (E11) belongs to a working forum: this is its rise."""
    from tumbuh.scenarios.compile import prepare
    from tumbuh.scenarios.loader import load_scenarios

    name = "coordination index"
    risen = [
        run(prepare(scenario).constants, [name], [168.0])[name][0, 0]
        for scenario in load_scenarios(["coordination", "no_extra_action"])
    ]
    stated = PROGRAM.defaults[PROGRAM.constants.index("rise of a working forum")]
    assert risen[0] - risen[1] == pytest.approx(stated, abs=0.005)
