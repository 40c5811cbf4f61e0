import asyncio
import dataclasses
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PIL import Image

from media.children import MIB, ChildFailed, run_limited
from media.photos import PHOTO_LIMITS, prepare_photo
from media.probe import BrokenFile, FileTooHeavy
from media.recordings import PREPARE_LIMITS, prepare_recording
from tests.media.making import make_long_wav

needs_proc = pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="looks for children in /proc")


async def test_a_child_that_takes_too_long_is_ended(tmp_path: Path, folder: Path) -> None:
    source = make_long_wav(tmp_path / "upload", seconds=7000)
    limits = dataclasses.replace(PREPARE_LIMITS, wall_seconds=0.5)

    with pytest.raises(FileTooHeavy):
        await prepare_recording([source], folder, limits=limits)

    assert _children_of(os.getpid()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
async def test_a_child_that_uses_too_much_of_the_processor_is_ended(tmp_path: Path, folder: Path) -> None:
    source = make_long_wav(tmp_path / "upload", seconds=7000)
    limits = dataclasses.replace(PREPARE_LIMITS, cpu_seconds=1)

    with pytest.raises(FileTooHeavy):
        await prepare_recording([source], folder, limits=limits)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits the address space")
async def test_a_child_that_wants_too_much_memory_is_refused(tmp_path: Path, folder: Path) -> None:
    source = tmp_path / "upload"
    Image.new("RGBA", (6000, 6000)).save(source, "PNG", compress_level=1)
    limits = dataclasses.replace(PHOTO_LIMITS, memory_bytes=400 * MIB)

    with pytest.raises(FileTooHeavy):
        await prepare_photo(source, folder, limits=limits)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
async def test_a_child_that_writes_too_large_a_file_is_refused(tmp_path: Path, folder: Path) -> None:
    source = make_long_wav(tmp_path / "upload", seconds=60)
    limits = dataclasses.replace(PREPARE_LIMITS, file_bytes=50_000)

    with pytest.raises(FileTooHeavy):
        await prepare_recording([source], folder, limits=limits)


@needs_proc
@pytest.mark.parametrize("name", ["SIGKILL", "SIGTERM", "SIGINT", "SIGHUP"])
async def test_no_file_is_to_blame_for_a_child_that_was_ended_from_outside(
    name: str, tmp_path: Path, folder: Path
) -> None:
    source = make_long_wav(tmp_path / "upload", seconds=7000)

    def end(progress: float) -> None:
        for child in _children_of(os.getpid()):
            os.kill(child, getattr(signal, name))

    with pytest.raises(ChildFailed):
        await prepare_recording([source], folder, on_progress=end)


@needs_proc
async def test_cancelling_leaves_no_process_behind(tmp_path: Path, folder: Path) -> None:
    source = make_long_wav(tmp_path / "upload", seconds=7000)
    is_running = asyncio.Event()

    async with asyncio.TaskGroup() as group:
        task = group.create_task(prepare_recording([source], folder, on_progress=lambda progress: is_running.set()))
        await is_running.wait()
        children = _children_of(os.getpid())
        task.cancel()

    assert len(children) == 1
    assert _children_of(os.getpid()) == []


@needs_proc
def test_a_child_dies_with_its_parent(tmp_path: Path, folder: Path) -> None:
    source = make_long_wav(tmp_path / "upload", seconds=7000)
    program = (
        "import asyncio, pathlib, sys\n"
        "from media.recordings import prepare_recording\n"
        "source, folder = map(pathlib.Path, sys.argv[1:])\n"
        "asyncio.run(prepare_recording([source], folder, on_progress=lambda part: print(part, flush=True)))\n"
    )
    with subprocess.Popen([sys.executable, "-c", program, source, folder], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        parent.stdout.readline()
        (child,) = _children_of(parent.pid)

        parent.kill()

    _wait_for_end(child)


async def test_progress_goes_up_to_one(tmp_path: Path, folder: Path) -> None:
    source = make_long_wav(tmp_path / "upload", seconds=60)
    heard: list[float] = []

    await prepare_recording([source], folder, on_progress=heard.append)

    assert heard == sorted(heard)
    assert heard[-1] == 1
    assert len(heard) > 10


async def test_a_child_that_cannot_start_is_no_refusal(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = make_long_wav(tmp_path / "upload", seconds=1)
    monkeypatch.setattr(sys, "executable", "/bin/false")

    with pytest.raises(ChildFailed):
        await prepare_recording([source], folder)


@pytest.mark.skipif(sys.platform == "win32", reason="writes a script for the shell")
@pytest.mark.parametrize(
    "says",
    [
        "yes nonsense",
        "yes | tr -d '\\n'",
        """echo '{"result": {"content_type": "text/html"}}'""",
        """echo '{"result": {"content_type": "audio/webm", "duration_seconds": 1.0}}'""",
        """echo '{"progress": 7}'""",
        """echo '{"refused": {"code": "too_long", "arguments": {"self": 1}}}'""",
        """echo '{"ready": true}'; kill -SEGV $$""",
    ],
)
async def test_what_a_taken_over_child_says_is_not_believed(
    says: str, tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = make_long_wav(tmp_path / "upload", seconds=1)
    child = tmp_path / "child"
    child.write_text(f"#!/bin/sh\n{says}\n")
    child.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(child))
    monkeypatch.setattr(shutil, "which", lambda name: None)  # The script is not among what bubblewrap lends.

    with pytest.raises(BrokenFile):
        await prepare_recording([source], folder)


async def test_an_error_of_ours_is_no_refusal(tmp_path: Path, folder: Path) -> None:
    source = make_long_wav(tmp_path / "upload", seconds=1)

    with pytest.raises(ChildFailed, match="KeyError"):
        await run_limited("no such task", sources=[source], folder=folder, limits=PREPARE_LIMITS)


def _children_of(process: int) -> list[int]:
    """Find the children that prepare files: another test of this process may keep an application running."""
    listed = [path.read_text().split() for path in Path(f"/proc/{process}/task").glob("*/children")]
    return [int(child) for children in listed for child in children if b"media.child" in _command_of(child)]


def _command_of(child: str) -> bytes:
    try:
        return Path(f"/proc/{child}/cmdline").read_bytes()
    except OSError:
        return b""


def _wait_for_end(process: int) -> None:
    end = time.monotonic() + 5
    while Path(f"/proc/{process}").exists():
        stat = Path(f"/proc/{process}/stat").read_text()
        if ") Z" in stat:
            return
        assert time.monotonic() < end
        time.sleep(0.02)
