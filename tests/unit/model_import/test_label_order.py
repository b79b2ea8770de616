import numpy as np
import pytest

from hccr_desktop import paths
from hccr_desktop.domain.charset import CharacterSet, gb2312_level1
from hccr_desktop.errors import ModelFileError, ModelMismatchError
from hccr_desktop.model_import.label_order import in_code_order, read_label_order
from tests.unit.model_import.keras_layouts import zero_weights


def test_the_published_order_is_the_one_that_the_authors_list():
    order = read_label_order(paths.published_label_order())

    assert order[0] == "扼"
    assert order[3085] == "啊"
    assert sorted(order) == sorted(gb2312_level1())
    assert order != gb2312_level1()


def test_rows_come_in_code_order():
    order = CharacterSet.of(tuple(reversed(gb2312_level1().characters)))
    rows = np.arange(3755, dtype=np.float32)
    given = zero_weights(dense_weight=np.repeat(rows[:, None], 448, axis=1), dense_bias=rows)

    turned = in_code_order(given, order, name="x.h5")

    np.testing.assert_array_equal(turned.dense_bias, rows[::-1])
    np.testing.assert_array_equal(turned.dense_weight[:, 7], rows[::-1])


def test_the_published_order_puts_each_row_where_its_character_belongs():
    order = read_label_order(paths.published_label_order())
    rows = np.arange(3755, dtype=np.float32)

    turned = in_code_order(zero_weights(dense_bias=rows), order, name="x.h5")

    assert turned.dense_bias[0] == 3085  # 啊 is the first in code order and output 3085 of the published network
    assert turned.dense_bias[gb2312_level1().index("扼")] == 0


def test_another_number_of_classes_is_refused():
    few = zero_weights(dense_weight=np.zeros((3740, 448)), dense_bias=np.zeros(3740))

    with pytest.raises(ModelMismatchError, match=r"^few\.h5 has 3,740 classes, not the 3,755 of GB2312 level 1\.$"):
        in_code_order(few, gb2312_level1(), name="few.h5")


def test_a_list_with_byte_order_mark_and_windows_line_ends_is_read(tmp_path):
    path = tmp_path / "labels.txt"
    path.write_bytes("\r\n".join(gb2312_level1()).encode("utf-8-sig") + b"\r\n\r\n")

    assert read_label_order(path) == gb2312_level1()


def lines(**changes):
    entries = list(gb2312_level1())
    for at, entry in changes.items():
        entries[int(at[1:]) - 1] = entry
    return "\n".join(entries).encode()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "The label list labels.txt has 0 characters, not the 3,755 of GB2312 level 1."),
        ("\n".join(list(gb2312_level1())[:-1]).encode(), "has 3,754 characters, not the 3,755"),
        (lines(_12="啊"), "Line 12 of the label list labels.txt repeats 啊 of line 1."),
        (lines(_3="丂"), "Line 3 of the label list labels.txt is 丂, which is not in GB2312 level 1."),
        (lines(_5="挨哎"), "Line 5 of the label list labels.txt is not one character."),
        (lines(_5=""), "Line 5 of the label list labels.txt is not one character."),
        ("\n".join(gb2312_level1()).encode("gb2312"), "cannot be read as UTF-8 text"),
    ],
    ids=["empty", "short", "twice", "unknown", "two", "blank", "gb2312"],
)
def test_a_faulty_list_is_refused_with_its_line(tmp_path, content, message):
    path = tmp_path / "labels.txt"
    path.write_bytes(content)

    with pytest.raises(ModelFileError) as caught:
        read_label_order(path)

    assert message in caught.value.message


def test_a_missing_list_is_named(tmp_path):
    with pytest.raises(ModelFileError, match=r"The label list .*none\.txt does not exist\."):
        read_label_order(tmp_path / "none.txt")
