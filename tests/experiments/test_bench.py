"""The benchmark: that its yardsticks compute the same, that it counts right, and its page."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from tumbuh.experiments import bench, bench_engines, cli_bench
from tumbuh.experiments.bench_c import source_of
from tumbuh.experiments.bench_c_run import FLAGS, compile_c, compiler
from tumbuh.experiments.bench_engines import Sample, last_values, make_engine
from tumbuh.experiments.bench_growth import Sizes, growth
from tumbuh.experiments.bench_kernel import flops, operations, probe
from tumbuh.experiments.bench_models import Workload, packaged
from tumbuh.experiments.bench_report import account, page
from tumbuh.experiments.bench_results import (
    Benchmark,
    EngineRow,
    GrowthRow,
    KernelRow,
    ModelSpeed,
    PartRow,
    RatioRow,
    Spread,
)
from tumbuh.experiments.bench_speed import interleaved, ratios
from tumbuh.model.engine.kernel.compile import available
from tumbuh.model.errors import ModelError
from tumbuh.model.language.cache import translate_text

needs_c = pytest.mark.skipif(compiler() is None, reason="no C compiler here (gcc)")
needs_llvm = pytest.mark.skipif(not available(), reason="no llvmlite here")
CONTROL = """
INITIAL TIME = 1.0 ~ month ~ |
FINAL TIME = 9.0 ~ month ~ |
TIME STEP = 0.25 ~ month ~ |
SAVEPER = 1.0 ~ month ~ |
"""
# Every kind of operation, table and state that a program without fixed delays has.
MICRO = """stock = INTEG(inflow - outflow, start*2.0) ~ unit ~ |
inflow = rate*curve*MAX(wave, 0.1)*IF THEN ELSE(stock > 3.0 :AND: Time < 5.0, 1.0, 1.5) ~ unit/month ~ |
outflow = MIN(late, stock/2.0)^0.7*EXP(-share)/(1.0 + LN(1.0 + stock^2.0)) ~ unit/month ~ |
late = DELAY3I(inflow, 2.0, start) ~ unit/month ~ |
seen = SMOOTHI(stock, 3.0, 2.0) ~ unit ~ |
share = TANH(seen - stock)*SQRT(ABS(seen)) ~ dmnl ~ |
wave = SIN(Time)*COS(rate) + ARCTAN(seen) + MODULO(Time, 2.0) + INTEGER(stock) ~ dmnl ~ |
curve = WITH LOOKUP(stock, ((0.0,0.5),(2.0,2.0),(4.0,0.0),(9.0,1.0))) ~ dmnl ~ |
kept = SAMPLE IF TRUE(MODULO(Time, 2.0) < 0.3, stock, 7.0) ~ unit ~ |
first = INITIAL(seen + start) ~ unit ~ |
never = IF THEN ELSE(:NOT: (stock = 1.0 :OR: stock <> stock), 0.0, 1.0) ~ dmnl ~ |
rate = 0.5 ~ 1/month ~ |
start = 1.5 ~ unit ~ |
"""
OUTPUTS = ("stock", "seen", "curve", "kept", "first", "share", "wave", "never")


def micro(text: str, outputs: tuple[str, ...], draws: int = 16, **constants: float) -> Workload:
    program = translate_text("{UTF-8}\n" + text + CONTROL, "micro.mdl")
    factors = np.linspace(0.5, 3.0, draws)
    given = {name: value * factors for name, value in constants.items()}
    return Workload("packaged", program, Path("micro.mdl"), 9.0, outputs, given)


def in_c(work: Workload, folder: Path):
    program = work.program
    nodes = [program.find(name).node for name in work.outputs]
    varied = [program.constants.index(name) for name in work.constants]
    step = program.constants.index("TIME STEP")
    source = source_of(program, nodes, varied, step)
    compiled = compile_c(source, folder, ("-O1",))
    origin = program.defaults[program.constants.index("INITIAL TIME")]
    return compiled, round((work.until - origin) / 0.25), origin


@needs_c
@pytest.mark.parametrize("model", ["micro", "packaged"])
def test_the_c_loop_agrees_with_numpy(model, tmp_path):
    work = packaged() if model == "packaged" else micro(MICRO, OUTPUTS, rate=0.5, start=1.5)
    compiled, steps, origin = in_c(work, tmp_path)
    draws = work.some(4)
    given = np.column_stack(list(draws.values()))
    found = compiled.run(given, steps, origin, 0.25)
    expected = last_values(work, draws, work.until, engine="numpy")
    assert np.isfinite(expected).all()
    np.testing.assert_allclose(found, expected, 1e-12, 1e-300)


@needs_c
def test_fast_code_leaves_subnormal_numbers_on_for_the_others(tmp_path):
    program = translate_text(MICRO + CONTROL, "micro.mdl")
    at = program.constants.index("TIME STEP")
    outputs = tuple(program.find(name).node for name in ("stock", "seen"))
    source = source_of(program, outputs, (program.constants.index("rate"),), at)
    compile_c(source, tmp_path, FLAGS["fast"]).run(np.array([[0.5]]), 4, 1.0, 0.25)
    assert np.array([1e-310]) * 0.5 > 0.0


@needs_c
def test_a_fixed_delay_is_refused_in_c(tmp_path):
    text = "late = DELAY FIXED(rate, 2.0, 0.0) ~ unit ~ |\nrate = 0.5 ~ unit ~ |\n"
    with pytest.raises(ModelError, match="late"):
        in_c(micro(text, ("late",), rate=0.5), tmp_path)


def test_draws_come_again_when_they_are_used_up():
    work = micro("rate = 0.5 ~ unit ~ |\n", ("rate",), draws=4, rate=0.5)
    np.testing.assert_array_equal(
        work.some(5, 3)["rate"], 0.5 * np.linspace(0.5, 3.0, 4)[[3, 0, 1, 2, 3]]
    )


@needs_llvm
def test_operations_of_a_known_program():
    # One product that is fused with its sum, one quotient, one fused step.
    text = "stock = INTEG(rate*stock + start/stock, 1.0) ~ unit ~ |\n"
    work = micro(
        text + "rate = -0.5 ~ unit ~ |\nstart = 1.5 ~ unit ~ |\n", ("stock",), rate=-0.5, start=1.5
    )
    found = probe(work, available()[-1], 16)
    fused = available()[-1].fused
    counted = {kind: found.counts[kind] for kind in ("fma", "fmul", "fadd", "fdiv", "fsub", "fcmp")}
    assert flops(found.counts) == 5
    assert counted["fdiv"] == 1
    assert counted["fma"] == (2 if fused else 0)
    assert found.timed(found.doubled).units == found.vector_steps


def test_only_the_usual_way_is_counted():
    text = """define internal void @stage0(ptr %out) #0 {
