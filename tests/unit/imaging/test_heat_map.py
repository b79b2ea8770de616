import numpy as np

from hccr_desktop.imaging.heat_map import draw_heat_map, evidence_film, legend_film


def evidence() -> np.ndarray:
    """For at the upper left, against at the lower right, nothing between."""
    made = np.zeros((6, 6), np.float32)
    made[0, 0], made[5, 5] = 3.0, -3.0
    return made


def test_film_is_red_for_blue_against_and_clear_between():
    film = evidence_film(evidence(), size_px=96).astype(int)

    assert film.shape == (96, 96, 3)
    assert film[4, 4, 0] - film[4, 4, 2] > 80
    assert film[-4, -4, 2] - film[-4, -4, 0] > 80
    assert (film[:40, 60:] > 245).all()


def test_film_shows_relative_size_alone():
    assert (evidence_film(evidence() * 1000) == evidence_film(evidence())).all()
    assert (evidence_film(np.zeros((6, 6), np.float32)) == 255).all()


def test_legend_goes_from_against_to_for():
    legend = legend_film(width_px=65).astype(int)

    assert legend.shape == (1, 65, 3)
    assert (legend[0, 32] == 255).all()
    assert legend[0, 0, 2] > legend[0, 0, 0]
    assert legend[0, -1, 0] > legend[0, -1, 2]


def test_heat_map_of_a_picture_leaves_ink_dark_under_strong_color():
    image = np.zeros((96, 96), np.float32)
    image[2:10, 2:10] = 255

    drawn = draw_heat_map(image, evidence(), size_px=96)

    assert drawn[5, 5].max() < 40
    assert drawn[14, 5, 0] > drawn[14, 5, 2] + 50
