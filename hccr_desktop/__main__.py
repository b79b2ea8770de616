"""``python -m hccr_desktop`` opens the window."""

from hccr_desktop.gui.app import main

if __name__ == "__main__":
    raise SystemExit(main())
