"""Exports as LinkedIn makes them, of people who do not exist."""

import csv
import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence

PROFILE = (
    "First Name,Last Name,Maiden Name,Address,Birth Date,Headline,Summary,Industry,Zip Code,Geo Location,"
    "Twitter Handles,Websites,Instant Messengers"
)
COMPLETE: Mapping[str, str] = {
    "Profile.csv": f'{PROFILE}\nAda,Muster,,,"Jan 5, 1990",Data engineer,'
    '"I build pipelines that finish before breakfast.\n\nI like code that is boring to run.",'
    'Software,10115,"Berlin, Germany",[adamuster],'
    '"[PORTFOLIO:https://ada.example,OTHER:https://github.com/ada-muster]",\n',
    "Email Addresses.csv": "Email Address,Confirmed,Primary,Updated On\n"
    "old@example.org,Yes,No,1/1/20\nada@example.org,Yes,Yes,1/1/20\n",
    "PhoneNumbers.csv": "Extension,Number,Type\n,+49 30 23125 114,Mobile\n",
    "Positions.csv": "Company Name,Title,Description,Location,Started On,Finished On\n"
    'Acme,Data Engineer,"• Built the billing pipeline, in Python\n• Cut its cost by 30%\n'
    '- Mentored two juniors",'
    "Berlin,Jan 2020,\n"
    "Beta,Developer,• Wrote the importer  • Kept the servers alive,Bonn,2017,Dec 2019\n",
    "Education.csv": "School Name,Start Date,End Date,Notes,Degree Name,Activities\n"
    'Technical University,2011,2015,Grade 1.3,"BSc, Computer Science",Chess club\n',
    "Skills.csv": "Name\nPython\nPostgreSQL\n",
    "Languages.csv": "Name,Proficiency\nGerman,Native or bilingual proficiency\nPolish,\n",
    "Certifications.csv": "Name,Url,Authority,Started On,Finished On,License Number\n"
    "CKAD,https://certs.example/1,CNCF,Mar 2024,,AB-1\n",
    "Projects.csv": "Title,Description,Url,Started On,Finished On\n"
    "Tide clock,Shows the tide.,https://tide.example,May 2021,Jun 2021\n",
    "Honors.csv": "Title,Description,Issued On\nBest thesis,Of the faculty.,Jul 2015\n",
    "Publications.csv": "Name,Published On,Description,Publisher,Url\n"
    'On queues,"Mar 5, 2020",What waits.,Journal of Queues,https://queues.example/1\n',
    "Courses.csv": "Name,Number\nDatabases I,CS-101\n",
    "Volunteering.csv": "Company Name,Role,Cause,Started On,Finished On,Description\n"
    "Food Bank,Driver,POVERTY,2016,2018,Drove on Saturdays.\n",
    "Organizations.csv": "Name,Position,Description,Started On,Finished On\nChess League,Treasurer,,2019,\n",
    "Patents.csv": "Title,Description,Url,Patent Number,Issued On\nTide wheel,A wheel.,,DE 1,Feb 2022\n",
    "Test Scores.csv": "Name,Score,Description,Date\nTOEFL,110,,Mar 2013\n",
    "Connections.csv": 'Notes:\n"Some addresses are missing."\n\nFirst Name,Last Name\nBob,Builder\n',
    "messages.csv": "FROM,TO,CONTENT\nBob,Ada,Hi\n",
}


def archive(files: Mapping[str, str | bytes], folder: str = "") -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, content in files.items():
            zipped.writestr(folder + name, content)
    return packed.getvalue()


def with_profile(**files: str) -> bytes:
    """An export of little: a name, and the files given without their ending."""
    named = {f"{name.replace('_', ' ')}.csv": content for name, content in files.items()}
    return archive({"Profile.csv": "First Name,Last Name\nAda,Muster\n"} | named)


def table(*rows: Sequence[str]) -> str:
    written = io.StringIO()
    csv.writer(written).writerows(rows)
    return written.getvalue()


def positions(rows: Iterable[Sequence[str]]) -> str:
    head = ("Company Name", "Title", "Description", "Location", "Started On", "Finished On")
    return table(head, *rows)
