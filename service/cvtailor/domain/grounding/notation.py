"""How numbers are written in four languages: scales, units, number words, bounds."""

import re

_SCALES = """
100 hundred hundert
1000 k tsd thousand tausend mille mil
1000000 m mn mio million millions millionen millón millones
1000000000 b bn mrd billion milliarde milliarden milliard milliards
"""
_UNITS = """
share 0.01 % percent prozent pct
points 1 points pp prozentpunkte prozentpunkt
EUR 1 € eur euro euros
USD 1 $ usd dollars dollar
GBP 1 £ gbp pounds
CHF 1 chf franken
JPY 1 ¥ jpy yen
NOK 1 nok
SEK 1 sek
DKK 1 dkk
PLN 1 pln
ratio 1 times x × fach fold mal fois veces
s 0.001 ms millisecond milliseconds millisekunden millisecondes milisegundos
s 1 s sec second seconds sekunde sekunden secondes segundos
s 60 min mins minute minutes minuten minuto minutos
s 3600 h hr hrs hour hours stunde stunden heure heures hora horas std
day 1 day days tag tage tagen jour jours día días
day 7 week weeks woche wochen semaine semaines semana semanas
month 1 month months monat monate monaten mois mes meses
month 12 year years jahr jahre jahren an ans année années año años yr yrs
byte 1000000 mb
byte 1000000000 gb
byte 1000000000000 tb
g 1 g gram grams gramm
g 1000 kg kilo kilos kilogram kilogramm
g 1000000 t tonnes tonne tonnen tonelada toneladas
m 1 m metres metre meter metros mètres metern
m 0.01 cm centimetres centimetre zentimeter centímetros centimètres
m 0.001 mm millimetres millimetre millimeter milímetros millimètres
m 1000 km kilometres kilometer kilomètres kilómetros
m2 1 m² sqm qm quadratmeter quadratmetern
m2 10000 ha hectare hectares hektar hectárea hectáreas
clock 1 clock
m3 1 m³ cbm kubikmeter kubikmetern
l 1 l litre litres liter litros
W 1000 kw
W 1000000 mw
Wh 1000 kwh
Wh 1000000 mwh
V 1 v volt volts
V 1000 kv
"""
_NUMBER_WORDS = """
2 two zwei deux dos both beide beiden
3 three drei trois tres
4 four vier quatre cuatro
5 five fünf cinq cinco
6 six sechs seis
7 seven sieben sept siete
8 eight acht huit ocho
9 nine neun neuf nueve
10 ten zehn dix diez
11 eleven elf onze once
12 twelve zwölf douze doce dozen dutzend douzaine docena
13 thirteen dreizehn treize trece
14 fourteen vierzehn quatorze catorce
15 fifteen fünfzehn quinze quince
16 sixteen sechzehn seize dieciséis
17 seventeen siebzehn diecisiete
18 eighteen achtzehn dieciocho
19 nineteen neunzehn diecinueve
20 twenty zwanzig vingt veinte
30 thirty dreißig trente treinta
40 forty vierzig quarante cuarenta
50 fifty fünfzig cinquante cincuenta
60 sixty sechzig soixante sesenta
70 seventy siebzig setenta
80 eighty achtzig ochenta
90 ninety neunzig noventa
100 hundred hundert cent cien ciento
200 zweihundert doscientos doscientas
300 dreihundert trescientos trescientas
400 vierhundert cuatrocientos cuatrocientas
500 fünfhundert quinientos quinientas
1000 thousand tausend mille mil
"""
_SHARES = """
0.5 half halves hälfte moitié mitad
0.3333 third thirds drittel tiers tercio
0.25 viertel quart cuarta
0.2 fifth fünftel cinquième
0.1 tenth zehntel dixième
"""
_RATIOS = """
0.5 halved halve halving halves halbiert halbierte halbierten halbierung halbieren
2 doubled double doubling twofold verdoppelt verdoppelte verdoppelung verdopplung doublé doublée doublés
2 doublées doubler doublement verdoppelten verdoppeln
2 duplicado duplicada duplicados duplicadas duplicaron duplicar dupliqué duplicó duplicación doble
3 triplée triplées triplés tripler triplicada triplicados triplicadas tripled triple tripling threefold
3 verdreifacht verdreifachte verdreifachung triplé triplement triplicado
3 tripliqué triplicar
4 quadrupled quadruple fourfold vervierfacht quadruplé cuadruplicado
10 tenfold verzehnfacht décuplé
"""
_BOUNDS = """
over supérieur à|supérieure à|supérieurs à|supérieures à|superior a|superiores a|mayor de|mayor que|größer als
over over|more than|higher than|above|exceeding|beyond|upwards of|über|mehr als|plus de|au-delà de
over au delà de|más de
least at least|minimum|minimum of|no less than|mindestens|ab|au moins|minimum de|al menos|mínimo|desde hace
most up to|a maximum of|maximum|no more than|bis zu|bis|maximal|höchstens|jusqu'à|maximum de|hasta|máximo
under under|less than|fewer than|lower than|below|unter|weniger als|kleiner als|moins de|menos de
under inférieur à|inférieure à|inférieurs à|inférieures à|inferior a|inferiores a|menor de|menor que
nearly nearly|almost|close to|fast|knapp|beinahe|nahezu|presque|près de|casi|cerca de
about about|around|roughly|approximately|approx|some|circa|ca|etwa|rund|ungefähr|gegen|environ|quelque
about aproximadamente|unos|unas|alrededor de
"""
_MONTHS = """
1 january jan januar janvier enero
2 february feb februar février febrero
3 march mar märz mars marzo
4 april apr avril abril
5 may mai mayo
6 june jun juni juin junio
7 july jul juli juillet julio
8 august aug août agosto
9 september sep sept septembre septiembre
10 october oct oktober octobre octubre
11 november nov novembre noviembre
12 december dec dezember décembre diciembre
"""


