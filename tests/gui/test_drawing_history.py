from hccr_desktop.gui.drawing_history import Drawing, History


def test_history_undo_and_redo_walk_the_recorded_states() -> None:
    history = History("a")
    history.record("b")
    history.record("c")
    assert [history.undo(), history.undo()] == ["b", "a"]
    assert [history.redo(), history.redo()] == ["b", "c"]


def test_history_undo_and_redo_stay_at_the_ends() -> None:
    history = History("a")
    assert history.undo() == "a"
    assert history.redo() == "a"
    assert not history.can_undo
    assert not history.can_redo


def test_history_record_forgets_what_was_undone() -> None:
    history = History("a")
    history.record("b")
    history.undo()
    history.record("c")
    assert not history.can_redo
    assert history.undo() == "a"


def test_history_keeps_the_latest_states_within_its_limit() -> None:
    history = History(0, limit=3)
    for state in range(1, 6):
        history.record(state)
    assert history.current == 5
    assert [history.undo(), history.undo()] == [4, 3]
    assert not history.can_undo


def test_drawing_is_empty_without_ink_and_picture() -> None:
    assert Drawing().is_empty


def test_history_amended_state_takes_the_place_of_the_one_before() -> None:
    history = History("a")
    history.record("b")
    history.amend("c")
    assert history.current == "c"
    assert history.undo() == "a"
    assert history.redo() == "c"


def test_history_retracted_step_cannot_be_redone() -> None:
    history = History("a")
    history.record("b")
    history.retract()
    assert history.current == "a"
    assert not history.can_redo
    history.retract()
    assert history.current == "a"
