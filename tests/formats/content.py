"""What the files of each format version say; :mod:`tests.formats.make_files` wrote them."""

from datetime import UTC, datetime

from hccr_desktop.domain.ink import Ink

TEXT = "鲍𠮷\n鱼 ok"
OTHER_INK = Ink.from_coordinates([[(0.2, 0.5), (0.8, 0.5)], [(0.5, 0.2), (0.5, 0.8)]])
LEARNED = (
    ("鲍", "鸵", datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)),
    ("十", None, datetime(2026, 1, 3, tzinfo=UTC)),
)
"""Character, what it was picked over, and when; the first with the ink of 鲍, the second with OTHER_INK."""

CHOSEN: dict[str, str | int | float | bool] = {
    "provider": "cpu",
    "threads": 2,
    "candidate_count": 12,
    "copy_on_pick": False,
    "clear_after_ms": 1500,
    "learn_from_picks": False,
    "language": "zh_CN",
    "theme": "dark",
    "guide": "tian",
    "canvas_percent": 80,
    "left_handed": True,
    "text_percent": 125,
    "keep_history": False,
    "history_limit": 50,
    "last_directory": "/图片/a,b c",
}
"""Settings, none of which has its default."""
