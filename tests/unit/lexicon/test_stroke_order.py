import pytest
from hypothesis import given
from hypothesis import strategies as st

from hccr_desktop.lexicon.stroke_order import (
    POINTS_OF_VERB,
    UNITS_PER_SQUARE,
    PathCommand,
    StrokeOrder,
    StrokeShape,
)

coordinates = st.integers(-3000, 3000).map(lambda units: units / UNITS_PER_SQUARE)
positions = st.tuples(coordinates, coordinates)


@st.composite
def commands(draw):
    verb = draw(st.sampled_from(list(POINTS_OF_VERB)))
    return PathCommand(verb, tuple(draw(positions) for _ in range(POINTS_OF_VERB[verb])))


shapes = st.builds(
    StrokeShape, st.lists(commands(), max_size=6).map(tuple), st.lists(positions, min_size=2, max_size=6).map(tuple)
)
orders = st.builds(StrokeOrder, st.just("一"), st.lists(shapes, min_size=1, max_size=4).map(tuple))


@given(orders)
def test_a_record_keeps_all_of_it(order):
    assert StrokeOrder.from_record("一", order.to_record()) == order


def test_coordinates_are_rounded_to_the_stored_unit():
    shape = StrokeShape((PathCommand("M", ((0.5 + 0.4 / 1024, 0.25 - 0.4 / 1024),)),), ((0.0, 0.0), (1.0, 1.0)))

    read = StrokeOrder.from_record("一", StrokeOrder("一", (shape,)).to_record())

    assert read.strokes[0].outline[0].points == ((0.5, 0.25),)


def test_a_verb_with_the_wrong_points_is_refused():
    shape = StrokeShape((PathCommand("Q", ((0.0, 0.0),)),), ((0.0, 0.0), (1.0, 1.0)))

    with pytest.raises(ValueError, match="Q takes 2 points"):
        StrokeOrder("一", (shape,)).to_record()


@given(orders, st.data())
def test_a_cut_record_is_refused(order, data):
    record = order.to_record()
    length = data.draw(st.integers(0, len(record) - 1))

    with pytest.raises(ValueError, match="not a record"):
        StrokeOrder.from_record("一", record[:length])


@pytest.mark.parametrize("record", [b"", b"\0", b"\1\1X\0", b"\1\1Z\0\0"])
def test_other_bytes_are_refused(record):
    with pytest.raises(ValueError, match="not a record"):
        StrokeOrder.from_record("一", record)
