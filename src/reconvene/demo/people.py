"""The sample company's people: 240 managers in twelve functions with their reporting lines. Invented; any likeness is chance."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reconvene.people.models import Level, Organisation, Person
from reconvene.people.rules import Role

COMPANY = "Halden Works"
DOMAIN = "halden.example"
LEVELS = ("Team lead", "Head of department", "Director", "Managing director")
FUNCTIONS = (
    "Procurement", "Customer support", "Warehouse operations", "Field service", "Payroll and benefits", "Quality lab",
    "Production", "Sales", "Finance", "Engineering", "Information technology", "Marketing",
)  # fmt: skip
HEADS, TEAM_LEADS = 3, 16  # in each function, under one director: 12 × 20 = 240 managers
SITES = (("Halden", "Europe/Berlin", "DE"), ("Halden", "Europe/Berlin", "DE"), ("Halden", "Europe/Berlin", "DE"), ("Leeds", "Europe/London", "GB"),
         ("Rotterdam", "Europe/Amsterdam", "NL"), ("Boston", "America/New_York", "US"), ("Pune", "Asia/Kolkata", "IN"))  # fmt: skip
FIRST_NAMES = [
    "Aisha",
    "Tomasz",
    "Helen",
    "Daniel",
    "João",
    "Maya",
    "Ingrid",
    "Kofi",
    "Priya",
    "Lars",
    "Mei",
    "Samuel",
    "Elif",
    "Pavel",
    "Nora",
    "Diego",
    "Hana",
    "Oskar",
    "Leila",
    "Marc",
    "Yuki",
    "Amara",
    "Jonas",
    "Sofia",
    "Ravi",
    "Greta",
    "Malik",
    "Clara",
    "Niko",
    "Zeynep",
    "Ewa",
    "Hugo",
    "Farah",
    "Anton",
    "Lucia",
    "Omar",
    "Beth",
    "Kenji",
    "Rosa",
    "Emil",
    "Tariq",
    "Vera",
    "Luis",
    "Astrid",
    "Chen",
    "Marta",
    "Idris",
    "Judith",
    "Paolo",
    "Selma",
    "Viktor",
    "Naomi",
    "Felix",
    "Dalia",
    "Arjun",
    "Petra",
    "Simon",
    "Irina",
    "Bruno",
    "Salma",
    "Otto",
    "Carmen",
    "Jamal",
    "Lena",
    "Marek",
    "Olga",
    "Ruben",
    "Fatima",
    "Stefan",
    "Ana",
]
LAST_NAMES = [
    "Rahman",
    "Wrona",
    "Brandt",
    "Okafor",
    "Teles",
    "Lindgren",
    "Solheim",
    "Mensah",
    "Nair",
    "Petersen",
    "Zhou",
    "Adeyemi",
    "Kaya",
    "Novak",
    "Bauer",
    "Ortega",
    "Sato",
    "Nyberg",
    "Haddad",
    "Dubois",
    "Tanaka",
    "Diallo",
    "Weber",
    "Rossi",
    "Iyer",
    "Holm",
    "Karim",
    "Vogel",
    "Laine",
    "Demir",
    "Kowalska",
    "Martin",
    "Aziz",
    "Fischer",
    "Moreno",
    "Farouk",
    "Hughes",
    "Mori",
    "Castro",
    "Larsen",
    "Hassan",
    "Schulz",
    "Silva",
    "Berg",
    "Wang",
    "Kruger",
    "Bello",
    "Stein",
    "Ferrari",
    "Jansen",
    "Horvat",
    "Levy",
    "Keller",
    "Mansour",
    "Menon",
    "Vidal",
    "Carter",
    "Popov",
    "Costa",
    "Amin",
    "Winkler",
    "Reyes",
]


@dataclass(frozen=True)
class Cast:
    """The company: its organisation and its people by part."""

    organisation: Organisation
    by_function: dict[str, list[Person]]
    learning: Person
    sponsor: Person

    def team_leads(self, rng: random.Random, *, taken: set[str], count: int, near: bool = True) -> list[Person]:
        """Team leads of different functions who are not in `taken`; `near` keeps to sites in Europe. Adds them to `taken`."""
        chosen: list[Person] = []
        for function in rng.sample(FUNCTIONS, len(FUNCTIONS)):
            free = [
                one
                for one in self.by_function[function][1 + HEADS :]
                if one.external_id not in taken and (not near or one.country in ("DE", "GB", "NL"))
            ]
            if free and len(chosen) < count:
                chosen.append(rng.choice(free))
                taken.add(str(chosen[-1].external_id))
        return chosen


def hire(organisation: Organisation, *, rng: random.Random) -> Cast:
    """Write everybody into the directory, superiors first."""
    levels = {level.rank: level for level in Level.objects.filter(organisation=organisation)}
    names = iter(_names(rng))
    top = Person.objects.create(
        name="Ruth Halvorsen", email=f"ruth.halvorsen@{DOMAIN}", job_title="Managing director", level=levels[4], function="Board", external_id="1",
        site="Halden", time_zone="Europe/Berlin", country="DE", languages=["en"], roles=[Role.SPONSOR],
    )  # fmt: skip
    learning = Person.objects.create(
        name="Fenna de Wit", email=f"fenna.dewit@{DOMAIN}", job_title="Head of learning and development", level=levels[2], function="People",
        external_id="2", manager=top, site="Halden", time_zone="Europe/Berlin", country="DE", languages=["en"], roles=[Role.LEARNING, Role.ADMIN],
    )  # fmt: skip
    Person.objects.create(
        name="Odile Marchand", email=f"odile.marchand@{DOMAIN}", job_title="Learning and development partner", function="People",
        external_id="4", manager=learning, site="Halden", time_zone="Europe/Berlin", country="DE", languages=["en"], roles=[Role.LEARNING],
    )  # fmt: skip
    Person.objects.create(
        name="Jonas Brandvik", email=f"jonas.brandvik@{DOMAIN}", job_title="Works council", external_id="3", site="Halden",
        time_zone="Europe/Berlin", country="DE", languages=["en"], roles=[Role.COUNCIL],
    )  # fmt: skip
    by_function: dict[str, list[Person]] = {}
    for number, function in enumerate(FUNCTIONS):
        start = 100 * (number + 1)
        director = _managers(names, function, [top], rank=3, first_id=start, rng=rng, levels=levels)[:1]
        heads = _managers(names, function, director * HEADS, rank=2, first_id=start + 1, rng=rng, levels=levels)
        leads = _managers(
            names, function, [heads[i % HEADS] for i in range(TEAM_LEADS)], rank=1, first_id=start + 10, rng=rng, levels=levels
        )
        by_function[function] = [*director, *heads, *leads]
    return Cast(organisation, by_function, learning, top)


def _managers(names: Iterator[str], function: str, bosses: Sequence[Person], *, rank: int, first_id: int, rng: random.Random,
              levels: dict[int, Level]) -> list[Person]:  # fmt: skip
    titles = {3: f"Director, {function}", 2: f"Head of department, {function}", 1: f"Team lead, {function}"}
    made = []
    for offset, boss in enumerate(bosses):
        name = next(names)
        site, zone, country = SITES[0] if rank == 3 else rng.choice(SITES)
        person = Person(
            name=name, email=f"{_address(name)}@{DOMAIN}", job_title=titles[rank], level=levels[rank], function=function, manager=boss,
            external_id=str(first_id + offset), site=site, time_zone=zone, country=country, languages=["en"], team_size=rng.randint(5, 14),
        )  # fmt: skip
        made.append(person)
    return Person.objects.bulk_create(made)


def _names(rng: random.Random) -> list[str]:
    """240 and more different names, no two of whose first names stand close together."""
    pairs = [f"{first} {last}" for last in LAST_NAMES for first in FIRST_NAMES]
    return rng.sample(pairs, 300)


def _address(name: str) -> str:
    plain = name.lower().translate(str.maketrans("ãäöü", "aaou"))
    return ".".join(plain.split())
