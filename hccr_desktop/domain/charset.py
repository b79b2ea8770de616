"""Which characters there are, and in which order the network answers them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache


@dataclass(frozen=True, slots=True)
class CharacterSet:
    """A fixed order of distinct characters: index <-> character.

    Args:
        characters: one single-code-point string per index.

    Raises:
        ValueError: a character occurs twice or is not one code point.
    """

    characters: tuple[str, ...]
    _index: dict[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if any(len(character) != 1 for character in self.characters):
            raise ValueError("every entry of a character set must be one code point")
        index = {character: number for number, character in enumerate(self.characters)}
        if len(index) != len(self.characters):
            raise ValueError("a character set must not hold a character twice")
        object.__setattr__(self, "_index", index)

    @classmethod
    def of(cls, characters: Sequence[str]) -> "CharacterSet":
        """A set in the order given; a plain string counts as its characters."""
        return cls(tuple(characters))

    def __len__(self) -> int:
        return len(self.characters)

    def __iter__(self) -> Iterator[str]:
        return iter(self.characters)

    def __contains__(self, character: object) -> bool:
        return character in self._index

    def __getitem__(self, index: int) -> str:
        return self.characters[index]

    def index(self, character: str) -> int:
        """Index of a character.

        Raises:
            KeyError: the character is not in the set.
        """
        return self._index[character]


@cache
def gb2312_level1() -> CharacterSet:
    """The 3,755 characters of GB2312-80 level 1 in code order: 0 is 啊, 3754 is 座.

    Rows 16 to 55 of the standard, 94 cells each, the last row ending after 89.
    """
    codes = (bytes((high, low)) for high in range(0xB0, 0xD8) for low in range(0xA1, 0xFF if high < 0xD7 else 0xFA))
    return CharacterSet(tuple(code.decode("gb2312") for code in codes))
