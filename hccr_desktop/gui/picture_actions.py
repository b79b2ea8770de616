"""The verbs of pictures and of the characters marked on them, part of the window's one table."""

from typing import Final

from PySide6.QtGui import QAction

from hccr_desktop.gui.action_info import QT_TRANSLATE_NOOP, ActionInfo

PICTURE_ACTIONS: Final[tuple[ActionInfo, ...]] = (
    ActionInfo(
        "grab",
        QT_TRANSLATE_NOOP("Actions", "&Grab from the screen"),
        QT_TRANSLATE_NOOP("Actions", "Recognize a part of the screen"),
        ("Ctrl+G",),
        "grab",
        QT_TRANSLATE_NOOP("Actions", "Grab"),
    ),
    ActionInfo(
        "batch",
        QT_TRANSLATE_NOOP("Actions", "Read a &folder…"),
        QT_TRANSLATE_NOOP("Actions", "Recognize all pictures of a folder and save the results"),
        ("Ctrl+Shift+O",),
    ),
    ActionInfo(
        "previous_page",
        QT_TRANSLATE_NOOP("Actions", "&Previous picture"),
        QT_TRANSLATE_NOOP("Actions", "Go to the picture or page before"),
        ("PgUp",),
        "previous",
    ),
    ActionInfo(
        "next_page",
        QT_TRANSLATE_NOOP("Actions", "&Next picture"),
        QT_TRANSLATE_NOOP("Actions", "Go to the next picture or page"),
        ("PgDown",),
        "next",
    ),
    ActionInfo(
        "crop",
        QT_TRANSLATE_NOOP("Actions", "&Crop"),
        QT_TRANSLATE_NOOP("Actions", "Choose the part of the picture to look at, on the picture as it was"),
        ("Ctrl+K",),
        "crop",
        is_checkable=True,
    ),
    ActionInfo(
        "turn_left",
        QT_TRANSLATE_NOOP("Actions", "Turn &left"),
        QT_TRANSLATE_NOOP("Actions", "Turn the picture a quarter to the left"),
        ("Ctrl+[",),
        "turn_left",
    ),
    ActionInfo(
        "turn_right",
        QT_TRANSLATE_NOOP("Actions", "Turn &right"),
        QT_TRANSLATE_NOOP("Actions", "Turn the picture a quarter to the right"),
        ("Ctrl+]",),
        "turn_right",
    ),
    ActionInfo(
        "reset_picture",
        QT_TRANSLATE_NOOP("Actions", "Picture &as opened"),
        QT_TRANSLATE_NOOP("Actions", "Take back threshold, crop and turns"),
        ("Ctrl+Shift+R",),
        "reset",
    ),
    ActionInfo(
        "previous_box",
        QT_TRANSLATE_NOOP("Actions", "Character &before"),
        QT_TRANSLATE_NOOP("Actions", "Select the character before on the picture"),
        ("Left",),
    ),
    ActionInfo(
        "next_box",
        QT_TRANSLATE_NOOP("Actions", "C&haracter after"),
        QT_TRANSLATE_NOOP("Actions", "Select the next character on the picture"),
        ("Right",),
    ),
    ActionInfo(
        "add_box",
        QT_TRANSLATE_NOOP("Actions", "Add bo&x"),
        QT_TRANSLATE_NOOP("Actions", "Mark a character: drag on the picture, or move the new box with Ctrl and arrows"),
        ("Ins",),
        "box_add",
    ),
    ActionInfo(
        "join_boxes",
        QT_TRANSLATE_NOOP("Actions", "&Join boxes"),
        QT_TRANSLATE_NOOP("Actions", "Make one character of the selected boxes, or of this and the next"),
        ("Ctrl+J",),
        "box_join",
    ),
    ActionInfo(
        "split_box",
        QT_TRANSLATE_NOOP("Actions", "&Split box"),
        QT_TRANSLATE_NOOP("Actions", "Make two characters of one"),
        ("Ctrl+Shift+J",),
        "box_split",
    ),
    ActionInfo(
        "delete_boxes",
        QT_TRANSLATE_NOOP("Actions", "&Delete box"),
        QT_TRANSLATE_NOOP("Actions", "Leave the selected boxes out"),
        ("Del",),
        "box_delete",
    ),
    ActionInfo(
        "take_text",
        QT_TRANSLATE_NOOP("Actions", "&Take the text"),
        QT_TRANSLATE_NOOP("Actions", "Put all characters of the picture into the compose line, in reading order"),
        ("Ctrl+Return", "Ctrl+Enter"),
        "take_text",
        QT_TRANSLATE_NOOP("Actions", "Take the text"),
    ),
)


class PictureActions:
    """Names of the table's actions."""

    grab: QAction
    batch: QAction
    previous_page: QAction
    next_page: QAction
    crop: QAction
    turn_left: QAction
    turn_right: QAction
    reset_picture: QAction
    previous_box: QAction
    next_box: QAction
    add_box: QAction
    join_boxes: QAction
    split_box: QAction
    delete_boxes: QAction
    take_text: QAction
