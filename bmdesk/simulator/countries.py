"""Names, streets, towns and telephones as each country writes them. Nobody lives there.

Telephones are of the ranges kept for films, or have so many zeros that nobody answers.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Country:
    """Choices are parted by bars. `#` is any digit, `@` any letter; in a street `{}` is the number of the house; a town
    is its postcode, an equals sign, its name.
    """

    first: str
    last: str
    streets: str
    towns: str
    phone: str


_FRENCH = (
    "Camille|Louise|Hugo|Chloé|Antoine|Zoë|Jean-Luc|Inès",
    "Moreau|Lefèvre|Dubois|O'Brien|Garnier|Béranger|d'Arcy|N'Diaye",
)
_DUTCH = (
    "Sanne|Daan|Femke|Lotte|Bram|Joris",
    "Jansen|Bakker|Visser|Smit|Meijer|Dekker",
)
_GERMAN = (
    "Jürgen|Anna|Lukas|Mia|Sören|Katharina",
    "Müller|Schäfer|Groß|Weber|Hoffmann|Köhler",
)
_ENGLISH = (
    "Oliver|Amelia|Harry|Siobhán|Noah|Grace",
    "Smith|Taylor|O'Neill|Wright|Hughes|Patel",
)

COUNTRIES: dict[str, Country] = {
    "FR": Country(
        *_FRENCH,
        "{} rue des Lilas|{} bis avenue Jean Moulin|{}, place de l'Église",
        "75011=Paris|69003=Lyon|13006=Marseille|2A000=Ajaccio",
        "+336399800##",
    ),
    "BE": Country(
        *_FRENCH,
        "Rue Haute {}|Kerkstraat {}",
        "1000=Bruxelles|4000=Liège|9000=Gent",
        "+324700000##",
    ),
    "ES": Country(
        "Lucía|Mateo|Begoña|Íñigo|Carmen|Pablo",
        "García|Muñoz|Ibáñez|Ortega|Peña|Ruiz",
        "Calle Mayor {}|Avenida de la Paz {}, 3º B",
        "28013=Madrid|08002=Barcelona|41001=Sevilla",
        "+346000000##",
    ),
    "DE": Country(
        *_GERMAN,
        "Hauptstraße {}|Lindenweg {}a",
        "10115=Berlin|80331=München|50667=Köln",
        "+4917139200##",
    ),
    "AT": Country(
        *_GERMAN,
        "Ringstraße {}|Mozartgasse {}/12",
        "1010=Wien|5020=Salzburg",
        "+436600000##",
    ),
    "IT": Country(
        "Giulia|Marco|Chiara|Niccolò|Elena|Luca",
        "Rossi|D'Amico|Esposito|Bianchi|Lo Presti|Ferrari",
        "Via Garibaldi {}|Corso Italia {}/B",
        "00184=Roma|20121=Milano|80133=Napoli",
        "+393200000##",
    ),
    "GB": Country(
        *_ENGLISH,
        "{} High Street|Flat 2, {} Church Lane",
        "SW1A #AA=London|M1 #AE=Manchester|EH1 #YZ=Edinburgh",
        "+4477009000##",
    ),
    "NL": Country(
        *_DUTCH,
        "Dorpsstraat {}|Prinsengracht {}-hs",
        "1012 A@=Amsterdam|3511 B@=Utrecht",
        "+31612000##0",
    ),
    "PT": Country(
        "Maria|João|Inês|Tiago|Conceição|Rui",
        "Silva|Conceição|Araújo|Gonçalves|Lopes|Pires",
        "Rua Direita {}|Avenida da Liberdade {}, 2.º Esq.",
        "1100-0##=Lisboa|4000-0##=Porto",
        "+3519100000##",
    ),
    "IE": Country(
        *_ENGLISH,
        "{} Main Street|{} Abbey Road",
        "D02 X2@#=Dublin|T12 A3@#=Cork",
        "+353209100##0",
    ),
    "GR": Country(
        "Γιώργος|Μαρία|Ελένη|Νίκος|Κώστας|Σοφία",
        "Παπαδόπουλος|Νικολάου|Γεωργίου|Βασιλείου",
        "Ερμού {}|Οδός Αθηνάς {}",
        "105 63=Αθήνα|546 24=Θεσσαλονίκη",
        "+306900000##0",
    ),
    "SK": Country(
        "Zuzana|Martin|Ľubica|Tomáš|Jana|Štefan",
        "Kováč|Horváth|Nagy|Baláž|Šimko|Tóth",
        "Hlavná {}|Štúrova {}/4",
        "811 01=Bratislava|040 01=Košice",
        "+4219000000##",
    ),
    "SE": Country(
        "Åsa|Erik|Linnéa|Björn|Maja|Göran",
        "Andersson|Sjöberg|Öberg|Lindqvist|Ek|Holm",
        "Storgatan {}|Kungsgatan {} lgh 1102",
        "111 22=Stockholm|413 01=Göteborg",
        "+467017406##",
    ),
    "FI": Country(
        "Aino|Väinö|Mikko|Sanni|Jyrki|Elli",
        "Virtanen|Mäkinen|Hämäläinen|Järvinen|Laine",
        "Mannerheimintie {} A 4|Koulukatu {}",
        "00100=Helsinki|33100=Tampere",
        "+3584000000##",
    ),
    "US": Country(
        *_ENGLISH,
        "{} Maple Avenue|{} Main St Apt 5",
        "1000#=New York|9410#=San Francisco|6060#-12##=Chicago",
        "+1212555010#",
    ),
    "JP": Country(
        "花子|太郎|美咲|健太",
        "佐藤|鈴木|高橋|田中",
        "神田{}丁目4-5|北町{}-2-1",
        "101-00##=東京都千代田区|530-00##=大阪市北区",
        "+8190000000##",
    ),
    "AU": Country(
        *_ENGLISH,
        "{} George Street|Unit 3, {} Beach Road",
        "2000=Sydney|3000=Melbourne",
        "+6149157011#",
    ),
}
ELSEWHERE = Country(
    *_ENGLISH,
    "{} Example Street",
    "1000#=Example Town",
    "+99900000###",
)
SPOKEN = {
    "花子": "ハナコ",
    "太郎": "タロウ",
    "美咲": "ミサキ",
    "健太": "ケンタ",
    "佐藤": "サトウ",
    "鈴木": "スズキ",
    "高橋": "タカハシ",
    "田中": "タナカ",
}
"""How Japanese names are read."""
