"""The pool: warm, bounded, confined, replaceable, and never one CV's words in another's."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import worker_jobs
from cvtailor.adapters.pdf_text.extractors import PdfTextExtractors
from cvtailor.adapters.rendering import RendercvTypesetter, jobs
from cvtailor.domain.application import Theme
from cvtailor.domain.base_cv import Contact, EntryKind, SectionKind
from cvtailor.domain.errors import RenderRefused, RenderTimeout, Unavailable
from cvtailor.domain.tailored_cv import TailoredCv
from pdf_reading import text_of
from pebble import ProcessPool
from rendering_samples import contact_cv, entry, full_cv, highlights_cv, section, text_cv
from typesetting_pools import pool
from waiting import until


def is_running(process_id: int) -> bool:
    stat = Path(f"/proc/{process_id}/stat")
    try:
        return stat.read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


async def test_it_renders_and_measures(typesetter: RendercvTypesetter) -> None:
    rendered = await typesetter.render(full_cv(), Theme.CLASSIC)
    fit = await typesetter.measure(full_cv(), Theme.CLASSIC)
    assert len(rendered.page_pngs) == fit.pages == 2
    assert "Katharina Vogel" in text_of(rendered.pdf)
    await typesetter.check()


async def test_all_workers_make_the_same_bytes(typesetter: RendercvTypesetter) -> None:
    made = await asyncio.gather(*(typesetter.render(full_cv(), Theme.OPAL) for _ in range(8)))
    assert len({rendered.pdf for rendered in made}) == 1


async def test_200_renders_of_two_people_never_mix_their_words(typesetter: RendercvTypesetter) -> None:
    ada = highlights_cv("adaword [see][shared] [shared]", "[shared]: https://ada.example.com", name="Ada")
    bob = highlights_cv("bobword [see][shared] [shared]", "[other]: https://bob.example.com", name="Bob")
    cvs = [cv for _ in range(100) for cv in (ada, bob)]
    made = await asyncio.gather(*(typesetter.render(cv, Theme.CLASSIC) for cv in cvs))
    for cv, rendered in zip(cvs, made, strict=True):
        mine, others = ("ada", "bob") if cv is ada else ("bob", "ada")
        everything = "\n".join((text_of(rendered.pdf), rendered.typst, rendered.yaml)).lower()
        assert f"{mine}word" in everything
        assert others not in everything
        assert b"/URI" not in rendered.pdf


async def test_a_worker_has_no_network_no_files_and_no_children(typesetter: RendercvTypesetter) -> None:
    assert await typesetter._run(worker_jobs.attempts) == {
        "socket": "PermissionError",
        "name lookup": "PermissionError",
        "subprocess": "PermissionError",
        "file": "PermissionError",
    }


async def test_an_unknown_package_fails_at_once(typesetter: RendercvTypesetter) -> None:
    start = time.perf_counter()
    refusal = await typesetter._run(worker_jobs.import_unknown_package)
    assert time.perf_counter() - start < 1
    assert "failed to download package" in refusal
    assert "Dns" not in refusal  # Not even the name was looked up.


async def test_the_event_loop_is_never_held_up(cache_dir: Path) -> None:
    gaps: list[float] = []

    async def tick() -> None:
        while True:
            before = time.perf_counter()
            await asyncio.sleep(0.005)
            gaps.append(time.perf_counter() - before)

    ticking = asyncio.create_task(tick())
    async with pool(cache_dir) as typesetter:
        await asyncio.gather(*(typesetter.render(full_cv(), Theme.CLASSIC) for _ in range(5)))
    ticking.cancel()
    assert max(gaps) < 0.5


@pytest.mark.parametrize("job", [worker_jobs.sleep_forever, worker_jobs.compute_forever])
async def test_a_hung_job_is_killed_alone_and_its_worker_replaced(
    job: Callable[[], None], cache_dir: Path
) -> None:
    async with pool(cache_dir, workers=2, render_deadline_seconds=2) as typesetter:
        hung = asyncio.create_task(typesetter._run(job))
        beside = [await typesetter.render(text_cv("beside"), Theme.CLASSIC) for _ in range(5)]
        start = time.perf_counter()
        with pytest.raises(RenderTimeout, match="longer than 2 seconds"):
            await hung
        assert time.perf_counter() - start < 4
        assert all("beside" in text_of(rendered.pdf) for rendered in beside)
        pids = await asyncio.gather(*(typesetter._run(worker_jobs.process_id) for _ in range(8)))
        assert pids
        await until(lambda: len(typesetter._pool._pool_manager.worker_manager.workers) == 2)


async def test_a_start_that_nobody_waits_for_any_more_leaves_no_process(
    cache_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    entered, go_on, started = threading.Event(), threading.Event(), []
    begin = RendercvTypesetter._start_pool

    def begin_slowly(typesetter: RendercvTypesetter) -> ProcessPool:
        entered.set()
        go_on.wait(10)
        started.append(begin(typesetter))
        return started[0]

    monkeypatch.setattr(RendercvTypesetter, "_start_pool", begin_slowly)
    typesetter = RendercvTypesetter(1, 10, 8, 100, cache_dir)
    starting = asyncio.create_task(typesetter.start())
    await until(entered.is_set)
    starting.cancel()
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await starting
    assert not started[0].active
    assert typesetter.workers == 0


async def test_a_job_that_kills_its_process_is_refused_and_the_next_one_served(cache_dir: Path) -> None:
    async with pool(cache_dir) as typesetter:
        with pytest.raises(RenderRefused, match="exit code -9"):
            await typesetter._run(worker_jobs.die)
        assert (await typesetter.render(text_cv("after"), Theme.CLASSIC)).pdf


def remove_packages(cache_dir: Path) -> None:
    for folder in cache_dir.iterdir():
        shutil.rmtree(folder)


def remove_a_file_of_a_package(cache_dir: Path) -> None:
    next(cache_dir.rglob("fontawesome/*/lib.typ")).unlink()


@pytest.mark.parametrize("remove", [remove_packages, remove_a_file_of_a_package])
async def test_packages_that_are_removed_while_workers_live_are_laid_anew(
    remove: Callable[[Path], None], tmp_path: Path
) -> None:
    async with pool(tmp_path) as typesetter:
        remove(tmp_path)
        assert (await typesetter.render(contact_cv(phone="+49 30 901820"), Theme.CLASSIC)).pdf
        assert await typesetter.measure(full_cv(), Theme.CLASSIC)


async def test_a_job_whose_process_was_killed_is_done_by_another(cache_dir: Path) -> None:
    async with pool(cache_dir) as typesetter:
        first = await typesetter._run(worker_jobs.process_id)
        assert await typesetter._run(worker_jobs.die_in, first) == "done"


async def test_a_pool_whose_idle_worker_died_starts_anew(cache_dir: Path) -> None:
    async with pool(cache_dir) as typesetter:
        os.kill(await typesetter._run(worker_jobs.process_id), signal.SIGKILL)
        await until(lambda: not typesetter._pool.active)
        with pytest.raises(Unavailable):
            await typesetter.check()
        assert (await typesetter.render(text_cv("after"), Theme.CLASSIC)).pdf
        await typesetter.check()


async def test_a_full_queue_refuses_and_says_so(cache_dir: Path) -> None:
    async with pool(cache_dir, queue_max=2) as typesetter:
        accepted = [asyncio.create_task(typesetter.render(full_cv(), Theme.CLASSIC)) for _ in range(3)]
        await asyncio.sleep(0)
        with pytest.raises(Unavailable, match="queue is full"):
            await typesetter.render(full_cv(), Theme.CLASSIC)
        assert all(await asyncio.gather(*accepted))
        assert await typesetter.measure(full_cv(), Theme.CLASSIC)


async def test_a_caller_that_goes_away_costs_no_worker(cache_dir: Path) -> None:
    async with pool(cache_dir) as typesetter:
        before = await typesetter._run(worker_jobs.process_id)
        leaving = asyncio.create_task(typesetter.render(full_cv(), Theme.CLASSIC))
        await asyncio.sleep(0)
        leaving.cancel()
        with pytest.raises(asyncio.CancelledError):
            await leaving
        assert await typesetter._run(worker_jobs.process_id) == before
        assert typesetter._jobs == 0


async def test_a_worker_is_replaced_after_its_share_of_renders(cache_dir: Path) -> None:
    async with pool(cache_dir, renders_per_worker_max=3) as typesetter:
        pids = [await typesetter._run(worker_jobs.process_id) for _ in range(5)]
        assert pids[0] == pids[1] != pids[2] == pids[4]


async def test_a_worker_that_has_grown_too_big_is_replaced_once_its_job_is_done(cache_dir: Path) -> None:
    async with pool(cache_dir, workers=2) as typesetter:
        made = await asyncio.gather(
            *(typesetter._run(worker_jobs.process_id) for _ in range(4)),
            *(typesetter._run(worker_jobs.hold_memory, 600 << 20) for _ in range(2)),
            *(typesetter._run(worker_jobs.process_id) for _ in range(2)),
        )
        assert set(made[4:6]).isdisjoint(made[6:])
        assert (await typesetter.render(text_cv("after"), Theme.CLASSIC)).pdf
        assert await typesetter._run(worker_jobs.process_id) not in made[4:6]


async def test_a_pdf_is_read_back_as_this_process_would(typesetter: RendercvTypesetter) -> None:
    pdf = (await typesetter.typeset(full_cv(), Theme.CLASSIC)).pdf
    read = await typesetter.read(pdf)
    assert read == await PdfTextExtractors().read(pdf)
    assert all("Katharina Vogel" in text.text for text in read)


async def test_what_is_no_pdf_is_refused_and_the_next_one_read(typesetter: RendercvTypesetter) -> None:
    with pytest.raises(RenderRefused, match="can't be read back: PdfiumError"):
        await typesetter.read(b"not a PDF")
    assert await typesetter.read((await typesetter.typeset(text_cv("after"), Theme.CLASSIC)).pdf)


async def test_a_pdf_that_takes_too_long_to_read_is_refused(
    cache_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "read_back", worker_jobs.read_forever)
    async with pool(cache_dir, render_deadline_seconds=0.5) as typesetter:
        with pytest.raises(RenderRefused, match=r"longer than 0\.5 seconds to read back"):
            await typesetter.read(b"")


async def test_what_we_did_not_foresee_is_told_without_the_cv(typesetter: RendercvTypesetter) -> None:
    with pytest.raises(RenderRefused) as refused:
        await typesetter.render("a secret CV", Theme.CLASSIC)  # type: ignore[arg-type]
    assert "AttributeError at" in refused.value.message
    assert "secret" not in refused.value.message


async def test_without_a_cache_folder_starting_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    typesetter = RendercvTypesetter(1, 5, 1, 10, cache_dir=tmp_path / "file")
    with pytest.raises(Unavailable, match="No typesetting process came up"):
        await typesetter.start()
    await typesetter.close()


async def test_before_start_and_after_close_it_is_not_healthy(cache_dir: Path) -> None:
    typesetter = RendercvTypesetter(1, 5, 1, 10, cache_dir=cache_dir)
    with pytest.raises(Unavailable):
        await typesetter.check()
    await typesetter.start()
    await typesetter.close()
    with pytest.raises(Unavailable):
        await typesetter.check()


def test_importing_the_adapter_loads_neither_rendercv_nor_typst() -> None:
    heavy = "{'rendercv', 'typst', 'fontTools', 'markdown_it', 'jinja2', 'pypdf'} & set(sys.modules)"
    program = f"import sys, cvtailor.adapters.rendering; print({heavy} or 'light')"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "light"


SCRIPT = """
    import asyncio, pathlib, sys
    sys.path.insert(0, {tests!r})
    import worker_jobs
    from cvtailor.adapters.rendering import RendercvTypesetter
    with pathlib.Path({log!r}).open("a") as log:
        log.write("run\\n")
    async def main():
        typesetter = RendercvTypesetter(1, 20, 4, 100, pathlib.Path({cache!r}))
        with worker_jobs.known_to_workers():
            await typesetter.start()
        print(await typesetter._run(worker_jobs.process_id), flush=True)
        sys.stdin.readline()
        await typesetter.close()
    asyncio.run(main())
