"""Builders of tailored CVs for the tests of the typesetter."""

from cvtailor.domain.base_cv import Contact, EntryKind, ProfileLink, SectionKind
from cvtailor.domain.tailored_cv import Claim, TailoredCv, TailoredEntry, TailoredSection


def claim(text: str) -> Claim:
    return Claim(id="claim", text=text, evidence_ids=("evidence",))


def claims(*texts: str) -> tuple[Claim, ...]:
    return tuple(claim(text) for text in texts)


def entry(kind: EntryKind, **fields: object) -> TailoredEntry:
    said = {name: claim(value) for name, value in fields.items() if name in ("text", "summary")}
    said |= {"highlights": claims(*fields["highlights"])} if "highlights" in fields else {}
    return TailoredEntry.model_validate({"source_id": "entry[0]", "kind": kind, **fields, **said})


def section(kind: SectionKind, title: str, *entries: TailoredEntry) -> TailoredSection:
    return TailoredSection(key=title.lower(), kind=kind, title=title, entries=entries)


def text_cv(*texts: str, name: str = "Ada Byron", language: str = "en") -> TailoredCv:
    paragraphs = (entry(EntryKind.TEXT, text=text) for text in texts)
    return TailoredCv(
        contact=Contact(name=name),
        sections=(section(SectionKind.OTHER, "Notes", *paragraphs),),
        language=language,
    )


def highlights_cv(*texts: str, name: str = "Ada Byron") -> TailoredCv:
    job = entry(
        EntryKind.EXPERIENCE,
        organisation="Engine Works",
        title="Analyst",
        start_date="2020-01",
        end_date="2022-05",
        highlights=texts,
    )
    return TailoredCv(
        contact=Contact(name=name), sections=(section(SectionKind.EXPERIENCE, "Experience", job),)
    )


def contact_cv(**contact: object) -> TailoredCv:
    return TailoredCv(
        contact=Contact.model_validate({"name": "Ada Byron", **contact}),
        sections=(section(SectionKind.OTHER, "Notes", entry(EntryKind.TEXT, text="Some text.")),),
    )


def full_cv(name: str = "Katharina Vogel", lines_per_job: int = 4, language: str = "en") -> TailoredCv:
    """Every kind of entry, on one to two pages."""
    work = (
        "Moved 40 services of the payments platform to Kubernetes and cut the monthly bill by 31 %.",
        "Built the **settlement pipeline** in Python and PostgreSQL: 2.1 million transactions, C# clients.",
        "Halved the time from commit to production (46 to 21 minutes) with a new CI/CD setup.",
        "Mentored three junior engineers; ran the R&D reading group @ Lumen.",
        "Wrote the on-call handbook that four teams use; incidents fell from 14 to 5 a quarter.",
        "Introduced contract tests between 12 teams, which caught 80 breaking changes before release.",
    )
    jobs = [
        entry(
            EntryKind.EXPERIENCE,
            organisation=organisation,
            title=title,
            location=location,
            start_date=start,
            end_date=end,
            summary=summary,
            highlights=[work[(first + line) % len(work)] for line in range(lines_per_job)],
        )
        for first, (organisation, title, location, start, end, summary) in enumerate(
            (
                (
                    "Lumen Payments GmbH",
                    "Senior Backend Engineer",
                    "Berlin",
                    "2021-03",
                    "present",
                    "Payments platform of a company with 400 people.",
                ),
                ("Nordwind Logistik", "Backend Engineer", "Hamburg", "2017-09", "2021-02", ""),
                ("Freie Universität Berlin", "Research Assistant", "Berlin", "2015", "2017", ""),
            )
        )
    ]
    return TailoredCv(
        contact=Contact(
            name=name,
            email="katharina.vogel@example.com",
            phone="+49 30 901820",
            location="Berlin, Germany",
            website="https://katharinavogel.example.com",
            profiles=(
                ProfileLink(network="GitHub", username="kvogel", url="https://github.com/kvogel"),
                ProfileLink(
                    network="LinkedIn",
                    username="katharina-vogel",
                    url="https://www.linkedin.com/in/katharina-vogel/",
                ),
                ProfileLink(network="Kaggle", username="kvogel", url="https://www.kaggle.com/kvogel"),
            ),
        ),
        headline=claim("Backend engineer for payment systems"),
        language=language,
        sections=(
            section(
                SectionKind.SUMMARY,
                "Summary",
                entry(
                    EntryKind.TEXT,
                    text="Backend engineer with nine years in payments and logistics, at home "
                    "in Python, Go and PostgreSQL, and in the operation of what she builds.",
                ),
            ),
            section(SectionKind.EXPERIENCE, "Experience", *jobs),
            section(
                SectionKind.EDUCATION,
                "Education",
                entry(
                    EntryKind.EDUCATION,
                    organisation="Technische Universität Berlin",
                    title="Computer Science",
                    degree="MSc",
                    location="Berlin",
                    start_date="2013-10",
                    end_date="2015-09",
                    highlights=["Thesis on consensus protocols, grade 1.0"],
                ),
                entry(
                    EntryKind.EDUCATION,
                    organisation="Universität Hamburg",
                    title="Business Informatics",
                    degree="Bachelor of Science",
                    start_date="2010",
                    end_date="2013",
                ),
            ),
            section(
                SectionKind.SKILLS,
                "Skills",
                entry(EntryKind.ONE_LINE, title="Languages", text="Python, Go, C#, C++, SQL"),
                entry(EntryKind.ONE_LINE, title="Platforms", text="Kubernetes, PostgreSQL, Kafka, Terraform"),
            ),
            section(
                SectionKind.PROJECTS,
                "Projects",
                entry(
                    EntryKind.NORMAL,
                    title="pgledger",
                    organisation="Open source",
                    start_date="2019-05",
                    end_date="present",
                    url="https://github.com/kvogel/pgledger",
                    summary="A double-entry ledger in SQL.",
                    highlights=["900 stars; used by 11 companies"],
                ),
            ),
            section(
                SectionKind.PUBLICATIONS,
                "Publications",
                entry(
                    EntryKind.PUBLICATION,
                    title="Cheap Consensus for Small Clusters",
                    authors=("**K. Vogel**", "M. Brandt"),
                    organisation="Proceedings of Systems Days",
                    doi="10.1000/182_a_b",
                    date="2016-04",
                ),
            ),
            section(
                SectionKind.CERTIFICATES,
                "Certificates",
                entry(EntryKind.BULLET, text="Certified Kubernetes Administrator, 2022"),
                entry(EntryKind.BULLET, text="AWS Solutions Architect – Associate, 2020"),
            ),
            section(
                SectionKind.LANGUAGES,
                "Languages",
                entry(EntryKind.TEXT, text="German (native), English (C1)"),
            ),
        ),
    )
