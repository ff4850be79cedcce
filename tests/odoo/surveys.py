"""A look at an Odoo that nobody has: what the window shows of one can be seen without a server."""

from __future__ import annotations

from bmdesk.connectors.odoo.setting_up.rights import WORKS
from bmdesk.connectors.odoo.setting_up.setup import Facts, GradePlace, Product, Survey
from bmdesk.services.odoo.choices import Candidate, Kind

OWN_GRADES = GradePlace(
    "field",
    0,
    "x_studio_zustand",
    "Zustand des Gerätes",
    (
        Candidate(0, "Sehr gut", key="EXCELLENT"),
        Candidate(0, "Gut", key="b"),
        Candidate(0, "In Ordnung", key="c"),
    ),
)
SURVEY = Survey(
    facts=Facts("bench", WORKS[3:6]),
    operator="admin",
    company=1,
    fields={},
    may=frozenset({"ir.model.fields", "res.users"}),
    products=(
        Product(11, "Apple iPhone 13 128 GB", "none", True, 14, True),
        Product(
            12,
            "Ladegerät USB-C 20 W, weiß, mit zwei Metern Kabel und Netzteil für Großbritannien",
            "none",
            True,
            90,
            True,
        ),
        Product(13, "Samsung Galaxy S21", "lot", True, 0, True),
    ),
    offers={
        Kind.LOCATION: (
            Candidate(8, "WH/Stock", "WH", usual=True),
            Candidate(9, "WH/Stock/Regal 7, links oben"),
        ),
        Kind.JOURNAL: (Candidate(5, "Bank"), Candidate(6, "Kasse")),
        Kind.TAX: (Candidate(1, "19 % USt", usual=True), Candidate(2, "7 % USt")),
        Kind.POSITION: (Candidate(3, "Differenzbesteuerung § 25a UStG"), Candidate(4, "EU ohne USt-IdNr.")),
        Kind.CARRIER: (Candidate(7, "DHL Paket"),),
        Kind.GRADE: (OWN_GRADES.candidate,),
    },
    places=(OWN_GRADES,),
    unread=("account.journal",),
)
