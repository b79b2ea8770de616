from dataclasses import fields

import pytest

from hccr_desktop.domain.settings import SETTINGS, Settings, checked


def test_the_table_lists_every_setting_once():
    assert [info.name for info in SETTINGS] == [entry.name for entry in fields(Settings)]


@pytest.mark.parametrize("info", SETTINGS, ids=lambda info: info.name)
def test_defaults_pass_their_own_check_and_have_help(info):
    assert info.accepts(info.default)
    assert info.help.endswith(".")


def test_checked_keeps_good_values_and_names_bad_ones():
    settings, rejected = checked(
        {"threads": 2, "candidate_count": 0, "provider": "abacus", "copy_on_pick": "false", "of_the_future": 1}
    )

    assert settings == Settings(threads=2)
    assert rejected == ("provider", "candidate_count", "copy_on_pick")


def test_true_is_no_number():
    assert checked({"threads": True}) == (Settings(), ("threads",))
