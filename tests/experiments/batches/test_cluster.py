"""Chunks on a dask cluster: a worker dies, another one is foreign, nobody answers."""

import os
import signal
import socket
import sys
import threading
import time
from dataclasses import replace

import pytest
from fake_job import FakeJob, build
from test_store import digests

from tumbuh.experiments.batches import cluster as module
from tumbuh.experiments.batches.cluster import OtherWorker, Unreachable, on_cluster
from tumbuh.experiments.batches.runner import run
from tumbuh.experiments.batches.store import missing, open_store
from tumbuh.experiments.batches.verify import verify

JOB = FakeJob(draws=200, chunk_draws=5, pause=0.05)


def other(text):
    """Make the job of a worker on which another version is installed."""
    return replace(build(text), version="other")


def dies(text):
    """Make a job that takes its process with it."""

    class Deadly(FakeJob):
        def compute(self, chunk, threads=0):
            os._exit(1)

    job = build(text)
    return Deadly(job.draws, job.chunk_draws, job.version, job.pause)


@pytest.fixture(scope="module")
def cluster():
    from distributed import LocalCluster

    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0"
    ) as local:
        yield local


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    folder = tmp_path_factory.mktemp("whole") / "s"
    run(replace(JOB, pause=0.0), folder, workers=1)
    return folder


def test_a_worker_that_is_killed_changes_no_byte(cluster, whole, tmp_path):
    folder, killed = tmp_path / "s", []

    def kill(state):
        if state.done > JOB.runs // 4 and not killed:
            worker = next(iter(cluster.workers.values()))
            killed.append(worker.pid)
            os.kill(worker.pid, signal.SIGKILL)

    run(JOB, folder, watch=kill, compute=on_cluster(cluster.scheduler_address, build))
    assert killed and digests(folder) == digests(whole)
    assert not missing(open_store(folder)) and verify(folder).sound


def test_workers_of_another_version_are_refused_by_name(cluster, tmp_path):
    with pytest.raises(OtherWorker, match=r"worker tcp.*model: expected 1, found other"):
        run(JOB, tmp_path / "s", compute=on_cluster(cluster.scheduler_address, other))
    assert not list((tmp_path / "s/chunks").iterdir())


def test_a_worker_that_came_later_is_held_to_the_same(monkeypatch):
    monkeypatch.setattr(module, "_job", lambda make, text: make(text))
    job = build(JOB.text)
    expected = module._about_worker(build, JOB.text)
    assert module._file(build, job.text, 3, expected)
    with pytest.raises(OtherWorker, match="other .*model"):
        module._file(other, job.text, 3, expected)


def test_nobody_at_the_address(tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
    for place in (address, "nonsense://here"):
        with pytest.raises(Unreachable, match="scheduler") as caught:
            run(JOB, tmp_path / "s", compute=on_cluster(place, build, patience=1.0))
        assert caught.value.exit_code == 3


def test_a_scheduler_without_workers(tmp_path):
    from distributed import LocalCluster

    with LocalCluster(n_workers=0, dashboard_address=":0") as empty:
        compute = on_cluster(empty.scheduler_address, build, patience=1.0)
        with pytest.raises(Unreachable, match="a worker, found none"):
            run(JOB, tmp_path / "s", compute=compute)


@pytest.mark.parametrize(("late", "found"), [(1, "a worker, found none"), (2, "no answer")])
def test_a_client_whose_thread_is_late_is_tried_once_more(tmp_path, monkeypatch, late, found):
    import distributed

    usual, calls = distributed.Client, []

    def client(*args, **options):
        calls.append(args)
        assert len(calls) > late
        return usual(*args, **options)

    monkeypatch.setattr(distributed, "Client", client)
    with distributed.LocalCluster(n_workers=0, dashboard_address=":0") as empty:
        compute = on_cluster(empty.scheduler_address, build, patience=1.0)
        with pytest.raises(Unreachable, match=found):
            run(JOB, tmp_path / "s", compute=compute)
    assert len(calls) == 2


@pytest.mark.slow
def test_workers_that_vanish_for_good_end_the_run_and_not_the_store(whole, tmp_path):
    from distributed import LocalCluster

    folder = tmp_path / "s"
    with LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=":0") as one:

        def stop(state):
            if state.done > 0 and one.workers:
                threading.Thread(target=one.scale, args=(0,)).start()
                end = time.monotonic() + 30.0
                while one.scheduler.workers and time.monotonic() < end:
                    time.sleep(0.05)

        compute = on_cluster(one.scheduler_address, build, silence=1.0)
        with pytest.raises(Unreachable, match="goes on"):
            run(JOB, folder, watch=stop, compute=compute)
    assert verify(folder).sound and 0 < len(digests(folder)) < JOB.chunks
    run(JOB, folder)
    assert digests(folder) == digests(whole)


@pytest.mark.slow
def test_a_chunk_that_kills_every_worker_is_given_up(tmp_path):
    from distributed import LocalCluster

    with LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=":0") as one:
        compute = on_cluster(one.scheduler_address, dies)
        with pytest.raises(Unreachable, match="again and again"):
            run(FakeJob(draws=5), tmp_path / "s", compute=compute)


def test_without_the_extra_it_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(Unreachable, match=r"pip install 'tumbuh\[cluster\]'"):
        run(JOB, tmp_path / "s", compute=on_cluster("tcp://127.0.0.1:1", build))


def test_the_packaged_model_is_built_on_a_worker(cluster, tmp_path):
    from tumbuh.experiments.batches.job import load_job

    text = (
        "id: small\ntitle: {id: a, en: a}\ndistrict: paser\nscenarios: [hr]\n"
        "uncertainties: {names: [food effect]}\nsampler: sobol\ndraws: 16\nyear: 2028\n"
    )
    (tmp_path / "small.yaml").write_text(text, encoding="utf-8")
    job = load_job(tmp_path / "small.yaml")
    run(job, tmp_path / "here")
    run(job, tmp_path / "there", compute=on_cluster(cluster.scheduler_address))
    assert digests(tmp_path / "here") == digests(tmp_path / "there")
