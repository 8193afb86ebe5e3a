"""Countries and states that stand after a town ("Lund, Sweden"), so that the town is no part of a name."""

import re

_COUNTRIES = """
    afghanistan|albania|algeria|argentina|armenia|australia|austria|azerbaijan|
    bangladesh|belarus|belgium|bolivia|bosnia and herzegovina|brazil|bulgaria|cameroon|
    canada|chile|china|colombia|costa rica|croatia|cuba|cyprus|czech republic|czechia|
    denmark|ecuador|egypt|estonia|ethiopia|finland|france|georgia|germany|ghana|
    greece|hong kong|hungary|iceland|india|indonesia|iran|iraq|ireland|israel|italy|
    japan|jordan|kazakhstan|kenya|latvia|lebanon|liechtenstein|lithuania|luxembourg|
    malaysia|malta|mexico|moldova|morocco|nepal|netherlands|the netherlands|new zealand|
    nigeria|north macedonia|norway|pakistan|peru|philippines|poland|portugal|qatar|
    romania|russia|saudi arabia|senegal|serbia|singapore|slovakia|slovenia|south africa|
    south korea|spain|sri lanka|sweden|switzerland|syria|taiwan|thailand|tunisia|
    turkey|türkiye|ukraine|united arab emirates|uae|united kingdom|uk|great britain|
    united states|united states of america|usa|uruguay|venezuela|vietnam|england|
    scotland|wales|northern ireland|deutschland|österreich|schweiz|belgien|bulgarien|
    dänemark|estland|finnland|frankreich|griechenland|großbritannien|indien|irland|
    island|italien|kroatien|lettland|litauen|luxemburg|niederlande|norwegen|polen|
    rumänien|russland|schweden|serbien|slowakei|slowenien|spanien|tschechien|türkei|
    ungarn|vereinigtes königreich|vereinigte staaten|allemagne|autriche|belgique|bulgarie|
    chypre|croatie|danemark|espagne|finlande|grèce|hongrie|irlande|italie|maroc|
    norvège|pays-bas|pologne|roumanie|royaume-uni|russie|suède|suisse|tunisie|turquie|
    algérie|sénégal|états-unis|alemania|bélgica|brasil|dinamarca|eslovenia|españa|
    estados unidos|finlandia|francia|grecia|hungría|irlanda|italia|japón|marruecos|
    méxico|noruega|países bajos|perú|polonia|reino unido|rumanía|suecia|suiza|turquía|
    ucrania|nederland|belgië|duitsland|danmark|norge|sverige|suomi|polska|česko|
    magyarország|românia|svizzera|svezia|germania|spagna|paesi bassi|regno unito|
    stati uniti|alemanha|espanha|suíça
"""
_STATES = """
    alabama|alaska|arizona|arkansas|california|colorado|connecticut|delaware|florida|
    hawaii|idaho|illinois|indiana|iowa|kansas|kentucky|louisiana|maine|maryland|
    massachusetts|michigan|minnesota|mississippi|missouri|montana|nebraska|nevada|
    new hampshire|new jersey|new mexico|new york|north carolina|north dakota|ohio|
    oklahoma|oregon|pennsylvania|rhode island|south carolina|south dakota|tennessee|
    texas|utah|vermont|virginia|washington|west virginia|wisconsin|wyoming|alberta|
    british columbia|manitoba|new brunswick|nova scotia|ontario|quebec|québec|
    saskatchewan|new south wales|queensland|victoria|western australia|baden-württemberg|
    bayern|brandenburg|hessen|niedersachsen|nordrhein-westfalen|nrw|rheinland-pfalz|
    saarland|sachsen|sachsen-anhalt|schleswig-holstein|thüringen|bavaria|catalonia|
    cataluña|andalucía|andalusia
"""
_REGIONS = frozenset(" ".join(name.split()) for name in f"{_COUNTRIES}|{_STATES}".split("|"))
_CODE = re.compile(r"^(?:[A-Z]{2}|U\.S\.A?\.|U\.K\.)(?:\s\d{5})?$")


def is_region(text: str) -> bool:
    """Whether a piece of text is a country or state, or its two letters ("OH")."""
    return text.casefold() in _REGIONS or bool(_CODE.match(text))
