"""Organisations and the people in them. Read by every app above; written by sign-in, the directory import and set-up."""

import uuid
from datetime import date, datetime
from typing import Self
from zoneinfo import ZoneInfo

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Func
from django.db.models.functions import Lower

from reconvene.base import tenancy
from reconvene.base.models import Owned
from reconvene.people.rules import DEFAULT_LANGUAGE, Role, initials


class Organisation(models.Model):
    """A company, or the part of one, that runs its own peer groups. Nothing crosses from one to another."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=120)
    time_zone = models.CharField(max_length=60, default="UTC")
    country = models.CharField(max_length=6, blank=True, help_text="ISO code, with a region if holidays need one: DE or DE-BY")
    currency = models.CharField(
        max_length=3, default="EUR", help_text="ISO code of the currency in which members say what something is worth"
    )
    created_at = models.DateTimeField()
    is_rehearsal = models.BooleanField(default=False, help_text="One host's rehearsal; thrown away when it ends, never counted, never told")
    help_name = models.CharField(max_length=120, blank=True, help_text="Who is there for members who need help; may be somebody outside")
    help_reach = models.CharField(max_length=200, blank=True, help_text="How to reach them, as members read it")
    help_hours = models.CharField(max_length=120, blank=True, help_text="When they can be reached")
    help_person = models.ForeignKey(
        "Person", models.SET_NULL, null=True, related_name="+", help_text="Gets the request to contact a member; nobody does when empty"
    )

    def __str__(self) -> str:
        return self.name

    @property
    def has_help(self) -> bool:
        """Whether somebody is named whom members can ask for help."""
        return bool(self.help_name)

    def day(self, now: datetime) -> date:
        """The day it is on the organisation's clock."""
        return now.astimezone(ZoneInfo(self.time_zone)).date()

    def count_in(self, currency: str) -> None:
        """Ask members for amounts in another currency. Saves; tells no one."""
        self.currency = currency
        self.save(update_fields=["currency"])

    def name_help(self, *, name: str, reach: str, hours: str, person: "Person | None") -> None:
        """Whom members can ask for help; empty texts name nobody. Saves; tells no one."""
        self.help_name, self.help_reach, self.help_hours, self.help_person = name, reach, hours, person
        self.save(update_fields=["help_name", "help_reach", "help_hours", "help_person"])


def today_here(now: datetime) -> date:
    """The day it is on the clock of the organisation in whose transaction this runs. One query."""
    return Organisation.objects.get(id=tenancy.current()).day(now)


class Level(Owned):
    """One band of responsibility. Bands are ordered: rank 1 leads people for the first time, higher ranks lead more."""

    name = models.CharField(max_length=80)
    rank = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["rank"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "rank"], name="one_level_per_rank"),
            models.UniqueConstraint("organisation", Lower("name"), name="one_level_per_name"),
        ]

    def __str__(self) -> str:
        return self.name


FIRST_NAME = Func(models.F("name"), models.Value(" "), models.Value(1), function="split_part", output_field=models.CharField())
"""The first word of a name, as the database sees it: what an index and the name spotter use."""


class PersonQuerySet(models.QuerySet["Person"]):
    """Words for choosing people."""

    def visible_to(self, person: "Person") -> Self:
        """Everyone in the same organisation: names and functions are no secret inside a company, what they do here is."""
        return self.filter(organisation_id=person.organisation_id)

    def active(self) -> Self:
        """People who have not left."""
        return self.filter(left_at=None)

    def invitable(self) -> Self:
        """Active people with a name and a mail address."""
        return self.active().exclude(name="").exclude(email=None)


class PersonManager(BaseUserManager["Person"].from_queryset(PersonQuerySet)):  # type: ignore[misc]  # built at run time by Django
    """The default manager; there are no passwords and no superusers."""

    def get_by_natural_key(self, username: str | None) -> "Person":
        return self.get(email__iexact=username)


