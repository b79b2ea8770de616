"""The one table of settings: the window, the command line and the documentation all read it."""

from dataclasses import dataclass, field, fields
from typing import Any, Final, Literal

Provider = Literal["auto", "cpu", "cuda"]

PROVIDERS: Final[tuple[Provider, ...]] = ("auto", "cpu", "cuda")


@dataclass(frozen=True, slots=True)
class Range:
    """Inclusive limits of a number."""

    low: float
    high: float


def _setting(default: Any, help_text: str, *, limits: Range | None = None, choices: tuple[str, ...] = ()) -> Any:  # noqa: ANN401 - dataclasses.field returns the field's own type
    return field(default=default, metadata={"help": help_text, "limits": limits, "choices": choices})


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting with its default. Build one with :func:`checked` from values of unknown origin."""

    model_path: str = _setting("", "Model file to use; empty is the one that comes with the program.")
    provider: Provider = _setting(
        "auto", "Where the network runs: CUDA if it works, or only the named one.", choices=PROVIDERS
    )
    threads: int = _setting(1, "CPU threads of one recognition.", limits=Range(1, 64))
    candidate_count: int = _setting(10, "Candidates shown beside the canvas.", limits=Range(1, 50))
    copy_on_pick: bool = _setting(True, "A picked character goes to the clipboard.")
    clear_on_pick: bool = _setting(True, "A pick clears the canvas.")
    save_directory: str = _setting("", "Folder of the last opened or saved file.")


@dataclass(frozen=True, slots=True)
class SettingInfo:
    """What the table says of one setting."""

    name: str
    kind: type
    default: str | int | float | bool
    help: str
    limits: Range | None
    choices: tuple[str, ...]


def setting_infos() -> tuple[SettingInfo, ...]:
    """The table, in the order in which it is shown."""
    return tuple(
        SettingInfo(
            entry.name,
            type(entry.default),
            entry.default,
            entry.metadata["help"],
            entry.metadata["limits"],
            entry.metadata["choices"],
        )
        for entry in fields(Settings)
    )


def checked(values: dict[str, object]) -> tuple[Settings, tuple[str, ...]]:
    """Settings from values that may be of the wrong type or out of range, such as a damaged file's.

    Returns:
        The settings, each bad value replaced by its default, and the names of the settings so replaced.
        Unknown names are passed over: a newer version may have written them.
    """
    accepted: dict[str, Any] = {}
    rejected: list[str] = []
    for info in setting_infos():
        if info.name not in values:
            continue
        value = values[info.name]
        is_valid = type(value) is info.kind
        if is_valid and info.limits is not None and isinstance(value, int | float):
            is_valid = info.limits.low <= value <= info.limits.high
        if is_valid and info.choices:
            is_valid = value in info.choices
        if is_valid:
            accepted[info.name] = value
        else:
            rejected.append(info.name)
    return Settings(**accepted), tuple(rejected)
