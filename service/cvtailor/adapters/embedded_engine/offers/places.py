"""Names of places, enough to tell a location from a company in the head of an ad."""

import re

from cvtailor.adapters.embedded_engine.words import fold

_NAMES = """
London|Manchester|Birmingham|Leeds|Liverpool|Bristol|Sheffield|Edinburgh|Glasgow|Cardiff|Belfast|
Newcastle|Nottingham|Leicester|Cambridge|Oxford|Brighton|Southampton|Portsmouth|York|Exeter|Norwich|
Coventry|Aberdeen|Dundee|Swansea|Bath|Plymouth|Derby|Milton Keynes|Dublin|Cork|Galway|Limerick|New York|
New York City|Boston|Chicago|San Francisco|Los Angeles|Seattle|Austin|Denver|Atlanta|Dallas|Houston|
Miami|Philadelphia|Phoenix|San Diego|San Jose|Portland|Minneapolis|Detroit|Columbus|Charlotte|Nashville|
Pittsburgh|Baltimore|Washington|Washington, D.C.|Salt Lake City|Raleigh|St. Louis|Cleveland|Tampa|
Orlando|Sacramento|Kansas City|Indianapolis|Cincinnati|Milwaukee|Las Vegas|Toronto|Montreal|Montréal|
Vancouver|Ottawa|Calgary|Sydney|Melbourne|Brisbane|Perth|Auckland|Wellington|Berlin|Hamburg|München|
Munich|Köln|Cologne|Frankfurt|Frankfurt am Main|Stuttgart|Düsseldorf|Dortmund|Essen|Leipzig|Bremen|
Dresden|Hannover|Hanover|Nürnberg|Nuremberg|Duisburg|Bochum|Wuppertal|Bielefeld|Bonn|Münster|Karlsruhe|
Mannheim|Augsburg|Wiesbaden|Mainz|Aachen|Kiel|Freiburg|Heidelberg|Potsdam|Rostock|Kassel|Jena|Erfurt|
Magdeburg|Ulm|Regensburg|Würzburg|Darmstadt|Göttingen|Braunschweig|Lübeck|Saarbrücken|Ingolstadt|
Tübingen|Konstanz|Walldorf|Wolfsburg|Wien|Vienna|Graz|Linz|Salzburg|Innsbruck|Zürich|Zurich|Genf|Geneva|
Genève|Basel|Bern|Lausanne|Luzern|Winterthur|St. Gallen|Zug|Paris|Lyon|Marseille|Toulouse|Nantes|
Bordeaux|Lille|Strasbourg|Rennes|Montpellier|Nice|Grenoble|Dijon|Angers|Reims|Rouen|Tours|Metz|Nancy|
Clermont-Ferrand|Le Havre|Saint-Étienne|Brest|Limoges|Amiens|Besançon|Orléans|Mulhouse|Caen|Annecy|
Sophia Antipolis|Sophia-Antipolis|Boulogne-Billancourt|Villeurbanne|La Défense|Bruxelles|Brussels|
Antwerp|Antwerpen|Gent|Ghent|Liège|Luxembourg|Luxemburg|Madrid|Barcelona|Valencia|Sevilla|Seville|
Zaragoza|Málaga|Malaga|Bilbao|Murcia|Palma|Palma de Mallorca|Alicante|Córdoba|Valladolid|Vigo|Gijón|
Granada|A Coruña|La Coruña|Vitoria|San Sebastián|Donostia|Santander|Pamplona|Salamanca|Tarragona|
Ciudad de México|México|Buenos Aires|Bogotá|Lima|Santiago|Santiago de Chile|Montevideo|Medellín|
Monterrey|Guadalajara|Lisbon|Lisboa|Porto|Rome|Roma|Milan|Milano|Turin|Torino|Bologna|Florence|Naples|
Amsterdam|Rotterdam|Utrecht|Eindhoven|The Hague|Den Haag|Delft|Leiden|Groningen|Copenhagen|København|
Aarhus|Odense|Lyngby|Stockholm|Gothenburg|Göteborg|Malmö|Uppsala|Lund|Oslo|Bergen|Trondheim|Stavanger|
Tromsø|Helsinki|Espoo|Tampere|Tallinn|Riga|Vilnius|Warsaw|Warszawa|Kraków|Krakow|Wrocław|Gdańsk|Poznań|
Prague|Praha|Brno|Budapest|Bratislava|Bucharest|Cluj-Napoca|Sofia|Belgrade|Zagreb|Ljubljana|Athens|
Istanbul|Ankara|Tel Aviv|Dubai|Abu Dhabi|Doha|Riyadh|Singapore|Hong Kong|Tokyo|Osaka|Seoul|Shanghai|
Beijing|Shenzhen|Taipei|Bangalore|Bengaluru|Mumbai|Delhi|New Delhi|Hyderabad|Chennai|Pune|Cape Town|
Johannesburg|Nairobi|Lagos|Accra|Cairo|Casablanca|São Paulo|Germany|Deutschland|Allemagne|Alemania|
Austria|Österreich|Autriche|Switzerland|Schweiz|Suisse|Suiza|France|Frankreich|Francia|Spain|España|
Spanien|Espagne|Italy|Italien|Italie|Italia|Portugal|Belgium|Belgien|Belgique|Netherlands|
The Netherlands|Niederlande|Pays-Bas|UK|United Kingdom|England|Scotland|Wales|Northern Ireland|Ireland|
Irland|Irlande|Irlanda|Norway|Norwegen|Sweden|Schweden|Denmark|Dänemark|Finland|Poland|Polen|
Czech Republic|Czechia|Hungary|Romania|Greece|Turkey|USA|US|U.S.|United States|Canada|Kanada|Australia|
New Zealand|India|Japan|China|Brazil|Mexico|Argentina|Chile|Colombia|Peru|Israel|South Africa|Europe|
Europa|EU|EMEA|LATAM|Bavaria|Bayern|Hessen|Sachsen|Niedersachsen|Nordrhein-Westfalen|NRW|
Baden-Württemberg|Île-de-France|Bretagne|Occitanie|Cataluña|Andalucía|Galicia|País Vasco|California|
Texas|Florida|Ohio|Massachusetts|Colorado|Illinois|Michigan|Virginia|Georgia|Oregon|Minnesota
"""
_PLACES = frozenset(fold(name) for name in _NAMES.replace("\n", "").split("|"))
_US_STATE = re.compile(
    r"(?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|"
    r"S[CD]|T[NX]|UT|V[AT]|W[AIVY])\b"
)
_POSTCODE = re.compile(r"^(?:[A-Z]{1,2}-)?\d{4,5}\s+(?=[A-ZÀ-Ý])")
_DEPARTMENT = re.compile(r"[A-ZÀ-Ý][\w'’-]+(?:[ -][\w'’-]+){0,3} \((?:\d{2,3}|2[AB])\)")
_SUFFIX = re.compile(r"\s*(?:\([^)]*\)|\b\d{1,2}(?:e|er|ème)?)\s*$")


