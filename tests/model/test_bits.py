"""A draw has the same bits wherever it stands, on every engine: block, chunk, thread, company."""

from __future__ import annotations

import threading
import tracemalloc
import weakref

import numpy as np
import pytest
from engines import ENGINES, engine_name
from micro import CONTROL

from tumbuh.model.engine.integrate import rows_of, stream
from tumbuh.model.engine.reductions import Reduction
from tumbuh.model.errors import InputError
from tumbuh.model.language.cache import load_program, translate_text
from tumbuh.model.parameters import draw_prior, load_parameters

# Divisors that are shared or fixed, products inside sums, powers of all sorts, a uniform part.
TEXT = (
    "rate = 0.1 ~~|\npower = 1.7 ~~|\nwait = 3.0 ~~|\nstart = 2.0 ~~|\n"
    "pool = INTEG(inflow - outflow, 5.0*power) ~~|\nclock = LN(Time + 1.0)*2.0^(Time/10.0) ~~|\n"
    "inflow = EXP(-rate*Time)*(1.0 + SIN(Time)) + STEP(rate, start)*clock/wait ~~|\n"
    "outflow = rate*pool^power/(1.0 + pool) + pool/wait/100.0 ~~|\nlate = DELAY3(outflow, wait) ~~|\n"
    "share = inflow/(inflow + outflow) + late/(inflow + outflow) ~~|\n"
    "bent = WITH LOOKUP(pool, ((0,0),(5,2),(9,3))) ~~|\nroot = SQRT(ABS(pool - 5.0))^0.3 ~~|\n"
    "shown = IF THEN ELSE(share > 0.5, TANH(bent), root*late) ~~|\n"
)
NAMES = ["pool", "inflow", "outflow", "late", "share", "bent", "root", "shown", "clock"]
DRAWS = 53
REDUCED = tuple(Reduction(n, k) for n in ("pool", "shown") for k in ("integral", "maximum", "last"))


def micro():
    generator = np.random.default_rng(7)
    constants = {
        "rate": generator.uniform(0.05, 0.3, DRAWS),
        "power": generator.choice([0.5, 1.0, 1.7, 2.0, 2.3, np.nan], DRAWS),
        "wait": generator.uniform(1.0, 6.0, DRAWS),
    }
    return translate_text(TEXT + CONTROL, "bits.mdl"), constants, NAMES, {"reductions": REDUCED}


class Alive:
    """Counts the objects shown to it that are still there."""

    def __init__(self):
        self.now = self.most = 0

    def seen(self, thing):
        self.now += 1
        self.most = max(self.most, self.now)
        weakref.finalize(thing, self._gone)
        return thing

    def _gone(self):
        self.now -= 1


def packaged():
    names = ["true prevalence", "survey prevalence", "stunted children", "Cumulative Spending"]
    draws = draw_prior(load_parameters(), 20270101, DRAWS)
    reduced = (Reduction("true prevalence", "integral"), Reduction("stunted children", "maximum"))
    return load_program(), draws, names, {"until": 3.0, "reductions": reduced}


@pytest.fixture(scope="module")
def models():
    return {"micro": micro(), "packaged": packaged()}


def asked(model, place, method="euler"):
    """Return a case; of those with the packaged model one is fast enough for every run."""
    marks = [] if model == "micro" or (place, method) == (1, "euler") else [pytest.mark.slow]
    identity = f"{model}-{engine_name(ENGINES[place])}-{method}"
    return pytest.param(model, ENGINES[place], method, id=identity, marks=marks)


PLACES = [(model, place) for model in ("micro", "packaged") for place in range(len(ENGINES))]
every = pytest.mark.parametrize("model, engine, method", [asked(*place) for place in PLACES])
by_method = pytest.mark.parametrize(
    "model, engine, method", [asked(*place, m) for place in PLACES for m in ("euler", "rk4")]
)


def numbers(run):
    """Return all results by name, (draw, ...)."""
    states = {f"state {k}": array for k, array in enumerate(run.snapshot.states)}
    wide = {name: array for name, array in states.items() if len(array) > 1}
    return {**run.values, **run.reduced, **wide}


def check(run, whole, index=slice(None)):
    found, expected = numbers(run), numbers(whole)
    for name in found.keys() & expected.keys():
        assert found[name].tobytes() == expected[name][index].tobytes(), name
    assert found.keys() >= run.values.keys()


def chosen(constants, index):
    return {name: np.asarray(values)[index] for name, values in constants.items()}


@by_method
def test_place_number_chunk_thread_and_company(models, model, engine, method):
    program, constants, names, options = models[model]
    options = options | {"method": method}
    whole = engine(program, constants, names, **options)
    for chunk, threads in ((1, 2), (5, 1), (17, 2), (52, 2)):
        check(engine(program, constants, names, chunk=chunk, threads=threads, **options), whole)
    order = np.random.default_rng(1).permutation(DRAWS)
    check(engine(program, chosen(constants, order), names, **options), whole, order)
    # Every place in a block of eight, with fewer and fewer others behind it.
    for first in range(1, 9):
        part = slice(first, None, 1 + first % 3)
        check(engine(program, chosen(constants, part), names, **options), whole, part)
    # A broken neighbour, everywhere in the block.
    for place in range(4):
        spoiled = {name: np.array(values) for name, values in constants.items()}
        for values in spoiled.values():
            values[place::4] = values[DRAWS - 1 :: -4][: len(values[place::4])]
        kept = np.setdiff1d(np.arange(DRAWS), np.arange(place, DRAWS, 4))
        run = engine(program, spoiled, names, **options)
        for name, values in numbers(run).items():
            assert values[kept].tobytes() == numbers(whole)[name][kept].tobytes(), name


