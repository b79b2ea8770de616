"""What the window and the page thread tell each other: frozen values."""

from dataclasses import dataclass, field

from hccr_desktop.errors import HccrError
from hccr_desktop.gui.drawing_history import Picture
from hccr_desktop.gui.recognition_jobs import PictureSource
from hccr_desktop.gui.sheet import Adjustment, Sheet


@dataclass(frozen=True, slots=True, eq=False)
class OpenPage:
    """A picture is to be read and cleaned.

    Attributes:
        job_id: number of the job.
        source: what is read.
        name: what to call it.
        page: of the source, from 0.
        adjustment: how to clean it.
        before: the picture it takes the place of with another adjustment; None for a new one.
    """

    job_id: int
    source: PictureSource
    name: str
    page: int = 0
    adjustment: Adjustment = field(default_factory=Adjustment)
    before: Picture | None = None


@dataclass(frozen=True, slots=True, eq=False)
class ReadPage:
    """The characters of an opened picture are to be found, or those of its marks recognized that are new.

    Attributes:
        job_id: number of the job.
        picture: it has a sheet.
        count: candidates wanted of each character.
        is_vertical: which way the lines run; None finds out.
    """

    job_id: int
    picture: Picture
    count: int
    is_vertical: bool | None = None


PageJob = OpenPage | ReadPage


@dataclass(frozen=True, slots=True, eq=False)
class PageOpened:
    """What an OpenPage came to."""

    job: OpenPage
    picture: Picture


@dataclass(frozen=True, slots=True, eq=False)
class PageRead:
    """What a ReadPage came to.

    Attributes:
        job: what was asked.
        sheet: of the picture that was asked about, with all that is known now.
        elapsed_ms: finding and recognizing.
        model_id: who recognized.
    """

    job: ReadPage
    sheet: Sheet
    elapsed_ms: float
    model_id: str


@dataclass(frozen=True, slots=True, eq=False)
class PageFailed:
    """Why a job came to nothing."""

    job: PageJob
    error: HccrError


@dataclass(frozen=True, slots=True)
class PageProgress:
    """How far the job is: recognitions done, and of how many."""

    job_id: int
    done: int
    total: int
