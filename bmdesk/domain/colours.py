"""The colours that sellers and marketplaces name, in the markets' languages and in the words of the brands.

Pure data and comparing. A name stands for one or more families, because brands paint words: Midnight is sold as black
and as blue. Two names agree where they share a family; neighbours are those that people take for one another.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache


class Likeness(StrEnum):
    """How two groups of colour names go together."""

    SAME = "same"
    NEAR = "near"
    """Neighbours, of which one is often called by the other's name."""
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Colour:
    """A colour as it is written somewhere, and the families it may belong to."""

    word: str
    families: frozenset[str]


# Families on the left; names in English, French, German, Spanish, Italian, Portuguese, Dutch, Swedish, Finnish, Slovak,
# Greek, Japanese, then abbreviations and names of brands. A name of several words is written as one, without accents.
# "Alpine Green" needs no line, its last word tells; "Midnight Green" does, because its first one tells something else.
_TABLE = """
black: black noir schwarz negro nero preto zwart svart musta cierna mauro μαυρο ブラック blk blck onyx obsidian jetblack
black: spaceblack spaceschwarz noirsideral matteblack phantomblack blacktitanium titanioblack graphiteblack blacksteel
white: white blanc weiss blanco bianco branco wit vit valkoinen biela λευκο ホワイト wht pearl whitetitanium ceramic
silver: silver argent silber plata argento prata zilver hopea strieborna ασημι シルバー silv slv
grey: grey gray gris grau grigio cinzento cinza grijs gra harmaa siva γκρι グレー グレイ gry anthracite anthrazit
grey: charcoal spacegrey spacegray spacegrau grissideral grisespacial grigiosiderale cinzentosideral rymdgra gunmetal
gold: gold or oro ouro dore dorado dourado goud guld kulta zlata χρυσο ゴールド gld golden
rosegold pink: rosegold orrose roseor ororosa ourorosa rosegoud roseguld ruusukulta ローズゴールド rosagold pinkgold
rosegold pink: rose rosa
pink: pink roze ροζ ピンク pnk vaaleanpunainen ruzova blush
red: red rouge rot rojo rosso vermelho rood rod punainen cervena κοκκινο レッド productred crimson scarlet
orange: orange naranja arancione laranja oranje oranssi oranzova オレンジ tangerine apricot
orange pink red: coral corail koralle korall corallo koraal コーラル
yellow: yellow jaune gelb amarillo giallo amarelo geel gul keltainen zlta κιτρινο イエロー ylw yel lemon
green: green vert grun gruen verde groen gron vihrea zelena πρασινο グリーン grn mint menthe minze menta
green: olive sage emerald midnightgreen vertnuit nachtgrun verdenoche verdenotte midnightgrun blackgreen
blue: blue bleu blau azul blu azzurro blauw bla sininen modra μπλε ブルー navy ultramarine ultramarin outremer oltremare
blue: cobalt bluetitanium midnightblue skyblue himmelblau blauetitan nightblue
purple: purple violet violett lila morado viola roxo paars malva mauve lavender lavande lavendel lavanda lilac lilas
purple: パープル fialova prpl amethyst plum
brown: brown marron braun bruin brun castanho ruskea hneda
beige: beige cream creme crema sand linen
blue green: teal turquoise turkis cyan aqua petrol petroleum
blue purple: indigo
black blue: midnight minuit mitternacht medianoche mezzanotte meianoite middernacht midnatt keskiyo ミッドナイト
white beige gold silver: starlight lumierestellaire polarstern blancoestrella galassia luzdasestrelas sterrenlicht
white beige gold silver: stjarnglans スターライト champagne
grey black: graphite graphit grafito grafite grafiet grafit グラファイト slate
grey silver beige gold: titanium titane titan titanio titaan naturaltitanium titanenaturel titannatur natural
gold beige rosegold: deserttitanium desert titanedesert titanwuste
brown gold rosegold orange: bronze copper cuivre kupfer
white beige: ivory ivoire
silver grey: platinum platine platin platino
red purple: burgundy bordeaux
"""

_NEIGHBOURS = (
    {"black", "grey"},  # "Space Gray" phones are called black, the darkest grey ones too
    {"white", "silver"},
    {"gold", "beige"},
    {"red", "orange"},
)

_MOST_WORDS = 3

# French gold, and English for orange in a hurry.
_OR = frozenset({"gold", "orange"})


def _names() -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for line in _TABLE.strip().splitlines():
        families, _, names = line.partition(":")
        for name in names.split():
            found[_bare(name)] = frozenset(families.split())
    return found


@lru_cache(maxsize=16384)
def _bare(text: str) -> str:
    """Case-folded, without accents; Japanese keeps its marks, which make other letters."""
    folded = unicodedata.normalize("NFKD", text.casefold())
    return unicodedata.normalize("NFC", "".join(ch for ch in folded if not "\u0300" <= ch <= "\u036f"))


_NAMES = _names()
_WORD = re.compile(r"[^\W\d_]+")
_HUMPS = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def parted(text: str) -> str:
    """`128GBSpaceGrey` as `128GB Space Grey`: the words that a SKU joins by capitals."""
    return _HUMPS.sub(" ", text)


@lru_cache(maxsize=16384)
def colours_in(text: str) -> tuple[Colour, ...]:
    """Every colour that this text names, in its order; the longest name counts ("Midnight Green" is no midnight)."""
    words = _WORD.findall(parted(text))
    found: list[Colour] = []
    at = 0
    while at < len(words):
        for count in range(min(_MOST_WORDS, len(words) - at), 0, -1):
            squashed = _bare("".join(words[at : at + count]))
            families = _OR if squashed == "or" else _NAMES.get(squashed)
            if families is not None:
                found.append(Colour(" ".join(words[at : at + count]), families))
                at += count
                break
        else:
            at += 1
    return tuple(found)


def likeness(ours: Sequence[Colour], theirs: Sequence[Colour]) -> Likeness:
    """How these go together; nothing named on one side contradicts nothing."""
    mine, others = _families(ours), _families(theirs)
    if not mine or not others or mine & others:
        return Likeness.SAME
    near = any(pair & mine and pair & others for pair in _NEIGHBOURS)
    return Likeness.NEAR if near else Likeness.OTHER


def _families(colours: Iterable[Colour]) -> frozenset[str]:
    return frozenset().union(*(one.families for one in colours))