"""


@pytest.fixture
def script(tmp_path: Path, cache_dir: Path) -> Path:
    """A program without a main guard."""
    path = tmp_path / "program.py"
    log = str(tmp_path / "log")
    tests = str(Path(__file__).parent)
    path.write_text(textwrap.dedent(SCRIPT).format(tests=tests, log=log, cache=str(cache_dir)))
    return path


def test_workers_do_not_run_the_program_again_that_started_them(script: Path) -> None:
    subprocess.run([sys.executable, script], input="\n", text=True, check=True, timeout=60)
    assert (script.parent / "log").read_text() == "run\n"


def test_workers_end_with_the_program_that_started_them(script: Path) -> None:
    program = subprocess.Popen(
        [sys.executable, script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    worker = int(program.stdout.readline())
    assert is_running(worker)
    program.kill()
    program.wait()
    asyncio.run(until(lambda: not is_running(worker)))


async def test_a_warm_render_takes_a_fraction_of_a_second(typesetter: RendercvTypesetter) -> None:
    taken = []
    for number in range(15):
        start = time.perf_counter()
        await typesetter.render(full_cv(name=f"Person {number}"), Theme.CLASSIC)
        taken.append(time.perf_counter() - start)
    assert sorted(taken)[len(taken) // 2] < 0.4


async def test_dropping_lines_never_adds_pages(typesetter: RendercvTypesetter) -> None:
    lines = [f"Line {number} of a long career, told in some detail." for number in range(60)]

    async def pages(count: int) -> float:
        job = entry(EntryKind.EXPERIENCE, organisation="Works", title="Analyst", highlights=lines[:count])
        notes = section(SectionKind.OTHER, "Notes", entry(EntryKind.TEXT, text="The end."))
        cv = TailoredCv(
            contact=Contact(name="Ada"), sections=(section(SectionKind.OTHER, "Work", job), notes)
        )
        return (await typesetter.measure(cv, Theme.CLASSIC)).pages

    counted = [await pages(count) for count in range(0, 60, 3)]
    assert counted == sorted(counted)
    assert counted[0] == 1
    assert counted[-1] == 2
