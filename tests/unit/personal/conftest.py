from contextlib import closing

import pytest

from hccr_desktop.personal.personal_memory import PersonalMemory
from tests.unit.personal.memories import MODEL


@pytest.fixture
def path(tmp_path):
    return tmp_path / "数据" / "personal.sqlite"


@pytest.fixture
def memory(path):
    with closing(PersonalMemory.open(path, model_id=MODEL)) as opened:
        yield opened
