"""The words that HR systems put above their columns, and to which of our fields they belong. Read by `reading` and `columns`."""

import re
import unicodedata
from collections.abc import Iterable

FIELDS = (
    "external_id", "name", "first_name", "last_name", "email", "job_title", "level", "function", "site", "time_zone",
    "languages", "manager_ref", "country", "active", "end_date",
)  # fmt: skip

# Normalised: lower case, no accents, single spaces. The first words of a field are preferred to its later ones.
# Sources: column names in the public documentation of Workday, BambooHR, SAP SuccessFactors and Personio, the organogram
# files of the United Kingdom's government, and everyday words in German, French, Spanish and Dutch.
WORDS: dict[str, tuple[str, ...]] = {
    "external_id": (
        "employee id", "employee number", "employee no", "worker id", "workday id", "employee #", "emp id", "emp no", "userid",
        "user id", "personnel number", "personnel no", "person id", "person id external", "staff id", "staff number", "staff no",
        "payroll number", "payroll id", "post unique reference", "associate id", "business entity id", "businessentityid",
        "external id", "position id", "personalnummer", "personal nr", "mitarbeiternummer", "mitarbeiter id", "mitarbeiter nr",
        "pers nr", "matricule", "numero employe", "numero d employe", "id employe", "numero de empleado", "id de empleado",
        "id empleado", "legajo", "personeelsnummer", "medewerkernummer", "medewerker id", "id", "number", "nummer",
    ),
    "name": (
        "full name", "name", "display name", "employee name", "worker", "worker name", "legal name", "preferred full name",
        "full legal name", "last name first name", "person name", "formatted name", "employee", "vollstandiger name",
        "mitarbeiter", "nom complet", "nom et prenom", "nombre completo", "nombre y apellidos", "volledige naam", "naam",
    ),
    "first_name": (
        "preferred first name", "first name", "given name", "forename", "firstname", "legal first name", "vorname", "rufname",
        "prenom", "nombre", "voornaam", "roepnaam",
    ),
    "last_name": (
        "last name", "surname", "family name", "lastname", "legal last name", "preferred last name", "nachname", "familienname",
        "nom", "nom de famille", "apellido", "apellidos", "achternaam",
    ),
    "email": (
        "work email", "email work", "email primary work", "primary work email", "email address", "email", "e mail", "mail",
        "work e mail", "business email", "business e mail", "e mail address", "contact e mail", "contact email",
        "company email", "primary email", "email address work", "geschaftliche e mail", "e mail geschaftlich",
        "e mail adresse", "emailadresse", "adresse e mail", "adresse electronique", "adresse mail", "courriel",
        "email professionnel", "correo electronico", "correo", "e mailadres", "zakelijk e mailadres",
    ),
    "job_title": (
        "job title", "business title", "title", "position title", "position", "role", "job", "job profile", "job name",
        "generic job title", "stellenbezeichnung", "positionsbezeichnung", "stelle", "berufsbezeichnung", "funktionsbezeichnung",
        "titel", "intitule du poste", "poste", "fonction", "emploi", "puesto", "cargo", "titulo del puesto", "functietitel",
        "functienaam", "functie",
    ),
    "level": (
        "management level", "job level", "grade or equivalent", "grade", "job grade", "pay grade", "compensation grade",
        "career level", "level", "band", "job band", "seniority", "level of responsibility", "responsibility level",
        "organization level", "organisation level", "hierarchy level", "leadership level", "grade level", "pay band", "salary band",
        "karrierestufe", "fuhrungsebene", "ebene", "besoldungsgruppe", "entgeltgruppe", "tarifgruppe", "niveau", "echelon",
        "classification", "nivel", "categoria", "functieniveau", "schaal", "functieschaal",
    ),
    "function": (
        "department", "function", "department name", "business unit", "unit", "division", "team", "supervisory organization",
        "cost center", "cost centre", "org unit", "organizational unit", "organisational unit", "job family", "job function",
        "abteilung", "bereich", "fachbereich", "organisationseinheit", "departement", "service", "direction", "departamento",
        "area", "afdeling", "team name", "directorate",
    ),
    "site": (
        "site", "office", "location", "work location", "location name", "office location", "workplace", "city", "work city",
        "primary location", "standort", "arbeitsort", "buro", "dienstort", "niederlassung", "lieu de travail", "etablissement",
        "bureau", "lieu", "sede", "oficina", "lugar de trabajo", "centro de trabajo", "locatie", "vestiging", "kantoor",
        "werklocatie",
    ),
    "time_zone": (
        "time zone", "timezone", "work time zone", "tz", "user time zone", "zeitzone", "fuseau horaire", "zona horaria",
        "huso horario", "tijdzone",
    ),
    "languages": (
        "languages", "language", "preferred language", "spoken languages", "locale", "default locale", "sprachen", "sprache",
        "langues", "langue", "idiomas", "idioma", "talen", "taal",
    ),
    "manager_ref": (
        "manager id", "manager employee id", "manager email", "supervisor id", "supervisor email", "reports to senior post",
        "manager user id", "manager userid", "manager worker id", "reporting senior post", "reports to id", "line manager id",
        "line manager email", "manager employee number", "supervisor employee number", "reports to", "manager",
        "worker s manager", "worker manager", "direct manager", "line manager", "supervisor", "reporting to", "manager name",
        "supervisor name", "reporting manager", "vorgesetzter", "vorgesetzte", "vorgesetzte r", "vorgesetzten id",
        "vorgesetzter id", "vorgesetzter e mail", "fuhrungskraft", "responsable", "superieur hierarchique", "superieur",
        "manager direct", "jefe", "jefe directo", "supervisor directo", "leidinggevende", "direct leidinggevende",
    ),
    "country": (
        "country", "country name", "country region", "work country", "location country", "land", "pays", "pais",
    ),
    "active": (
        "active", "status", "employment status", "employee status", "worker status", "active status", "current flag",
        "is active", "aktiv", "beschaftigungsstatus", "mitarbeiterstatus", "actif", "statut", "activo", "estado", "actief",
    ),
    "end_date": (
        "termination date", "end date", "leaving date", "last working day", "contract end date", "employment end date",
        "last day of work", "austrittsdatum", "austritt", "vertragsende", "date de sortie", "date de depart", "date de fin",
        "fecha de baja", "fecha de salida", "uitdienstdatum", "datum uit dienst", "einddatum",
    ),
}  # fmt: skip

COUNT_WORDS = ("number of posts", "headcount", "head count", "number of employees", "anzahl", "effectif", "fte count", "vacancies")

_BY_WORD = {word: (field, place) for field, words in WORDS.items() for place, word in enumerate(words)}


def normalise(heading: str) -> str:
    """A heading in lower case without accents and signs: "E-Mail (Work)" becomes "e mail work"."""
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", heading) if not unicodedata.combining(sign))
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", plain).casefold().replace("ß", "ss")
    return " ".join(re.sub(r"[^\w#]+|_", " ", spaced).split())


def field_of(heading: str) -> tuple[str, int] | None:
    """The field a heading names and how far down the field's list of words it stands, or None."""
    normal = normalise(heading)
    return _BY_WORD.get(normal) or _BY_WORD.get(normal.replace(" ", ""))


def count_known(row: Iterable[str]) -> int:
    """How many different fields the cells of a row name, were it a heading row."""
    found = (field_of(cell) for cell in row if 0 < len(cell) <= 60)
    return len({match[0] for match in found if match})
