"""A fit that is cut off goes on from its checkpoint and ends with the same numbers."""

import numpy as np
import pytest
from sampling import panel, surfaces

from tumbuh.calibration import checkpoint
from tumbuh.calibration import fit as sampler
from tumbuh.calibration.checkpoint import Checkpoint
from tumbuh.calibration.fit import fit
from tumbuh.calibration.hierarchy import load_priors
from tumbuh.model.errors import DataError


class Cut(Exception):
    pass


def run(tick=lambda done, total: None, keep=None):
    return fit(panel(), load_priors(), surfaces(24), 7, progress=tick, checkpoint=keep)


@pytest.mark.parametrize("sweeps", [5, 130, 333, 700])
def test_a_fit_that_was_cut_off_ends_as_if_it_had_not_been(tmp_path, sweeps):
    def cut(done, total):
        if done == sweeps:
            raise Cut

    keep = Checkpoint(tmp_path, "one")
    with pytest.raises(Cut):
        run(cut, keep)
    whole, again = run(), run(keep=keep)
    assert again.points.tobytes() == whole.points.tobytes()
    for name, values in whole.trace.items():
        assert np.array_equal(again.trace[name], values), name


def test_what_was_done_is_not_done_again(tmp_path):
    keep, seen = Checkpoint(tmp_path, "one"), []
    run(keep=keep)
    run(lambda done, total: seen.append((done, total)), keep)
    assert all(done == total or done % (total // 4) == 0 for done, total in seen)
    assert len(seen) == sampler.RUNS


def test_another_fit_and_a_damaged_file_are_refused(tmp_path):
    run(keep=Checkpoint(tmp_path, "one"))
    with pytest.raises(DataError, match="another one"):
        run(keep=Checkpoint(tmp_path, "two"))
    path = tmp_path / "run-0.npz"
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(DataError, match="damaged"):
        run(keep=Checkpoint(tmp_path, "one"))


def test_the_state_is_written_every_few_sweeps():
    assert (sampler.BURN + sampler.KEPT * sampler.THIN) % checkpoint.EVERY == 0
