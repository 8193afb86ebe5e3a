"""How numbers are written in four languages: scales, units, number words."""

_SCALES = """
1000 k tsd thousand tausend mille mil
1000000 m mn mio million millions millionen millón millones
1000000000 b bn mrd billion milliarde milliarden milliard milliards
"""
_UNITS = """
% % percent prozent pct
points points
EUR € eur euro euros
USD $ usd dollars
GBP £ gbp pounds
CHF chf
JPY ¥ jpy
NOK nok
SEK sek
DKK dkk
PLN pln
times x times fach fold
ms ms
s s sec second seconds sekunden secondes segundos
min min minute minutes minuten minutos
h h hour hours stunde stunden heure heures hora horas
day day days tag tage tagen jour jours día días
week week weeks woche wochen semaine semaines semana semanas
month month months monat monate monaten mois mes meses
year year years jahr jahre jahren an ans année années año años
GB gb
TB tb
MB mb
kg kg
km km
kW kw
MW mw
kWh kwh
"""
_NUMBER_WORDS = """
2 two zwei deux dos
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
1000 thousand tausend mille mil
"""


def _table(text: str) -> dict[str, str]:
    return {word: row[0] for row in map(str.split, text.strip().splitlines()) for word in row[1:]}


SCALES = {word: float(value) for word, value in _table(_SCALES).items()}
UNITS = _table(_UNITS)
NUMBER_WORDS = {word: float(value) for word, value in _table(_NUMBER_WORDS).items()}

NOTATION_WORDS = frozenset(SCALES) | {
    word
    for word, unit in UNITS.items()
    if word.isalpha() and len(word) > 1 and (unit == "%" or unit.isupper())
}
"""Words of number notation (``million``, ``percent``, ``EUR``): checked with their number, not as words."""