@every
def test_a_draw_alone(models, model, engine, method):
    """All constants are then the same for all members: another kernel does the work."""
    program, constants, names, options = models[model]
    whole = engine(program, constants, names, **options)
    for draw in (0, 29, DRAWS - 1):
        single = engine(program, chosen(constants, draw), names, **options)
        for name, values in {**single.values, **single.reduced}.items():
            assert values[0].tobytes() == numbers(whole)[name][draw].tobytes(), name


@every
def test_what_else_is_asked_for(models, model, engine, method):
    program, constants, names, options = models[model]
    whole = engine(program, constants, names, **options)
    plain = {name: value for name, value in options.items() if name != "reductions"}
    for name in names[:3]:
        check(engine(program, constants, [name], snapshot=False, **plain), whole)
    for item in options["reductions"][:3]:
        single = engine(program, constants, [], snapshot=False, **plain | {"reductions": [item]})
        assert single.reduced[item.name].tobytes() == whole.reduced[item.name].tobytes()
    # At few times results are computed apart, at many along with each step.
    few = engine(program, constants, names, [whole.times[-1]], snapshot=False)
    steps = np.arange(0.0, whole.times[-1] + 0.1, 0.25)
    many = engine(program, constants, names, steps, snapshot=False)
    for name in names:
        last = whole[name][:, -1].tobytes()
        assert few[name][:, -1].tobytes() == many[name][:, -1].tobytes() == last, name


@every
def test_only_one_constant_differs(models, model, engine, method):
    """What the others share is then computed once, in the kernel of what all share."""
    program, constants, names, options = models[model]
    first = next(iter(constants))
    shared = {name: float(np.asarray(values)[3]) for name, values in constants.items()}
    own = np.asarray(constants[first])[:9]
    run = engine(program, shared | {first: own}, names, **options)
    every_one = {name: np.full(9, value) for name, value in shared.items()} | {first: own}
    check(run, engine(program, every_one, names, **options))


@every
def test_stream_gives_the_bytes_of_one_call(models, model, engine, method):
    program, constants, names, options = models[model]
    whole = engine(program, constants, names, snapshot=False, **options)
    for size in (8, 20):
        found = []
        chunks = list(rows_of(constants, size))
        count = stream(program, chunks, names, found.append, **options | engine.keywords)
        assert count == sum(run.draws for run in found) == DRAWS
        for name in names:
            joined = np.concatenate([run[name] for run in found])
            assert joined.tobytes() == whole[name].tobytes(), name
        for name, values in whole.reduced.items():
            joined = np.concatenate([run.reduced[name] for run in found])
            assert joined.tobytes() == values.tobytes(), name
        np.testing.assert_array_equal(np.concatenate([run.failed for run in found]), whole.failed)


def in_chunks(constants, count, events, bad=-1):
    """Yield a few draws, count times, and say so; the bad ones name no constant of the model."""
    for number in range(count):
        events.append(f"made {number}")
        yield {
            name if number != bad else "nothing": values[:3] for name, values in constants.items()
        }


@pytest.mark.parametrize("engine", ENGINES, ids=engine_name)
def test_a_stream_is_one_chunk_ahead(engine):
    program, constants, names, _ = micro()
    events, here = [], threading.get_ident()

    def take(run):
        assert threading.get_ident() == here
        events.append("took")

    chunks = in_chunks(constants, 4, events)
    assert stream(program, chunks, names, take, **engine.keywords) == 12
    assert events == ["made 0", "made 1", "took", "made 2", "took", "made 3", "took", "took"]


@pytest.mark.parametrize("engine", ENGINES, ids=engine_name)
def test_a_bad_chunk_ends_a_stream_after_those_before_it(engine):
    program, constants, names, _ = micro()
    events = []
    chunks = in_chunks(constants, 9, events, bad=1)
    with pytest.raises(InputError, match="nothing"):
        stream(program, chunks, names, lambda run: events.append("took"), **engine.keywords)
    assert events == ["made 0", "made 1", "took", "made 2"]


@pytest.mark.parametrize("engine", ENGINES, ids=engine_name)
def test_an_error_of_the_sink_ends_a_stream(engine):
    program, constants, names, _ = micro()
    events = []

    def take(run):
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        stream(program, in_chunks(constants, 9, events), names, take, **engine.keywords)
    assert events == ["made 0", "made 1"]


@pytest.mark.parametrize("engine", ENGINES, ids=engine_name)
def test_memory_of_a_stream_does_not_grow_with_the_number_of_draws(engine):
    program, constants, names, _ = micro()

    def chunks(count):
        for number in range(count):
            yield {name: np.resize(values, 500) + number for name, values in constants.items()}

    def peak(count):
        held = []
        tracemalloc.start()
        stream(program, chunks(count), names, lambda run: held.append(run.draws), **engine.keywords)
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert held == [500] * count
        return most

    peak(1)  # compiles, and fills caches
    # Three chunks at most are there at once: one being made, one running, one handed on.
    assert peak(96) < 3.5 * peak(1)


@pytest.mark.parametrize("engine", ENGINES, ids=engine_name)
def test_at_most_three_chunks_of_a_stream_are_there_at_once(engine):
    program, constants, names, _ = micro()
    chunks, results = Alive(), Alive()

    def made():
        for number in range(30):
            yield {name: chunks.seen(np.resize(v, 50) + number) for name, v in constants.items()}

    assert stream(program, made(), names, results.seen, **engine.keywords) == 30 * 50
    assert chunks.most <= 3 * len(constants)
    assert results.most <= 2
    assert (chunks.now, results.now) == (0, 0)
