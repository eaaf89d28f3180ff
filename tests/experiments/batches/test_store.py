"""What a store keeps when it is stopped, mixed up, damaged, or shared."""

import errno
import hashlib
import json
import os
import random
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from fake_job import FakeJob, all_rows, build

from tumbuh.experiments.batches import journal, lock, store
from tumbuh.experiments.batches.chunkfile import encode
from tumbuh.experiments.batches.lock import Busy, locked
from tumbuh.experiments.batches.manifest import OtherBatch, read_manifest
from tumbuh.experiments.batches.read import columns_of, frame
from tumbuh.experiments.batches.runner import run
from tumbuh.experiments.batches.shard import Shard, read_shard
from tumbuh.experiments.batches.store import chunk_path, missing, open_store
from tumbuh.experiments.batches.verify import repair, verify
from tumbuh.experiments.output import UnusablePlace
from tumbuh.model.errors import DataError, InputError, OutputError, Problem

SLOW = FakeJob(pause=0.02)


def digests(folder):
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in (folder / "chunks").iterdir()
    }


def snapshot(folder):
    return {
        path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    folder = tmp_path_factory.mktemp("whole") / "store"
    run(FakeJob(), folder, workers=1)
    return folder


def start(folder, job=SLOW, shard="1/1"):
    script = Path(__file__).with_name("fake_job.py")
    command = [sys.executable, str(script), str(folder), job.text, shard]
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True)


def until(condition, process=None, seconds=60.0):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never came"
        assert process is None or process.poll() is None, process.stderr.read()
        time.sleep(0.002)


def test_every_number_comes_back_bit_for_bit(whole):
    table = columns_of(open_store(whole))
    for name, values in all_rows(FakeJob()).items():
        found = table.column(name).to_numpy()
        if values.dtype.kind == "f":
            assert np.array_equal(found.view(np.int64), values.view(np.int64)), name
        else:
            assert list(found) == list(values), name


@pytest.mark.parametrize("workers", [2, 5, 40])
def test_the_files_do_not_depend_on_the_number_of_workers(whole, tmp_path, workers):
    run(FakeJob(), tmp_path / "s", workers=workers)
    assert digests(tmp_path / "s") == digests(whole)


def test_progress_counts_runs_and_ends_with_all(tmp_path):
    states = []
    run(FakeJob(), tmp_path / "s", watch=states.append)
    assert [s.done for s in states] == sorted(s.done for s in states)
    assert (states[0].done, states[-1].done, states[-1].left) == (0, FakeJob().runs, 0.0)
    assert all(s.rate > 0.0 for s in states[1:])


def kill_and_resume(folder, whole, seed):
    """Kill at random moments until it is done, and see that nothing is lost or doubled."""
    chance = random.Random(seed)
    killed = 0
    while killed < 3:
        process = start(folder)
        target = len(list((folder / "chunks").glob("*.parquet"))) + chance.randrange(0, 4)
        until(
            lambda process=process, target=target: (
                process.poll() is not None
                or len(list((folder / "chunks").glob("*.parquet"))) >= target
            )
        )
        time.sleep(chance.uniform(0.0, 0.03))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        killed += 1
        for path in (folder / "chunks").glob("chunk-*.parquet"):  # whole at every moment
            assert path.read_bytes() == (whole / "chunks" / path.name).read_bytes()
    before = {path: path.read_bytes() for path in (folder / "chunks").glob("chunk-*.parquet")}
    process = start(folder)
    assert process.wait(60) == 0, process.stderr.read()
    assert digests(folder) == digests(whole)  # and no temporary file is left
    assert all(path.read_bytes() == data for path, data in before.items())
    assert list(frame(folder, ["run"]).run) == list(range(FakeJob().runs))
    assert verify(folder).sound and not verify(folder).missing


@pytest.mark.parametrize("seed", [1, 2])
def test_killed_at_any_moment_it_goes_on_and_gives_the_same_bytes(tmp_path, whole, seed):
    kill_and_resume(tmp_path / "s", whole, seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 120))
def test_killed_at_many_moments(tmp_path, whole, seed):
    kill_and_resume(tmp_path / "s", whole, seed)