def _table(text: str) -> dict[str, str]:
    return {word: row[0] for row in map(str.split, text.strip().splitlines()) for word in row[1:]}


def _spelt_tens() -> dict[str, float]:
    """Returns the German and Spanish words for 21 to 99, which are written as one."""
    ones = {value: word for word, value in NUMBER_WORDS.items() if value < 10 and word in _ONES_DE}
    tens = {value: word for word, value in NUMBER_WORDS.items() if 20 <= value < 100 and word.endswith("ig")}
    found = {f"{one}und{ten}": low + high for low, one in ones.items() for high, ten in tens.items()}
    found |= {f"einund{ten}": high + 1 for high, ten in tens.items()}
    spanish = ["uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve"]
    return found | {f"veinti{word}": 21 + at for at, word in enumerate(spanish)}


_ONES_DE = frozenset(["zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun"])
SCALES = {word: float(value) for word, value in _table(_SCALES).items()}
UNITS = {word: (row[0], float(row[1])) for row in map(str.split, _UNITS.split("\n")) for word in row[2:]}
NUMBER_WORDS = {word: float(value) for word, value in _table(_NUMBER_WORDS).items()}
NUMBER_WORDS |= _spelt_tens()
SHARES = {word: float(value) for word, value in _table(_SHARES).items()}
RATIOS = {word: float(value) for word, value in _table(_RATIOS).items()}
MONTHS = {word: int(value) for word, value in _table(_MONTHS).items()}
BOUNDS = {
    phrase: line.split(" ", 1)[0]
    for line in _BOUNDS.strip().splitlines()
    for phrase in line.split(" ", 1)[1].split("|")
}
BOUND_BEFORE = re.compile(
    rf"(?i)(?:\b(?P<words>{'|'.join(sorted(BOUNDS, key=len, reverse=True))})\.?|(?P<sign>[~≈<>≤≥]))"
    r"\s*(?:the |a |an |de |d'|den |die |l')?$"
)
SIGNS = {"~": "about", "≈": "about", "<": "under", ">": "over", "≤": "most", "≥": "least"}
IMPLIED = {
    "": frozenset({"", "about", "most"}),
    "over": frozenset({"over", "least"}),
    "least": frozenset({"least"}),
    "most": frozenset({"most"}),
    "under": frozenset({"under", "most"}),
    "nearly": frozenset({"nearly", "about", "most"}),
    "about": frozenset({"about"}),
}
"""What may be said of a number that is known with this bound."""