class Person(AbstractBaseUser, Owned):
    """Someone in the directory. May or may not ever sign in; without a name or a mail address it is a post that nobody can invite yet."""

    password = None  # type: ignore[assignment]  # people sign in by mailed code
    email = models.EmailField(null=True, blank=True)
    name = models.CharField(max_length=160, blank=True)
    job_title = models.CharField(max_length=300, blank=True)
    level = models.ForeignKey(Level, models.SET_NULL, null=True, blank=True, related_name="+")
    function = models.CharField(max_length=160, blank=True)
    site = models.CharField(max_length=160, blank=True)
    country = models.CharField(max_length=6, blank=True)
    time_zone = models.CharField(max_length=60, default="UTC")
    languages = ArrayField(models.CharField(max_length=12), default=list, blank=True)
    manager = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="direct_reports")
    external_id = models.CharField(max_length=120, null=True, blank=True)
    team_size = models.PositiveSmallIntegerField(null=True, blank=True)
    roles = ArrayField(models.CharField(max_length=10, choices=[(role.value, role.name) for role in Role]), default=list, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)
    address_changed_at = models.DateTimeField(null=True, blank=True, help_text="Every browser that was signed in before is signed out")

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = []
    objects = PersonManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), condition=models.Q(left_at=None), name="one_active_person_per_address"),
            models.UniqueConstraint(fields=["organisation", "external_id"], name="one_person_per_external_id"),
            models.CheckConstraint(condition=~models.Q(manager=models.F("id")), name="nobody_is_their_own_manager"),
        ]
        indexes = [
            models.Index(fields=["organisation", "left_at", "name"], name="person_directory"),
            models.Index("organisation", FIRST_NAME, name="person_first_name"),
        ]

    def __str__(self) -> str:
        return self.name or self.job_title

    @property
    def is_active(self) -> bool:  # type: ignore[override]  # a fact with a date, not a flag to be set
        """Whether the person may sign in."""
        return self.left_at is None

    @property
    def first_name(self) -> str:
        """What colleagues call the person, as far as a name tells."""
        return self.name.split(" ")[0]

    @property
    def initials(self) -> str:
        """One or two letters for a seat at the table."""
        return initials(self.name)

    @property
    def spoken_languages(self) -> frozenset[str]:
        """Codes of the working languages; the organisation's own when none is known."""
        return frozenset(self.languages) or frozenset({DEFAULT_LANGUAGE})

    def get_session_auth_hash(self) -> str:
        """What a browser's session must hold to stay signed in; another one once the address was changed to which the codes go."""
        usual = super().get_session_auth_hash()
        return f"{usual}.{self.address_changed_at.timestamp()}" if self.address_changed_at else usual

    def has_role(self, role: Role) -> bool:
        """Whether the person was given `role`. Everyone is a member without being given it."""
        return role in self.roles

    @property
    def is_learning_lead(self) -> bool:
        """Whether the person runs the programme."""
        return self.has_role(Role.LEARNING)

    @property
    def may_read_reports(self) -> bool:
        """Whether the person may open the published reports."""
        return self.has_role(Role.LEARNING) or self.has_role(Role.SPONSOR)

    @property
    def is_council(self) -> bool:
        """Whether the person looks after people's rights for the works council or data protection."""
        return self.has_role(Role.COUNCIL)

    @property
    def may_oversee(self) -> bool:
        """Whether the person sees the settings of disclosure, their changes, and who opened which report."""
        return self.has_role(Role.LEARNING) or self.has_role(Role.COUNCIL)

    @property
    def is_administrator(self) -> bool:
        """Whether the person administers the organisation."""
        return self.has_role(Role.ADMIN)

    @property
    def may_import(self) -> bool:
        """Whether the person may bring in the directory."""
        return self.has_role(Role.LEARNING) or self.has_role(Role.ADMIN)

    def leave(self, *, now: datetime) -> None:
        """Mark the person as no longer there. Saves; tells no one; the apps above end memberships at the next tick."""
        self.left_at = now
        self.save(update_fields=["left_at"])


