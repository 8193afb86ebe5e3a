"""What was made before it was asked for is there when it is, and nobody else's."""

import asyncio
from pathlib import Path

import pytest
import worker_jobs
from cvtailor.adapters.rendering import RendercvTypesetter, jobs, kept
from cvtailor.domain.application import Theme
from cvtailor.domain.errors import RenderRefused, Unavailable
from rendering_samples import full_cv, text_cv
from typesetting_pools import pool
from waiting import until


def tasks_of(typesetter: RendercvTypesetter) -> list[asyncio.Task[object]]:
    return [task for task, _ in typesetter._begun._made.values()]


async def test_the_pdf_of_a_layout_that_fits_is_there_when_it_is_asked_for(
    cache_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with pool(cache_dir) as typesetter:
        fresh = await typesetter.typeset(full_cv(), Theme.CLASSIC)
        assert (await typesetter.measure(full_cv(), Theme.CLASSIC, page_limit=9)).pages < 9
        monkeypatch.delattr(jobs, "typeset")
        assert await typesetter.typeset(full_cv(), Theme.CLASSIC) == fresh
        for wanted in (full_cv(), full_cv(name="Somebody Else")):  # it was taken, and it was not theirs
            with pytest.raises(AttributeError):
                await typesetter.typeset(wanted, Theme.CLASSIC)
        await typesetter.measure(full_cv(lines_per_job=30), Theme.CLASSIC, page_limit=1)
        assert not typesetter._kept._made


async def test_pdfs_that_nobody_asks_for_are_few_and_soon_forgotten(
    typesetter: RendercvTypesetter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "_KEPT_MAX", 2)
    for number in range(3):
        await typesetter.measure(text_cv(f"Number {number}."), Theme.CLASSIC, page_limit=1)
    assert [variant[0] for variant in typesetter._kept._made] == [text_cv("Number 1."), text_cv("Number 2.")]
    monkeypatch.setattr(kept, "_KEPT_SECONDS", 0.0)
    await typesetter.measure(text_cv("Number 2."), Theme.CLASSIC, page_limit=1)
    await until(lambda: [variant[0] for variant in typesetter._kept._made] == [text_cv("Number 1.")])


async def test_what_is_foreseen_is_drawn_and_read_before_anybody_asks(
    cache_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with pool(cache_dir) as typesetter:
        await typesetter.measure(full_cv(), Theme.CLASSIC, page_limit=9)
        typesetter.foresee(full_cv(), Theme.CLASSIC)
        made = await typesetter.typeset(full_cv(), Theme.CLASSIC)
        await asyncio.wait(tasks_of(typesetter))
        with monkeypatch.context() as patch:
            for job in ("pictures", "read_back"):
                patch.setattr(jobs, job, None)
            early = await typesetter.pictures(made), await typesetter.read(made.pdf)
        assert not typesetter._begun._made
        assert early == (await typesetter.pictures(made), await typesetter.read(made.pdf))


async def test_nothing_is_begun_with_that_no_layout_has_made(typesetter: RendercvTypesetter) -> None:
    typesetter.foresee(text_cv("never laid out"), Theme.CLASSIC)
    assert not typesetter._begun._made


async def test_what_was_foreseen_when_no_worker_was_free_is_done_when_it_is_asked_for(
    cache_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with pool(cache_dir) as typesetter:
        await typesetter.measure(full_cv(), Theme.CLASSIC, page_limit=9)
        with monkeypatch.context() as patch:
            patch.setattr(typesetter, "_jobs_max", 0)
            typesetter.foresee(full_cv(), Theme.CLASSIC)
            begun = tasks_of(typesetter)
            await asyncio.wait(begun)
        assert all(isinstance(each.exception(), Unavailable) for each in begun)
        made = await typesetter.typeset(full_cv(), Theme.CLASSIC)
        assert await typesetter.pictures(made)
        assert await typesetter.read(made.pdf)


async def test_what_took_too_long_when_it_was_foreseen_costs_no_second_worker(
    cache_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with pool(cache_dir, render_deadline_seconds=1) as typesetter:
        await typesetter.measure(full_cv(), Theme.CLASSIC, page_limit=9)
        with monkeypatch.context() as patch:
            patch.setattr(jobs, "read_back", worker_jobs.read_forever)
            typesetter.foresee(full_cv(), Theme.CLASSIC)
            await asyncio.wait(tasks_of(typesetter))
        made = await typesetter.typeset(full_cv(), Theme.CLASSIC)
        with pytest.raises(RenderRefused, match="to read back"):
            await typesetter.read(made.pdf)
