"""Who seeks whom, and where, in the usual shapes of an ad's first lines; the names are known to no table."""

import pytest
from cvtailor.adapters.embedded_engine import EmbeddedOfferReader
from cvtailor.domain.job_offer import JobOffer, JobPosting, RemotePolicy

ASKS = "\n\nRequirements\n- Python\n- A degree"


async def read(text: str) -> JobOffer:
    return await EmbeddedOfferReader().read(JobPosting(text=text))


@pytest.mark.parametrize(
    "head",
    [
        "Data Engineer\nKubixel\nBrackwater",
        "Data Engineer – Kubixel – Brackwater",
        "Data Engineer | Kubixel | Brackwater or Remote",
        "Kubixel\nData Engineer\nBrackwater",
        "Data Engineer\nKubixel, Brackwater",
        "Job title: Data Engineer\nEmployer: Kubixel, Brackwater",
        "Kubixel is hiring a Data Engineer in Brackwater.",
        "Die Kubixel mit Sitz in Brackwater sucht ab sofort eine/n Data Engineer (m/w/d).",
        "An der Kubixel in Brackwater ist eine Stelle als\n\nData Engineer (m/w/d)\n\nzu besetzen.",
        "Offre d'emploi — Data Engineer\nKubixel recrute !\nLieu de travail : Brackwater",
        "Bonjour,\n\nKubixel (Brackwater) ouvre un poste de Data Engineer F/H, en CDI.",
        "OFERTA DE EMPLEO\nPuesto: Data Engineer\nEmpresa: Kubixel\nLugar: Brackwater, modelo híbrido",
    ],
)
async def test_title_company_and_place_are_found_in(head: str) -> None:
    offer = await read(head + ASKS)
    assert (offer.title, offer.company, offer.location) == ("Data Engineer", "Kubixel", "Brackwater")


async def test_a_gender_mark_tells_where_a_title_with_a_dash_ends() -> None:
    offer = await read("Data Engineer - Paiements H/F – Kubixel – Lyon" + ASKS)
    assert (offer.title, offer.company) == ("Data Engineer - Paiements", "Kubixel")


async def test_a_company_with_a_legal_form_is_no_place_and_the_department_is_no_company() -> None:
    offer = await read("Senior Accountant - Revenue\nTallgrass Telemetry, Inc.\nColumbus, OH" + ASKS)
    assert (offer.title, offer.company) == ("Senior Accountant – Revenue", "Tallgrass Telemetry, Inc.")
    assert offer.location == "Columbus, OH"


async def test_an_ad_in_a_language_without_tables_is_read_by_its_sentences() -> None:
    offer = await read("Vi søger en ny kollega til køkkenet.\nDu kan lave mad fra bunden og holde orden.")
    assert offer.language == "da"
    assert "Du kan lave mad fra bunden og holde orden" in [item.text for item in offer.requirements]


async def test_a_sentence_that_asks_three_things_is_three_requirements() -> None:
    offer = await read(
        "Sie haben eine Ausbildung als Elektroniker, kennen Siemens S7 und besitzen den Führerschein."
    )
    assert [item.text.split()[-1] for item in offer.requirements] == ["Elektroniker", "S7", "Führerschein"]


async def test_remote_work_that_is_ruled_out_is_work_on_site() -> None:
    offer = await read("Technician\nRemote working is not possible." + ASKS)
    assert offer.remote_policy is RemotePolicy.ON_SITE
