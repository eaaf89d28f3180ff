"""A batch of the shape of the real one, quick enough to be killed many times."""

import sys
import time
from dataclasses import dataclass, field

import numpy as np

SCENARIOS = ("baseline", "équal_hr", "food")
WORLDS = ("standard", "stocks")


@dataclass(frozen=True)
class FakeColumn:
    name: str
    kind: str
    unit: str
    role: str
    categories: tuple = ()


COLUMNS = (
    FakeColumn("run", "int", "", "index"),
    FakeColumn("draw", "int", "", "index"),
    FakeColumn("world", "text", "", "index", WORLDS),
    FakeColumn("scenario", "text", "", "index", SCENARIOS),
    FakeColumn("onset rate[under two]", "float", "1/month", "input"),
    FakeColumn("gain", "float", "points", "outcome"),
    FakeColumn("failed", "int", "", "outcome"),
)


@dataclass(frozen=True)
class FakeJob:
    draws: int = 103
    chunk_draws: int = 10
    version: str = "1"
    pause: float = 0.0
    columns: tuple = field(default=COLUMNS, repr=False)

    @property
    def text(self):
        return f"{self.draws} {self.chunk_draws} {self.version} {self.pause}"

    @property
    def identity(self):
        return {"design": f"{self.draws}", "model": self.version}

    @property
    def runs(self):
        return 6 * self.draws

    @property
    def chunk_runs(self):
        return 6 * self.chunk_draws

    @property
    def chunks(self):
        return -(-self.draws // self.chunk_draws)

    def compute(self, chunk, threads=0):
        time.sleep(self.pause)
        first = chunk * self.chunk_draws
        draw = np.repeat(np.arange(first, min(first + self.chunk_draws, self.draws)), 6)
        run = np.arange(6 * first, 6 * first + len(draw))
        world, scenario = (run // 3 % 2).astype(np.int32), (run % 3).astype(np.int32)
        x = np.random.Generator(np.random.Philox(key=7, counter=[chunk, 0, 0, 0])).random(
            len(draw) // 6
        )
        x = np.repeat(x, 6)
        gain = np.where(scenario == 0, 0.0, np.sin(run) + 0.3 * scenario - x)
        failed = (draw % 17 == 3) & (world == 1)
        gain[failed] = np.nan
        return {
            "run": run,
            "draw": draw,
            "world": world,
            "scenario": scenario,
            "onset rate[under two]": x,
            "gain": gain,
            "failed": failed.astype(np.int64),
        }


def build(text):
    draws, chunk_draws, version, pause = text.split()
    return FakeJob(int(draws), int(chunk_draws), version, float(pause))


def all_rows(job):
    """All columns of all runs, in order; text as text."""
    parts = [job.compute(chunk) for chunk in range(job.chunks)]
    whole = {column.name: np.concatenate([p[column.name] for p in parts]) for column in job.columns}
    for column in job.columns:
        if column.kind == "text":
            whole[column.name] = np.array(column.categories)[whole[column.name]]
    return whole


if __name__ == "__main__":
    from pathlib import Path

    from tumbuh.experiments.batches.runner import run
    from tumbuh.experiments.batches.shard import read_shard
    from tumbuh.model.errors import TumbuhError

    folder, text, shard = sys.argv[1:4]
    try:
        run(build(text), Path(folder), read_shard(shard), workers=2)
    except TumbuhError as error:
        print(error, file=sys.stderr)
        sys.exit(error.exit_code)
