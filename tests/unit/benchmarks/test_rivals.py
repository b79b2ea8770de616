"""The comparison with other engines: what makes it fair, and the table. The engines here are faked."""

import json
import math
import sys
from collections.abc import Collection, Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest

from benchmarks.rivals import __main__ as rivals
from benchmarks.rivals import worker
from benchmarks.rivals.engines import ENGINES, OWN, AbsentError, Engine, EngineInfo
from benchmarks.rivals.fairness import draw_samples, percent_within, restricted, write_samples
from benchmarks.rivals.feeding import FEEDINGS, Feeding, fed, page_of
from benchmarks.rivals.report import COLUMNS, Measurement, table, uncertainty, with_two_cores
from hccr_desktop.domain.charset import gb2312_level1
from hccr_desktop.domain.ink import Ink
from hccr_desktop.imaging.sample_sets import InkSample, Sample, SampleSet, ScanSample, load_sample_set

CHARACTERS = gb2312_level1()


def ink_samples(count: int) -> tuple[InkSample, ...]:
    return tuple(
        InkSample(CHARACTERS[number], Ink.from_coordinates([[[0, number], [10, 10.5]], [[3, 4], [5, 60]]]))
        for number in range(count)
    )


def scan_samples(count: int) -> tuple[ScanSample, ...]:
    chance = np.random.default_rng(0)
    return tuple(
        ScanSample(CHARACTERS[number], chance.integers(0, 256, (96, 96), dtype=np.uint8)) for number in range(count)
    )


class FakeEngine:
    """Knows the right answer, and puts before it what it is told to."""

    version, model_mb = "1.2, fake", 3.5

    def __init__(self, before: Sequence[str] = ()) -> None:
        self.before = before
        self.asked: list[list[str]] = []

    def rank(self, samples: Sequence[Sample]) -> list[list[str]]:
        self.asked.append([sample.character for sample in samples])
        return [[*self.before, sample.character] for sample in samples]


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> FakeEngine:
    engine = FakeEngine()

    def opened(characters: Collection[str], threads: int) -> Engine:
        return engine

    monkeypatch.setitem(ENGINES, "fake", EngineInfo("fake", opened))
    monkeypatch.setattr(worker, "use_cores", lambda count: None)
    return engine


@pytest.fixture
def sets(tmp_path: Path) -> list[Path]:
    return [
        write_samples(scan_samples(4), tmp_path, "scans"),
        write_samples(ink_samples(20), tmp_path, "ink"),
    ]


# The same samples for all


def test_samples_drawn_with_one_seed_are_the_same_and_with_another_are_not() -> None:
    everything = SampleSet("set", "ink", ink_samples(200))
    first = draw_samples(everything, 30, seed=1, characters=CHARACTERS)
    assert first == draw_samples(everything, 30, seed=1, characters=CHARACTERS)
    assert first != draw_samples(everything, 30, seed=2, characters=CHARACTERS)
    assert len(set(first)) == 30


def test_samples_of_characters_that_no_one_is_asked_for_are_not_drawn() -> None:
    strange = InkSample("龘", ink_samples(1)[0].ink)
    drawn = draw_samples(
        SampleSet("set", "ink", (strange, *ink_samples(5))), 100, seed=1, characters=frozenset(CHARACTERS)
    )
    assert [sample.character for sample in drawn] == list(CHARACTERS)[:5]


def test_scans_come_to_the_engines_as_they_were_drawn(tmp_path: Path) -> None:
    samples = scan_samples(7)
    loaded = load_sample_set(write_samples(samples, tmp_path, "scans")).samples
    assert [sample.character for sample in loaded] == [sample.character for sample in samples]
    for one, other in zip(loaded, samples, strict=True):
        assert isinstance(one, ScanSample)
        np.testing.assert_array_equal(one.scan, other.scan)


def test_ink_comes_to_the_engines_as_it_was_drawn(tmp_path: Path) -> None:
    samples = ink_samples(7)
    loaded = load_sample_set(write_samples(samples, tmp_path, "ink")).samples
    assert [sample.character for sample in loaded] == [sample.character for sample in samples]
    for one, other in zip(loaded, samples, strict=True):
        assert isinstance(one, InkSample)
        assert one.ink.to_coordinates() == other.ink.to_coordinates()