entry:
  %holds = icmp ne ptr %out, null
  br i1 %holds, label %when, label %then
when:
  call void @stage0.2(ptr %out)
  br label %then
then:
  call void @stage0.1(ptr %out)
  ret void
}
define internal void @stage0.1(ptr %out) #0 {
entry:
  %a = fadd <8 x double> %x, %y
  br i1 %usual, label %way1, label %way2
way1:
  %b = call <8 x double> @llvm.fma.v8f64(<8 x double> %a)
  br label %met
way2:
  %c = fdiv <8 x double> %a, %y
  br label %met
met:
  ret void
}
define internal void @stage0.2(ptr %out) #0 {
entry:
  %a = fmul <8 x double> %x, %y
  ret void
}
"""
    assert operations(text) == {"fadd": 1, "fma": 1}
    assert flops(operations(text)) == 3


def test_rounds_take_turns_after_a_warm_up():
    calls = []

    def timed(name, seconds):
        def call():
            calls.append(name)
            return Sample(10.0, seconds, 2.0 * seconds)

        return call

    found = interleaved(
        {"llvm": timed("llvm", 1.0), "numpy": timed("numpy", 4.0)}, 2, lambda t: None
    )
    assert calls == ["llvm", "numpy"] * 3
    (row,) = ratios(found)
    assert (row.of, row.to, row.ratio) == ("llvm", "numpy", Spread(4.0, 4.0, 4.0))


ONE = Spread(1.0, 0.9, 1.1)
KERNEL = KernelRow(
    lanes=8,
    flops=100,
    peak=ONE,
    reached=ONE,
    share=Spread(0.45, 0.4, 0.5),
    step=Spread(1000.0, 900.0, 1100.0),
    memory=2048,
    doubled=Spread(1.98, 1.9, 2.0),
    parts=tuple(PartRow(kind, 10, 2.0) for kind in ("products", "sums", "quotients", "choices")),
)
FOUND = Benchmark(
    machine={"processor": "abacus"},
    versions={"python": "3"},
    command="tumbuh bench engine",
    date="2026-01-01",
    seconds=1.0,
    quick=True,
    threads=2,
    speeds=(
        ModelSpeed(
            model="packaged",
            states=1,
            nodes=2,
            varied=3,
            outputs=10,
            steps=864,
            rounds=5,
            engines=(EngineRow("llvm", ONE, ONE, 864.0, 1.0, 0.1, 10**8, 4096, 1e-15, 2048),),
            ratios=(RatioRow("llvm", "PySD", "cpu", Spread(4e5, 3e5, 6e5), 5e5),),
            kernel=KERNEL,
            missing=("C -O3: no C compiler here; install gcc",),
        ),
    ),
    growth=(
        GrowthRow("packaged", "runs", 1, 10**6, 864, 1858, 80.0, 160.0, 2 * 10**8, 1.0),
        GrowthRow("synthetic", "variables", 8, 8192, 480, 1047, 1.0, 2.0, 10**8, 0.8),
    ),
)


def tables_of(text: str) -> list[list[str]]:
    return [block.splitlines() for block in text.split("\n\n") if block.startswith("|")]


def test_the_page_has_every_table_with_whole_rows():
    text = page(FOUND)
    found = [lines for part in tables_of(text) if (lines := [x for x in part if x.startswith("|")])]
    assert len(found) == 7
    for lines in found:
        assert len({line.count("|") for line in lines}) == 1
    assert "| llvm to PySD, cpu | 400,000 (300,000 to 600,000) | 500,000 | **no** |" in text
    assert "no C compiler here" in text
    assert "took 80 s, **not under** a\nminute, and 200 MB, under a gigabyte" in text
    assert "`--quick`" in text and "`--quick`" not in page(replace(FOUND, quick=False))


def test_the_account_names_what_was_measured():
    words = account(KERNEL).split()
    assert " ".join(words).endswith("at most about 2 % of the first one. The bound is arithmetic.")
    assert "less than half" in " ".join(words)
    waits = replace(KERNEL, doubled=Spread(1.5, 1.4, 1.6))
    assert "fetching" in account(waits)


def test_an_engine_that_is_not_here_is_named(monkeypatch, tmp_path):
    monkeypatch.setattr(bench_engines, "compiler", lambda: None)
    work = micro("rate = 0.5 ~ unit ~ |\n", ("rate",), rate=0.5)
    monkeypatch.setattr(bench_engines, "NAMES", (bench_engines.C, bench_engines.NUMPY))
    engines, reasons = bench_engines.engines_of(work, tmp_path)
    assert [engine.name for engine in engines] == ["numpy"]
    assert reasons == ["C -O3: no C compiler here; install gcc"]
    assert make_engine("numpy", work, tmp_path).timed(work.some(512)).units == 512


@needs_llvm
def test_the_command_on_a_tiny_workload(monkeypatch, tmp_path):
    tiny = bench.Effort(1, 2048, ("synthetic",), Sizes({"synthetic": (16,)}, (), 16), memory=False)
    monkeypatch.setattr(bench, "SHORT", tiny)
    out = tmp_path / "page.md"
    done = CliRunner().invoke(cli_bench.app, ["engine", "--quick", "--json", "--output", str(out)])
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    (speed,) = found["speeds"]
    names = [row["name"] for row in speed["engines"]]
    assert {"PySD", "numpy", "llvm"} <= set(names)
    assert max(row["difference"] for row in speed["engines"]) < 1e-9
    assert [row["draws"] for row in found["growth"]] == [16]
    assert out.read_text().startswith("# Benchmarks of the engines")


def test_growth_asks_each_size_of_the_model_for_its_compile_time(tmp_path):
    caches = []

    def run(spec, cache):
        caches.append((spec.draws, cache.name))
        return bench_child_cost(spec)

    rows = list(growth(Sizes({"packaged": (10,)}, (1,), 20), tmp_path, lambda text: None, run))
    assert [row.what for row in rows] == ["runs", "steps", "variables"]
    assert caches[-1] == (20, "cache_variables_1")
    assert caches[0] == (8, "cache")


def bench_child_cost(spec):
    from tumbuh.experiments.bench_child import Cost

    return Cost(1.0, 2.0, 1.0, 10**8, spec.draws, 0.0)
