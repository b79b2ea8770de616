"""A sample is a function of seed and number, and always something the app could have made."""

import numpy as np
import pytest

from hccr_desktop.imaging.normalize import normalize
from hccr_desktop.imaging.rasterize import rasterize_strokes
from hccr_training.sources.banks import ScanBank
from hccr_training.synthesis.generator import KINDS, Banks, Mix, SampleGenerator


def test_same_seed_and_number_give_the_same_sample_in_any_order(banks):
    one, other = (SampleGenerator(banks, Mix(), seed=1) for _ in range(2))
    forwards = [one.sample(number) for number in range(40)]
    backwards = [other.sample(number) for number in reversed(range(40))][::-1]

    for (image, character), (again, same) in zip(forwards, backwards, strict=True):
        np.testing.assert_array_equal(image, again)
        assert character == same


def test_other_seed_or_number_gives_another_sample(banks):
    one, other = SampleGenerator(banks, Mix(), seed=1), SampleGenerator(banks, Mix(), seed=2)

    assert one.sample(0)[1] != one.sample(1)[1] or (one.sample(0)[0] != one.sample(1)[0]).any()
    assert [one.sample(n)[1] for n in range(20)] != [other.sample(n)[1] for n in range(20)]


@pytest.mark.parametrize("size", [48, 64, 96])
@pytest.mark.parametrize("kind", KINDS)
def test_samples_of_each_kind_are_fitted_ink_on_paper(kind, size, banks):
    generator = SampleGenerator(banks, Mix(**{name: float(name == kind) for name in KINDS}), seed=3, size=size)
    for number in range(30):
        image, character = generator.sample(number)
        assert image.shape == (size, size)
        assert image.dtype == np.uint8
        assert 0 <= character < 3755
        rows, columns = np.nonzero(image)
        extent = max(np.ptp(rows), np.ptp(columns)) + 1
        assert extent >= size * 0.85  # the normalizer fits ink to 88 of 96
        assert image.max() > 100


def test_classes_are_drawn_evenly(banks):
    generator = SampleGenerator(banks, Mix(medians=0, ink=0, fonts=0, scans=1), seed=3, size=16)
    classes = np.array([generator.sample(number)[1] for number in range(1500)])

    assert abs(classes.mean() - 1877) < 120
    assert len(np.unique(classes)) > 1150  # 1,237 expected of 1,500 draws


def test_kinds_are_drawn_in_their_shares(banks, monkeypatch):
    generator = SampleGenerator(banks, Mix(medians=4, ink=1, fonts=2, scans=1, traced=1, composed=1), seed=5)
    drawn = []
    monkeypatch.setattr(
        generator, "draw", lambda character_class, kind, random: drawn.append(kind) or np.zeros((96, 96), np.float32)
    )
    for number in range(2000):
        generator.sample(number)

    shares = [drawn.count(kind) / len(drawn) for kind in KINDS]
    np.testing.assert_allclose(shares, [0.4, 0.1, 0.2, 0.1, 0.1, 0.1], atol=0.04)


def test_class_without_samples_of_a_kind_gets_medians(banks):
    alone = SampleGenerator(Banks(medians=banks.medians), Mix(), seed=0)
    for kind in KINDS:
        image = alone.draw(3000, kind, np.random.default_rng(1))
        assert image.shape == (96, 96)
        assert image.max() > 100


def test_blank_scan_is_replaced_by_plain_medians(banks):
    blank = Banks(medians=banks.medians, scans=(ScanBank("啊", [np.zeros((20, 20), np.uint8)]),))
    generator = SampleGenerator(blank, Mix(), seed=0)

    image = generator.draw(0, "scans", np.random.default_rng(1))

    plain = normalize(rasterize_strokes(banks.medians.strokes(0)), polarity="dark_ink")
    np.testing.assert_array_equal(image, plain)


def test_stretched_bitmaps_get_their_characters_aspect_back():
    from hccr_desktop.domain.charset import gb2312_level1
    from hccr_training.sources.banks import BitmapBank, InkBank, classes_of

    flat_ink = [np.array([[0, 0], [100, 0], [100, 30], [0, 30]], np.float32)]
    square = np.zeros((64, 64), bool)
    square[:4] = square[-4:] = square[:, :4] = square[:, -4:] = True
    bank = BitmapBank(classes_of("啊"), np.packbits(square.reshape(1, -1), axis=1), side=64, is_stretched=True)
    medians = InkBank(list(gb2312_level1()), [flat_ink] * 3755)
    generator = SampleGenerator(Banks(medians=medians, scans=(bank,)), Mix(), seed=0)
    random = np.random.default_rng(2)

    aspects = []
    for _ in range(20):
        rows, columns = np.nonzero(generator.draw(0, "scans", random) > 60)
        aspects.append((np.ptp(columns) + 1) / (np.ptp(rows) + 1))

    assert np.median(aspects) > 1.6