def test_a_set_of_both_kinds_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="ink or scans"):
        write_samples((*ink_samples(1), *scan_samples(1)), tmp_path, "both")


def test_each_engine_is_given_the_same_files(monkeypatch: pytest.MonkeyPatch, sets: list[Path], tmp_path: Path) -> None:
    given: dict[tuple[str, int], tuple[str, ...]] = {}

    def measure(name: str, files: Sequence[Path], threads: int, python: Path, folder: Path) -> Measurement:
        given[name, threads] = tuple(sample.character for file in files for sample in load_sample_set(file).samples)
        return Measurement(name, single_ms=threads * 10.0)

    monkeypatch.setattr(rivals, "measure", measure)
    measured = rivals.measure_all(list(ENGINES), sets, tmp_path)
    assert {given[name, 1] for name in ENGINES} == {tuple([*CHARACTERS][:4] + [*CHARACTERS][:20])}
    assert {one.name: one.two_cores_ms for one in measured if not math.isnan(one.two_cores_ms)} == {
        name: 20.0 for name, info in ENGINES.items() if info.has_threads
    }


# Answers from the same characters


def test_answers_outside_the_characters_are_left_out_and_the_others_move_up() -> None:
    assert restricted(["鮑", "a", "鲍", "", "鲍", "鱼"], CHARACTERS) == ["鲍", "鱼"]


def test_no_more_than_five_answers_count() -> None:
    assert restricted([*CHARACTERS][:9], CHARACTERS) == [*CHARACTERS][:5]


def test_no_answer_counts_as_wrong() -> None:
    assert percent_within([["一"], []], ["一", "二"], 5) == 50.0


def test_an_engine_that_answers_with_foreign_characters_first_is_right_all_the_same(
    fake: FakeEngine, sets: list[Path]
) -> None:
    fake.before = ("x", "龘", "鮑")
    measured = worker.run("fake", sets, 1, worker._IMPORTED_AT)
    assert (measured.ink_top1, measured.ink_top5, measured.scans_top1) == (100.0, 100.0, 100.0)


def test_an_engine_whose_sixth_answer_is_right_has_missed(fake: FakeEngine, sets: list[Path]) -> None:
    fake.before = tuple([*CHARACTERS][-5:])
    measured = worker.run("fake", sets, 1, worker._IMPORTED_AT)
    assert (measured.ink_top1, measured.ink_top5) == (0.0, 0.0)


def test_an_engine_reads_every_sample_once_alone_and_in_batches(fake: FakeEngine, sets: list[Path]) -> None:
    worker.run("fake", sets, 1, worker._IMPORTED_AT)
    expected = [*CHARACTERS][:20]
    assert [asked for asked in fake.asked if len(asked) > 1] == [expected[:16]]
    alone = [asked[0] for asked in fake.asked if len(asked) == 1]
    # One at the start, five to warm up, then those that count; the same of the four scans.
    assert alone == [expected[0], *expected[:5], *expected, *expected[:4], *expected[:4]]


def test_an_engine_that_reads_strokes_alone_gets_no_scans(
    monkeypatch: pytest.MonkeyPatch, fake: FakeEngine, sets: list[Path]
) -> None:
    monkeypatch.setitem(ENGINES, "fake", EngineInfo("fake", ENGINES["fake"].open, reads_scans=False, has_batches=False))
    measured = worker.run("fake", sets, 1, worker._IMPORTED_AT)
    assert math.isnan(measured.scans_top1)
    assert math.isnan(measured.batch_ms)
    assert measured.ink_top1 == 100.0


# Pictures as an engine likes them


def test_a_page_is_cropped_to_its_ink_with_the_engines_margin() -> None:
    page = np.full((100, 200), 255, np.uint8)
    page[30:50, 60:100] = 100
    square = fed(page, Feeding(margin=0.25, is_stretched=False))
    assert square.shape == (60, 60)
    rows, columns = np.nonzero(square < 255)
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (20, 39, 10, 49)
    assert set(square.ravel().tolist()) == {100, 255}


def test_faint_ink_becomes_black_where_contrast_is_stretched() -> None:
    page = np.full((20, 20), 255, np.uint8)
    page[5:15, 5:15] = 200
    assert fed(page, Feeding(margin=0.0)).max() == 0


