import pytest
from PySide6.QtCore import QPointF, QRectF

from hccr_desktop.gui.rectangle_drag import ALL, Edges, dragged, edges_at

RECT = QRectF(20, 20, 40, 40)
WITHIN = QRectF(0, 0, 100, 100)


@pytest.mark.parametrize(
    ("at", "edges"),
    [
        ((40, 40), ALL),
        ((20, 40), Edges.LEFT),
        ((60, 60), Edges.RIGHT | Edges.BOTTOM),
        ((21, 21), Edges.LEFT | Edges.TOP),
        ((90, 90), Edges(0)),
    ],
)
def test_edges_at_a_place(at: tuple[float, float], edges: Edges) -> None:
    assert edges_at(RECT, QPointF(*at), 6) == edges


def test_a_small_rectangle_can_still_be_moved() -> None:
    assert edges_at(QRectF(0, 0, 8, 8), QPointF(4, 4), 6) == ALL


@pytest.mark.parametrize(
    ("edges", "by", "after"),
    [
        (ALL, (500, -500), QRectF(60, 0, 40, 40)),
        (Edges.LEFT, (30, 30), QRectF(50, 20, 10, 40)),
        (Edges.RIGHT | Edges.BOTTOM, (500, -5), QRectF(20, 20, 80, 35)),
        (Edges.TOP, (0, -50), QRectF(20, 0, 40, 60)),
    ],
)
def test_dragged_stays_within_and_keeps_a_least_size(edges: Edges, by: tuple[float, float], after: QRectF) -> None:
    assert dragged(RECT, edges, QPointF(*by), WITHIN, least=10) == after
