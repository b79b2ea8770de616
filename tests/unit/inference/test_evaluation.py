import io
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from hccr_desktop.errors import SampleSetError
from hccr_desktop.imaging.sample_sets import load_sample_set
from hccr_desktop.inference.evaluation import answer, evaluate, expected_calibration_error, rank_of
from hccr_desktop.inference.evidence import evidence_map, relative_evidence_map
from hccr_desktop.inference.recognizer import Recognizer

STROKES = [[[0, 0], [10, 0]], [[5, 0], [5, 9]]]


def png(pixels: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()


def write_packed(path: Path, characters: str) -> Path:
    scan = np.zeros((40, 40), np.uint8)
    scan[10:14, 5:35] = 255
    files = [png(scan)] * len(characters)
    np.savez(
        path,
        blob=np.frombuffer(b"".join(files), np.uint8),
        offset=np.cumsum([0, *map(len, files)]),
        code=np.array([ord(character) for character in characters]),
    )
    return path


def write_ink(path: Path, characters: str) -> Path:
    lines = [json.dumps({"char": character, "strokes": STROKES}, ensure_ascii=False) for character in characters]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_ranks_count_the_classes_preferred_and_break_ties_as_the_ranking_does():
    logits = np.array([[3, 1, 2], [1, 1, 1], [1, 1, 1]], np.float32)

    assert rank_of(logits, np.array([2, 0, 2])).tolist() == [1, 0, 2]


def test_calibration_error_is_the_weighted_gap():
    confidences = np.array([0.95, 0.95, 0.95, 0.95, 0.1])
    is_right = np.array([True, True, True, False, False])

    # Four samples at 0.95 of which 3/4 are right, one at 0.1 of which none is.
    assert expected_calibration_error(confidences, is_right) == pytest.approx((4 * 0.2 + 1 * 0.1) / 5)
    assert expected_calibration_error(np.array([1.0, 1.0]), np.array([True, True])) == 0
    assert expected_calibration_error(np.array([]), np.array([], bool)) == 0


def test_figures_are_those_of_the_answers(tiny_model, tmp_path):
    recognizer = Recognizer.open(tiny_model)
    sample_set = load_sample_set(write_packed(tmp_path / "scans.npz", "一丁七万丈三上下"))

    figures = evaluate(recognizer, sample_set)

    answers = answer(recognizer, sample_set.samples, temperature=2.0)
    # The same picture eight times under eight labels: eight different ranks.
    assert len(set(answers.ranks)) == 8
    assert figures.count == 8
    assert figures.top1 == pytest.approx(100 * np.mean(answers.ranks == 0))
    assert figures.top5 == pytest.approx(100 * np.mean(answers.ranks < 5))
    assert figures.median_ms > 0


def test_ink_uses_the_temperature_of_ink(tiny_model, tmp_path):
    sample_set = load_sample_set(write_ink(tmp_path / "ink.jsonl", "一丁"))

    assert sample_set.kind == "ink"
    assert evaluate(Recognizer.open(tiny_model), sample_set).count == 2


def test_unknown_characters_are_left_out_and_logged(tiny_model, tmp_path, caplog):
    sample_set = load_sample_set(write_ink(tmp_path / "ink.jsonl", "一鲍"))

    assert evaluate(Recognizer.open(tiny_model), sample_set).count == 1
    assert "1 of 2 samples" in caplog.text


def test_a_set_without_known_characters_is_a_sentence(tiny_model, tmp_path):
    with pytest.raises(SampleSetError, match="holds no character that the model knows"):
        evaluate(Recognizer.open(tiny_model), load_sample_set(write_ink(tmp_path / "ink.jsonl", "鲍")))


def test_a_picture_that_cannot_be_read_counts_as_wrong(tiny_model, tmp_path, caplog):
    (tmp_path / "labels.json").write_text(json.dumps({"a.png": "一", "gone.png": "丁"}), encoding="utf-8")
    Image.fromarray(255 - np.pad(np.full((4, 30), 255, np.uint8), 20)).save(tmp_path / "a.png")

    figures = evaluate(Recognizer.open(tiny_model), load_sample_set(tmp_path))

    assert figures.count == 2
    assert figures.top10 == 50.0
    assert "gone.png does not exist" in caplog.text


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("set.npz", b"PK\x03\x04 cut", "is not a packed set"),
        ("set.npz", b"", "is not a packed set"),
        ("set.jsonl", b'{"char": "x"}\n', "line 1, is not a record of ink"),
        ("set.jsonl", b'{"char": "\xe4\xb8\x80", "strokes": [[[0, 0]]]}\n\n{"char"', "line 3, is not a record of ink"),
        ("set.jsonl", b'{"char": "\xe4\xb8\x80", "strokes": []}', "line 1, holds no ink"),
        ("set.txt", b"", "is no sample set"),
    ],
)
def test_a_damaged_set_names_file_and_place(tmp_path, name, content, sentence):
    path = tmp_path / name
    path.write_bytes(content)

    with pytest.raises(SampleSetError, match=sentence) as caught:
        load_sample_set(path)
    assert name in caught.value.message


def test_a_damaged_picture_in_a_packed_set_names_its_place(tmp_path):
    path = tmp_path / "scans.npz"
    np.savez(path, blob=np.zeros(10, np.uint8), offset=np.array([0, 10]), code=np.array([0x4E00]))

    with pytest.raises(SampleSetError, match="sample 0 is damaged"):
        load_sample_set(path)


def test_a_folder_needs_its_labels(tmp_path):
    with pytest.raises(SampleSetError, match=r"has no labels\.json"):
        load_sample_set(tmp_path)
    (tmp_path / "labels.json").write_text("[1]")
    with pytest.raises(SampleSetError, match="is not a list of file names"):
        load_sample_set(tmp_path)


def test_an_evidence_map_sums_to_the_logit_less_its_bias(tiny_model):
    recognizer = Recognizer.open(tiny_model)
    images = np.random.default_rng(3).uniform(0, 255, (2, 96, 96)).astype(np.float32)
    output = recognizer.run(images)

    sums = np.array([evidence_map(recognizer, output, "丁", index=index).sum() for index in (0, 1)])

    index = recognizer.card.characters.index("丁")
    # The bias is the same for both pictures, so it drops out of the difference.
    assert sums[1] - sums[0] == pytest.approx(output.logits[1, index] - output.logits[0, index], rel=1e-3, abs=1e-3)


def test_relative_evidence_leaves_out_what_all_characters_share(tiny_model):
    recognizer = Recognizer.open(tiny_model)
    images = np.random.default_rng(3).uniform(0, 255, (1, 96, 96)).astype(np.float32)
    output = recognizer.run(images)
    maps = [relative_evidence_map(recognizer, output, character) for character in recognizer.card.characters]

    assert np.sum(maps, axis=0) == pytest.approx(np.zeros((6, 6)), abs=1e-3)
    first, second = (
        evidence_map(recognizer, output, character) for character in recognizer.card.characters.characters[:2]
    )
    assert maps[0] - maps[1] == pytest.approx(first - second, abs=1e-4)


@pytest.mark.data
@pytest.mark.model
@pytest.mark.accuracy
def test_the_shipped_model_reads_the_validation_scans_as_well_as_its_card_says(shared_data, model_path):
    """A floor on 200 samples, to catch a model that does not fit the normalizer, not to measure it."""
    recognizer = Recognizer.open(model_path, threads=2)
    sample_set = load_sample_set(shared_data / "val" / "scans_1000_classes.npz")

    answers = answer(recognizer, sample_set.samples[::5], temperature=1.0)

    assert np.mean(answers.ranks == 0) > 0.8