def is_place(text: str) -> bool:
    """Whether a short text is a place: a known name, a district of one, a postcode, a US state."""
    text = text.strip(" .,;")
    if not text or len(text.split()) > 5:
        return False
    bare = _SUFFIX.sub("", text)
    if fold(text) in _PLACES or fold(bare) in _PLACES or _US_STATE.fullmatch(text):
        return True
    if _POSTCODE.match(text) or _DEPARTMENT.fullmatch(text):
        return True
    first = re.split(r"\s*[-/]\s*|\s+(?=\()", bare)[0]
    if fold(first) in _PLACES and first != bare:
        return True
    words = bare.split()
    return (
        len(words) > 1
        and (fold(words[0]) in _PLACES or fold(words[-1]) in _PLACES)
        and words[-1][:1].isupper()
        and (
            len(words) == 2
            and words[0] in {"Greater", "Central", "North", "South", "East", "West", "Inner", "Outer", "near"}
        )
    )


def place_at_end(text: str) -> re.Match[str] | None:
    """Finds ``in Berlin`` at the end of a text; group ``place`` is the name."""
    match = re.search(r"\s(?:in|à|en|a)\s+(?P<place>[A-ZÀ-Ý][\w.'’-]*(?:\s[A-ZÀ-Ý][\w.'’-]*){0,3})\s*$", text)
    return match if match and is_place(match["place"]) else None