class RoleChangeQuerySet(models.QuerySet["RoleChange"]):
    """Words for choosing changes of roles."""

    def visible_to(self, person: Person) -> Self:
        """All of the organisation, for administrators and for whoever oversees them."""
        sees = person.is_administrator or person.may_oversee
        return self.filter(organisation_id=person.organisation_id) if sees else self.none()


class RoleChange(Owned):
    """That somebody's roles were changed: by whom, when, from what to what. Never deleted."""

    person = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    was = ArrayField(models.CharField(max_length=10), default=list)
    roles = ArrayField(models.CharField(max_length=10), default=list)
    changed_at = models.DateTimeField()

    objects = RoleChangeQuerySet.as_manager()

    class Meta:
        ordering = ["-changed_at"]


class AddressChangeQuerySet(models.QuerySet["AddressChange"]):
    """Words for choosing changes of addresses. Nobody is shown them; oversight reads the imports."""

    def untold(self) -> Self:
        """Of which the address that was has not been told yet."""
        return self.filter(told_at=None)


class AddressChange(Owned):
    """That the address by which somebody signs in was changed or taken away. Kept until the address that it was has long been told of it."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    was = models.EmailField()
    by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+", help_text="Who brought the file; empty: the command line")
    changed_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True, help_text="When the message to the address that it was lay in the outbox")

    objects = AddressChangeQuerySet.as_manager()


class KeepApart(Owned):
    """A private wish not to share a group with someone. Only the person who made it ever sees it."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="apart_from")
    other = models.ForeignKey(Person, models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "other"], name="one_wish_per_pair")]


class DirectoryImportQuerySet(models.QuerySet["DirectoryImport"]):
    """Words for choosing imports."""

    def visible_to(self, person: Person) -> Self:
        """All imports of the organisation for whoever may import, none for anybody else."""
        return self.filter(organisation_id=person.organisation_id) if person.may_import else self.none()

    def overseen_by(self, person: Person) -> Self:
        """Those that led somebody's sign-in to another mail address, the latest first, without the files; for whoever oversees, none for anybody else."""
        sees = self.filter(organisation_id=person.organisation_id, summary__addresses__count__gt=0) if person.may_oversee else self.none()
        return sees.select_related("uploaded_by").defer("data", "choices", "mapping", "level_table").order_by("-applied_at")

    def waiting(self) -> Self:
        """Not applied yet: these still have their file."""
        return self.filter(applied_at=None)

    def newest_first(self) -> Self:
        """For lists, without the files themselves."""
        return self.defer("data", "choices", "mapping", "level_table").order_by("-uploaded_at")


class DirectoryImport(Owned):
    """One uploaded directory file on its way: bytes, reading choices, column mapping, level table, then when it was applied."""

    filename = models.CharField(max_length=255)
    data = models.BinaryField()
    choices = models.JSONField(default=dict)
    mapping = models.JSONField(default=dict)
    level_table = models.JSONField(default=dict)
    uploaded_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    uploaded_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True)
    summary = models.JSONField(default=dict)
    objects = DirectoryImportQuerySet.as_manager()


def reporting_chain(person_id: uuid.UUID) -> tuple[uuid.UUID, ...]:
    """The ids of everyone above a person, nearest first, in one query; stops at a cycle."""
    query = """
        WITH RECURSIVE above(id, depth) AS (
            SELECT manager_id, 1 FROM people_person WHERE id = %s AND manager_id IS NOT NULL
            UNION SELECT p.manager_id, a.depth + 1 FROM people_person p JOIN above a ON p.id = a.id
            WHERE p.manager_id IS NOT NULL AND a.depth < 60)
        SELECT id, min(depth) AS depth FROM above GROUP BY id ORDER BY depth"""
    return tuple(row.id for row in Person.objects.raw(query, [person_id]))
