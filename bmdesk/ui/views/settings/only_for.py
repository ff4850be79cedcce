"""Says above a section of the settings who may change it, and keeps it off for everybody else."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from bmdesk.domain.rights import Right, right_text, who_may
from bmdesk.texts import t
from bmdesk.ui.palette import Tone
from bmdesk.ui.views.settings.notice import Notice
from bmdesk.ui.workplace import Workplace


class OnlyFor(Notice):
    """Stands over `section`; seen only while whoever is signed in lacks the right."""

    def __init__(self, workplace: Workplace, section: QWidget, right: Right) -> None:
        super().__init__()
        self._workplace, self._section, self._right = workplace, section, right
        workplace.operator_changed.connect(self._look)
        self._look()

    def _look(self, _person: object = None) -> None:
        allowed = self._workplace.may(self._right)
        self._section.setEnabled(allowed)
        if allowed:
            self.clear()
        else:
            needed = who_may(self._right)
            self.show_words(Tone.INFO, t("right.hint", what=right_text(self._right), needed=needed))
