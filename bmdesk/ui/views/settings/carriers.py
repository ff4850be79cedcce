"""The seller's carriers: Back Market's name for each, how its numbers look, where a parcel can be followed."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QLineEdit

from bmdesk.domain.parcels import SHIPPERS, Carrier
from bmdesk.services.shipping import carriers
from bmdesk.texts import Failure, msg, t
from bmdesk.ui.models.columns import Column
from bmdesk.ui.models.rows_model import RowsModel
from bmdesk.ui.palette import Tone
from bmdesk.ui.theme import px
from bmdesk.ui.views.settings.sources import why_not
from bmdesk.ui.widgets.card import Card
from bmdesk.ui.widgets.confirm import Confirm
from bmdesk.ui.widgets.form import Form
from bmdesk.ui.widgets.inputs import ChoiceBox
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.widgets.shortcut_button import ShortcutButton
from bmdesk.ui.widgets.table import ROW_HEIGHT, DataTable
from bmdesk.ui.workplace import Workplace

_MOST_ROWS = 6


class CarrierCard(Card):
    """A list, and a form that adds a carrier or changes the one of the same name."""

    def __init__(self, workplace: Workplace) -> None:
        super().__init__(t("settings.carriers.card"))
        self._workplace = workplace
        self.model = RowsModel(
            (
                Column(t("settings.carriers.code"), lambda c: c.code, hint=lambda c: c.code, width=150),
                Column(t("settings.carriers.shipper"), lambda c: c.shipper, width=170),
                Column(t("settings.carriers.shape"), lambda c: c.shape, hint=lambda c: c.shape, width=170),
                Column(t("settings.carriers.url"), lambda c: c.url, hint=lambda c: c.url, stretch=True),
            ),
            self,
            key=lambda one: one.code,
        )
        self.table = DataTable(t("settings.carriers.card"))
        self.table.setModel(self.model)
        self.table.current_changed.connect(lambda row: self._choose(self.model.row(row)))
        self.empty = PlainLabel(t("settings.carriers.none"), "note", wrap=True)
        self.add(PlainLabel(t("settings.carriers.note"), "note", wrap=True))
        self.add(self.empty)
        self.add(self.table)
        self.add(self._made_form())
        self.add(self._foot)

    def load(self) -> None:
        """Ask for the carriers."""
        self._workplace.read(carriers.carriers, then=self._show, key=(id(self), "carriers"))

    def save(self) -> None:
        """Keep what stands in the form."""
        self.form.show_errors({})
        place = self._workplace
        place.write(
            carriers.put,
            place.actor,
            self.code.text().strip(),
            self.shipper.value(),
            self.shape.text().strip(),
            self.url.text().strip(),
            then=lambda _: self._was_kept(),
            failed=self._was_refused,
            button=self.save_button,
        )

    def remove(self) -> None:
        """Ask whether the carrier in the form goes."""
        code = self.code.text().strip()
        place = self._workplace
        Confirm(
            self,
            t("settings.carriers.remove_question", code=code[:40]),
            t("settings.carriers.remove_happens"),
            t("settings.carriers.remove"),
            lambda _: place.write(carriers.remove, place.actor, code, then=lambda _: self._was_kept()),
            danger=True,
        ).open()

    def _show(self, found: tuple[Carrier, ...]) -> None:
        self.model.set_rows(found)
        self.table.setVisible(bool(found))
        self.empty.setVisible(not found)
        rows = min(max(len(found), 1), _MOST_ROWS)
        self.table.setFixedHeight(
            self.table.horizontalHeader().sizeHint().height() + rows * px(ROW_HEIGHT) + 6
        )
        self._edited()

    def _choose(self, carrier: Carrier | None) -> None:
        if carrier is None:
            return
        self.code.setText(carrier.code)
        self.shipper.set_value(carrier.shipper)
        self.shape.setText(carrier.shape)
        self.url.setText(carrier.url)
        self.form.show_errors({})
        self._edited()

    def _edited(self) -> None:
        known = {row.code for number in range(self.model.rowCount()) if (row := self.model.row(number))}
        self.remove_button.setEnabled(self.code.text().strip() in known)
        self.save_button.setEnabled(bool(self.code.text().strip()))

    def _was_kept(self) -> None:
        for field in (self.code, self.shape, self.url):
            field.clear()
        self.table.clearSelection()
        self._workplace.window.say(Tone.OK, t("settings.saved"), for_ms=2500)
        self.load()

    def _was_refused(self, failure: Failure) -> None:
        reason = failure.params.get("reason")
        field = _FIELD_OF.get(getattr(reason, "code", ""), "code")
        self.form.show_errors({field: why_not(failure)})

    def _made_form(self) -> Form:
        self.form = Form()
        self.code, self.shape, self.url = QLineEdit(), QLineEdit(), QLineEdit()
        self.code.setMaxLength(40)
        self.shape.setMaxLength(120)
        self.url.setMaxLength(200)
        self.shipper = ChoiceBox(t("settings.carriers.shipper"), [(name, name) for name in SHIPPERS])
        self.shipper.setMinimumContentsLength(16)
        self.shipper.setSizeAdjustPolicy(ChoiceBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.form.add("code", t("settings.carriers.code"), self.code, t("settings.carriers.code_note"))
        self.form.add(
            "shipper", t("settings.carriers.shipper"), self.shipper, t("settings.carriers.shipper_note")
        )
        self.form.add("shape", t("settings.carriers.shape"), self.shape, t("settings.carriers.shape_note"))
        self.form.add("url", t("settings.carriers.url"), self.url, t("settings.carriers.url_note"))
        self.shape.setPlaceholderText("[0-9]{14}")
        self.url.setPlaceholderText("https://track.example/{number}")
        self.save_button = ShortcutButton(msg("settings.carriers.save"), "Ctrl+S", kind="primary")
        self.save_button.clicked.connect(self.save)
        self.remove_button = ShortcutButton(msg("settings.carriers.remove"), icon="trash")
        self.remove_button.clicked.connect(self.remove)
        self.code.textChanged.connect(lambda _: self._edited())
        self._foot = QHBoxLayout()
        self._foot.addStretch()
        self._foot.addWidget(self.remove_button)
        self._foot.addWidget(self.save_button)
        return self.form


_FIELD_OF = {
    "parcel.carrier_code": "code",
    "parcel.carrier_shipper": "shipper",
    "parcel.carrier_shape": "shape",
    "parcel.carrier_url": "url",
}