def test_a_blank_page_stays_as_it_is() -> None:
    page = np.full((9, 12), 255, np.uint8)
    np.testing.assert_array_equal(fed(page, Feeding(margin=0.2)), page)


def test_picture_engines_see_dark_ink_on_paper_of_scans_and_of_strokes() -> None:
    scan = np.zeros((96, 96), np.uint8)
    scan[40:50] = 255
    page = page_of(ScanSample("一", scan), pen_width_px=14)
    assert (page[0, 0], page[45, 0]) == (255, 0)
    assert np.median(page_of(ink_samples(1)[0], pen_width_px=14)) == 255


def test_every_feeding_belongs_to_an_engine() -> None:
    assert set(FEEDINGS) <= set(ENGINES)


# The table


def test_table_has_a_row_for_each_engine_and_says_why_one_is_absent() -> None:
    present = Measurement("one", "1.0", "", 4.46, 90.0, 95.5, 80.25, 99.0, 12.34, 8.0, 7.0, 0.5, 123.4)
    text = table([present, Measurement("two", absent="the package two is not installed")])
    header, rule, first, second = text.splitlines()
    assert len({len(line) for line in (header, rule, first, second)}) == 1
    assert [cell.strip() for cell in header.strip("|").split("|")] == list(COLUMNS)
    cells = [cell.strip() for cell in first.strip("|").split("|")]
    assert cells == ["one", "1.0", "4.5", "90.0 / 95.5", "80.2 / 99.0", "12.3", "8.0", "7.0", "0.50", "123", "–"]
    assert "absent: the package two is not installed" in second
    assert second.count("–") == len(COLUMNS) - 2


def test_second_run_gives_the_time_on_two_cores_and_nothing_else() -> None:
    first, second = Measurement("one", single_ms=20.0, ink_top1=90.0), Measurement("one", single_ms=12.0, ink_top1=1.0)
    both = with_two_cores(first, second)
    assert (both.single_ms, both.two_cores_ms, both.ink_top1) == (20.0, 12.0, 90.0)


def test_uncertainty_is_that_of_a_share_of_one_half() -> None:
    assert uncertainty(400) == pytest.approx(4.9)


def test_a_rival_that_is_not_installed_is_absent_with_a_sentence(
    monkeypatch: pytest.MonkeyPatch, sets: list[Path]
) -> None:
    def missing(characters: Collection[str], threads: int) -> Engine:
        raise AbsentError("the package x is not installed")

    monkeypatch.setitem(ENGINES, "fake", EngineInfo("fake", missing))
    monkeypatch.setattr(worker, "use_cores", lambda count: None)
    assert worker.run("fake", sets, 1, worker._IMPORTED_AT).absent == "the package x is not installed"


def test_without_the_rivals_environment_they_are_absent_with_the_command(sets: list[Path], tmp_path: Path) -> None:
    measured = rivals.measure("dinkit", sets, 1, tmp_path / ".venv-rivals" / "bin" / "python", tmp_path)
    assert measured.absent == "there is no .venv-rivals; `make rivals` makes it"


@pytest.mark.parametrize(("end", "said"), [("print(1)", "status 0: no message"), ("1 / 0", "ZeroDivisionError")])
def test_a_rival_whose_process_fails_is_absent_with_its_last_words(
    tmp_path: Path, sets: list[Path], end: str, said: str
) -> None:
    python = tmp_path / "python"
    # A shell's, since the interpreter's own path may hold spaces, which end what `#!` names.
    python.write_text(f"#!/bin/sh\nexec '{sys.executable}' -c '{end}'\n", "utf-8")
    python.chmod(0o755)
    assert said in rivals.measure("dinkit", sets, 1, python, tmp_path).absent


@pytest.mark.model
def test_this_project_is_measured_in_a_process_of_its_own(sets: list[Path], tmp_path: Path) -> None:
    measured = rivals.measure(OWN, sets, 1, Path(sys.executable), tmp_path)
    assert not measured.absent
    assert measured.version.startswith("0.")
    assert measured.single_ms > 0
    assert 50 < measured.memory_mb < 1000
    assert measured.start_s > 0
    assert json.loads(json.dumps(asdict(measured)))["name"] == OWN
