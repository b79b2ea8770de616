"""The one table of settings: the window, the command line and the documentation all read it."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Final, Literal

SettingValue = str | int | float | bool

Provider = Literal["auto", "cpu", "cuda"]

PROVIDERS: Final[tuple[Provider, ...]] = ("auto", "cpu", "cuda")

Precision = Literal["auto", "float", "int8"]

PRECISIONS: Final[tuple[Precision, ...]] = ("auto", "float", "int8")

SYSTEM: Final = "system"
"""Language or theme of the desktop."""
LANGUAGES: Final = (SYSTEM, "en", "zh_CN")
THEMES: Final = (SYSTEM, "light", "dark")
GUIDES: Final = ("mi", "tian", "none")
"""Lines on the paper: of 米, of 田, or none."""


@dataclass(frozen=True, slots=True)
class Range:
    """Inclusive limits of a number."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting with its default. :func:`checked` builds one from values of unknown origin."""

    model_path: str = ""
    provider: Provider = "auto"
    precision: Precision = "auto"
    threads: int = 1
    candidate_count: int = 10
    copy_on_pick: bool = True
    append_on_pick: bool = True
    clear_on_pick: bool = True
    clear_after_ms: int = 0
    learn_from_picks: bool = True
    details_shown: bool = False
    language: str = SYSTEM
    theme: str = SYSTEM
    guide: str = "mi"
    canvas_percent: int = 100
    left_handed: bool = False
    click_to_draw: bool = False
    animations: bool = True
    text_percent: int = 100
    always_on_top: bool = False
    keep_history: bool = True
    history_limit: int = 1000
    last_directory: str = ""


@dataclass(frozen=True, slots=True)
class SettingInfo:
    """What the table says of one setting.

    Attributes:
        name: the attribute of :class:`Settings`, and the key in the settings file.
        help: one sentence.
        limits: inclusive range of a number.
        choices: allowed texts; empty where any text is.
    """

    name: str
    help: str
    limits: Range | None = None
    choices: tuple[str, ...] = ()

    @property
    def default(self) -> SettingValue:
        """The value of a setting nobody changed."""
        return next(entry.default for entry in fields(Settings) if entry.name == self.name)  # type: ignore[return-value]

    def accepts(self, value: object) -> bool:
        """Whether the value has the setting's type and lies within its limits."""
        if type(value) is not type(self.default):
            return False
        if self.limits is not None and isinstance(value, int | float):
            return self.limits.low <= value <= self.limits.high
        return not self.choices or value in self.choices


SETTINGS: Final[tuple[SettingInfo, ...]] = (
    SettingInfo("model_path", "Model file to use; empty is the one that comes with the program."),
    SettingInfo("provider", "Where the network runs; auto takes CUDA if it works, else the CPU.", choices=PROVIDERS),
    SettingInfo(
        "precision",
        "Which file of the model is used; auto takes one of int8 on a CPU where there is one and it is faster.",
        choices=PRECISIONS,
    ),
    SettingInfo("threads", "CPU threads of one recognition.", limits=Range(1, 64)),
    SettingInfo("candidate_count", "Candidates shown beside the canvas.", limits=Range(1, 50)),
    SettingInfo("copy_on_pick", "A picked character goes to the clipboard."),
    SettingInfo("append_on_pick", "A picked character goes to the compose line."),
    SettingInfo("clear_on_pick", "A pick clears the canvas."),
    SettingInfo(
        "clear_after_ms",
        "Milliseconds without a stroke after which the ink is cleared; 0 is never.",
        limits=Range(0, 60_000),
    ),
    SettingInfo(
        "learn_from_picks", "Corrections are learned, and what was learned is used; all of it on this machine."
    ),
    SettingInfo("details_shown", "The details pane is open."),
    SettingInfo("language", "Language of the window.", choices=LANGUAGES),
    SettingInfo("theme", "Light or dark.", choices=THEMES),
    SettingInfo("guide", "Lines on the paper: those of 米, of 田, or none.", choices=GUIDES),
    SettingInfo(
        "canvas_percent", "Side of the canvas in percent of the largest that fits the window.", limits=Range(40, 100)
    ),
    SettingInfo("left_handed", "Candidates stand to the left of the canvas, out of a left hand's way."),
    SettingInfo("click_to_draw", "A click begins a stroke and the next one ends it, for touchpads."),
    SettingInfo("animations", "Stroke order is written out by itself; off, it moves on a click only."),
    SettingInfo("text_percent", "Size of all text in percent of the system's.", limits=Range(100, 200)),
    SettingInfo("always_on_top", "The window stays above others, where the desktop allows it; Wayland does not."),
    SettingInfo("keep_history", "Picks are listed in the history, on this machine."),
    SettingInfo("history_limit", "Most picks that the history holds.", limits=Range(10, 100_000)),
    SettingInfo("last_directory", "Folder of the last opened or saved file."),
)
"""The table, in the order in which it is shown."""


def checked(values: Mapping[str, object]) -> tuple[Settings, tuple[str, ...]]:
    """Settings from values that may be of the wrong type or out of range, such as a damaged file's.

    Returns:
        The settings, each bad value replaced by its default, and the names of the settings so replaced.
        Unknown names are passed over: a newer version may have written them.
    """
    accepted: dict[str, Any] = {}
    rejected: list[str] = []
    for info in SETTINGS:
        if info.name not in values:
            continue
        if info.accepts(values[info.name]):
            accepted[info.name] = values[info.name]
        else:
            rejected.append(info.name)
    return Settings(**accepted), tuple(rejected)