@pytest.mark.parametrize("name", ["append", "sync_folder"])
def test_dead_between_the_steps_of_storing_a_chunk(tmp_path, whole, monkeypatch, name):
    """The moments around the journal and the renaming, which a random kill seldom meets."""
    folder, real, calls = tmp_path / "s", getattr(store, name), []

    def dies(*arguments):
        calls.append(1)
        if len(calls) == 5:
            raise KeyboardInterrupt
        return real(*arguments)

    monkeypatch.setattr(store, name, dies)
    with pytest.raises(KeyboardInterrupt):
        run(FakeJob(), folder, workers=1)
    assert verify(folder).sound
    monkeypatch.undo()
    run(FakeJob(), folder, workers=1)
    assert digests(folder) == digests(whole)


def test_what_a_killed_process_left_is_swept_and_is_no_chunk(tmp_path, whole):
    folder = tmp_path / "s"
    run(FakeJob(), folder)
    chunk_path(folder, 4).unlink()
    for name in (
        ".chunk-000004.parquet.shard-1-of-1.tmp",
        ".chunk-000004.parquet.shard-1-of-2.tmp",
    ):
        (folder / "chunks" / name).write_bytes(b"half")
    (folder / ".manifest.json.0123.tmp").write_bytes(b"half")
    assert missing(open_store(folder)) == [4]
    run(FakeJob(), folder)
    assert digests(folder) == digests(whole)
    assert not list(folder.rglob("*.tmp"))


def test_interrupted_it_stays_valid(tmp_path, whole):
    folder = tmp_path / "s"
    for number in (signal.SIGINT, signal.SIGTERM):
        process = start(folder)
        until(lambda: list((folder / "chunks").glob("*.parquet")), process)
        process.send_signal(number)
        process.communicate(timeout=30)
        assert process.returncode != 0
        assert verify(folder).sound
    run(FakeJob(pause=SLOW.pause), folder)
    assert digests(folder) == digests(whole)


def test_two_processes_are_kept_apart_and_the_holder_is_named(tmp_path):
    folder = tmp_path / "s"
    process = start(folder, FakeJob(pause=0.5))
    until((folder / "manifest.json").exists, process)
    with pytest.raises(Busy, match=f"process {process.pid} on "):
        run(FakeJob(pause=0.5), folder)
    process.kill()
    process.communicate()
    with locked(folder):  # the kernel freed it
        pass


def test_a_shard_shuts_out_only_itself_and_the_whole(tmp_path):
    (tmp_path / "locks").mkdir()
    with locked(tmp_path, Shard(1, 3)):
        with locked(tmp_path, Shard(2, 3)):
            pass
        with pytest.raises(Busy, match=r"shard-1-of-3"), locked(tmp_path, Shard(1, 3)):
            pass
        with pytest.raises(Busy, match=r"shard-1-of-3"), locked(tmp_path):
            pass
    with locked(tmp_path), pytest.raises(Busy), locked(tmp_path, Shard(1, 3)):
        pass


def test_shards_side_by_side_make_the_same_store(tmp_path, whole):
    folder = tmp_path / "s"
    processes = [start(folder, shard=f"{number}/3") for number in (1, 2, 3)]
    for process in processes:
        assert process.wait(60) == 0, process.stderr.read()
    assert digests(folder) == digests(whole)
    assert verify(folder).sound and not missing(open_store(folder))


def test_shards_of_two_machines_merge_by_copying(tmp_path, whole):
    import shutil

    one, two = tmp_path / "one", tmp_path / "two"
    run(FakeJob(), one, Shard(1, 2))
    run(FakeJob(), two, Shard(2, 2))
    assert missing(open_store(one)) == [1, 3, 5, 7, 9]
    for name in ("chunks", "journals"):
        shutil.copytree(two / name, one / name, dirs_exist_ok=True)
    assert not missing(open_store(one)) and verify(one).sound
    assert digests(one) == digests(whole)


@pytest.mark.parametrize("text", ["0/2", "3/2", "1", "1/0", "a/b", "1/2/3", "1/999999", "²/3"])
def test_a_shard_that_is_none_is_refused(text):
    with pytest.raises(InputError, match="--shard"):
        read_shard(text)


