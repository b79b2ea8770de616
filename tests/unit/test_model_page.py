import hashlib

import pytest

from hccr_desktop import paths


@pytest.mark.model
def test_the_page_about_the_models_is_of_the_file_that_lies_there():
    page = (paths.models_dir() / "README.md").read_text(encoding="utf-8")

    # python -m hccr_training.model_page writes it anew.
    assert hashlib.sha256(paths.default_model().read_bytes()).hexdigest() in page
