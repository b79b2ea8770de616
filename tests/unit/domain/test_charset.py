import pytest

from hccr_desktop.domain.charset import CharacterSet, gb2312_level1


def test_gb2312_level1_is_the_standards_first_level_in_code_order():
    characters = gb2312_level1()

    assert len(characters) == 3755
    assert (characters[0], characters[3754]) == ("啊", "座")
    codes = [character.encode("gb2312") for character in characters]
    assert codes == sorted(codes)
    assert codes[0] == b"\xb0\xa1"
    assert codes[-1] == b"\xd7\xf9"


def test_index_is_the_inverse_of_getitem():
    characters = gb2312_level1()

    assert all(characters.index(character) == number for number, character in enumerate(characters))
    assert "鲍" in characters
    assert "鰻" not in characters
    with pytest.raises(KeyError):
        characters.index("鰻")


@pytest.mark.parametrize("characters", ["一一", ["一", "二三"], [""]])
def test_a_character_set_refuses_doubles_and_longer_strings(characters):
    with pytest.raises(ValueError, match="character"):
        CharacterSet.of(characters)