def test_a_full_disk_stops_with_words_and_loses_nothing(tmp_path, whole, monkeypatch):
    folder, real, written = tmp_path / "s", Path.open, []

    class Full:
        def __init__(self, stream):
            self.stream = stream

        def __enter__(self):
            return self

        def __exit__(self, *error):
            self.stream.close()

        def write(self, data):
            self.stream.write(data[: len(data) // 2])
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def opened(path, mode="r", *arguments, **named):
        stream = real(path, mode, *arguments, **named)
        if mode == "wb" and path.name.startswith(".chunk-"):
            written.append(path)
            return Full(stream) if len(written) > 4 else stream
        return stream

    monkeypatch.setattr(Path, "open", opened)
    with pytest.raises(OutputError, match="no space left") as caught:
        run(FakeJob(), folder)
    assert caught.value.exit_code == 3
    monkeypatch.undo()
    assert verify(folder).sound and len(digests(folder)) == 4
    run(FakeJob(), folder)
    assert digests(folder) == digests(whole)


def test_a_disk_that_is_really_full(tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", str(disk)]
    if os.geteuid() or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("only who may mount can make a small disk")
    try:
        job = FakeJob(draws=6000, chunk_draws=300)
        process = start(disk / "s", job)
        _, said = process.communicate(timeout=60)
        assert process.returncode == 3 and "no space left" in said and "Traceback" not in said
        kept = digests(disk / "s")
        assert kept and verify(disk / "s").sound and not list(disk.rglob("*.tmp"))
        subprocess.run(["mount", "-o", "remount,size=8m", str(disk)], check=True)
        run(job, disk / "s")
        run(job, tmp_path / "other")
        assert digests(disk / "s") == digests(tmp_path / "other")
        assert kept.items() <= digests(disk / "s").items()
    finally:
        subprocess.run(["umount", str(disk)], check=False)


@pytest.mark.parametrize("name", ["design.yaml", "manifest.json"])
@pytest.mark.parametrize("there", [False, True])
def test_a_store_that_could_not_be_begun_leaves_nothing(tmp_path, monkeypatch, name, there):
    folder = tmp_path / "s"
    if there:
        folder.mkdir()
    real = store.write_atomic

    def full(path, data):
        if path.name == name:
            raise OutputError([Problem(str(path), "a place", "no space left on device", "Free it")])
        real(path, data)

    monkeypatch.setattr(store, "write_atomic", full)
    with pytest.raises(OutputError, match="no space left"):
        run(FakeJob(), folder)
    assert folder.exists() == there and not list(tmp_path.rglob("*"))[there:]


def test_a_lock_that_cannot_be_signed_leaves_nothing(tmp_path, monkeypatch):
    def full(*arguments):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(lock.os, "write", full)
    with pytest.raises(OutputError, match="no space left"):
        run(FakeJob(), tmp_path / "s")
    assert not list(tmp_path.iterdir())


def test_chunks_without_a_manifest_and_a_store_that_is_held_are_not_removed(tmp_path, monkeypatch):
    folder = tmp_path / "s"
    run(FakeJob(), folder)
    (folder / "manifest.json").unlink()
    kept = digests(folder)
    with locked(folder), pytest.raises(Busy):
        run(FakeJob(), folder)
    with monkeypatch.context() as patch, pytest.raises(ZeroDivisionError):
        patch.setattr(store, "write_atomic", lambda path, data: 1 / 0)
        run(FakeJob(), folder)
    assert digests(folder) == kept


@pytest.mark.parametrize("where", [0, 100, -20, -1])
def test_a_flipped_byte_is_found_and_mended(tmp_path, whole, where):
    folder = tmp_path / "s"
    run(FakeJob(), folder)
    path = chunk_path(folder, 7)
    data = bytearray(path.read_bytes())
    data[where] ^= 1
    path.write_bytes(data)
    assert verify(folder).damaged == (7,)
    mended = repair(FakeJob(), folder, 1)
    assert mended.sound and mended.repaired == (7,)
    assert digests(folder) == digests(whole)


def test_a_chunk_of_another_place_or_batch_is_damage(tmp_path):
    folder = tmp_path / "s"
    run(FakeJob(), folder)
    other = FakeJob(version="2")
    swapped = chunk_path(folder, 3).read_bytes()
    for chunk, data in ((2, swapped), (5, encode(other, 5, other.compute(5)))):
        # Even with a line in the journal, as a careless merge would bring along.
        store.put(open_store(folder), Shard(1, 1), chunk, data)
    assert verify(folder).damaged == (2, 5)
    assert repair(FakeJob(), folder, 1).sound


def test_a_chunk_that_nobody_recorded_is_computed_again(tmp_path, whole):
    folder = tmp_path / "s"
    run(FakeJob(), folder)
    path = folder / "journals" / "shard-1-of-1.jsonl"
    lines = [line for line in path.read_text().splitlines(True) if '"chunk": 6,' not in line]
    path.write_text("".join(lines))
    chunk_path(folder, 6).write_bytes(b"something else")
    assert verify(folder).unknown == (6,) and missing(open_store(folder)) == [6]
    run(FakeJob(), folder)
    assert digests(folder) == digests(whole)


def test_a_torn_last_line_of_the_journal_is_passed_over(tmp_path, whole):
    folder = tmp_path / "s"
    run(FakeJob(), folder)
    path = folder / "journals" / "shard-1-of-1.jsonl"
    for chunk in (10, 9):
        chunk_path(folder, chunk).unlink()
    kept = [line for line in path.read_text().splitlines(True) if '"chunk": 10,' not in line]
    path.write_text("".join(kept) + '{"bytes": 37, "chunk": 10, "sha2')
    run(FakeJob(), folder)
    assert digests(folder) == digests(whole) and verify(folder).sound
    assert [line for line in journal.lines(folder) if line.get("event") == "end"]


def test_runs_of_another_model_are_refused_with_the_difference(tmp_path):
    folder = tmp_path / "s"
    run(FakeJob(), folder, Shard(1, 2))
    before = snapshot(folder)
    other = FakeJob(draws=104, version="2")
    with pytest.raises(OtherBatch) as caught:
        run(other, folder)
    told = str(caught.value)
    assert re.search(r"model: expected 1, found 2", told)
    assert re.search(r"design: expected 103, found 104", told)
    assert re.search(r"runs: expected 618, found 624", told)
    with pytest.raises(OtherBatch):
        repair(other, folder, 1)
    assert snapshot(folder) == before


def test_other_columns_are_another_batch(tmp_path):
    run(FakeJob(), tmp_path / "s")
    columns = FakeJob().columns[:-2] + FakeJob().columns[-1:]
    with pytest.raises(OtherBatch, match="column gain"):
        run(FakeJob(columns=columns), tmp_path / "s")


def test_a_folder_with_something_else_is_left_alone(tmp_path):
    (tmp_path / "thesis.doc").write_text("x")
    with pytest.raises(UnusablePlace, match=r"thesis\.doc"):
        run(FakeJob(), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.doc"]
    with pytest.raises(UnusablePlace, match="a file"):
        run(FakeJob(), tmp_path / "thesis.doc")


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"format": 1}', "\x00"])
def test_a_manifest_that_is_none_is_told_in_words(tmp_path, text):
    (tmp_path / "manifest.json").write_text(text)
    with pytest.raises(DataError, match=r"manifest\.json"):
        read_manifest(tmp_path)


def test_a_later_format_is_refused(tmp_path):
    run(FakeJob(), tmp_path / "s")
    path = tmp_path / "s" / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"format": 99}))
    with pytest.raises(DataError, match="format"):
        open_store(tmp_path / "s")


def test_the_store_tells_how_it_was_made(whole):
    about = json.loads((whole / "manifest.json").read_text())
    assert about["identity"] == FakeJob().identity
    assert {"tumbuh", "host", "date", "python", "libraries", "writer"} <= about["made"].keys()
    assert build((whole / "design.yaml").read_text()) == FakeJob()
    events = [line["event"] for line in journal.lines(whole) if "event" in line]
    assert events == ["begin", "end"]


@pytest.mark.parametrize("change", ["column", "length", "category"])
def test_a_job_that_breaks_its_promise_is_a_defect(change):
    job = FakeJob()
    arrays = job.compute(0)
    if change == "column":
        del arrays["gain"]
    elif change == "length":
        arrays["gain"] = arrays["gain"][1:]
    else:
        arrays["world"] = arrays["world"] + 1
    with pytest.raises(ValueError, match=r"gain|category"):
        encode(job, 0, arrays)
