"""Two organisations in one database: what one writes the other cannot see, read by id, change or delete, in any table."""

import uuid

import pytest
from django.db import Error, connection, transaction

from reconvene.base import tenancy
from reconvene.base.row_security import locked_models
from reconvene.groups.models import Group
from reconvene.people.models import Organisation, Person
from tests import world

pytestmark = [pytest.mark.django_db, pytest.mark.nowhere]


@pytest.fixture
def two():
    ours, theirs = world.make_organisation("Aldermoor"), world.make_organisation("Other")
    with tenancy.within(ours.id):
        world.make_group(*world.people("ana", "ben", "cho"))
    with tenancy.within(theirs.id):
        world.person("gil")
    return ours, theirs


def test_each_organisation_sees_its_own_people_only(two):
    ours, theirs = two

    with tenancy.within(theirs.id):
        assert [person.name for person in Person.objects.all()] == ["Gil Example"]
    with tenancy.within(ours.id):
        assert {person.name for person in Person.objects.all()} == {"Ana Example", "Ben Example", "Cho Example", "Eva Example"}


def test_what_was_noted_ends_with_its_transaction_and_after_another_one_inside_it(two):
    ours, theirs = two

    with tenancy.within(ours.id):
        tenancy.noted()["mark"] = 1
        with tenancy.within(theirs.id):
            assert tenancy.noted() == {}
            tenancy.noted()["mark"] = 2
        assert tenancy.noted() == {}  # it may have been changed inside
        tenancy.noted()["mark"] = 3
    tenancy.noted()["mark"] = 4
    assert tenancy.noted() == {}
    with tenancy.within(ours.id):
        assert tenancy.noted() == {}


def test_outside_of_any_organisation_every_table_is_empty(two):
    seen = {model._meta.label: model._default_manager.count() for model in locked_models() if model._meta.label != "guides.Topic"}

    assert {label: count for label, count in seen.items() if count} == {}


def test_every_table_with_an_organisation_is_locked_with_force():
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity")
        locked = {row[0] for row in cursor.fetchall()}

    assert locked == {model._meta.db_table for model in locked_models()}


def test_another_organisations_rows_cannot_be_changed_or_deleted(two):
    ours, theirs = two
    with tenancy.within(theirs.id):
        changed = Person.objects.filter(organisation_id=ours.id).update(name="Changed")
        deleted, _ = Group.objects.filter(organisation_id=ours.id).delete()

    assert (changed, deleted) == (0, 0)
    with tenancy.within(ours.id):
        assert not Person.objects.filter(name="Changed").exists()
        assert Group.objects.count() == 1


def test_a_row_cannot_be_written_into_another_organisation(two):
    ours, theirs = two

    with pytest.raises(Error), tenancy.within(theirs.id), transaction.atomic():
        Person.objects.create(name="Intruder", organisation_id=ours.id)


def test_sign_in_finds_the_organisation_by_address_in_any_case_and_nothing_else(two):
    ours, theirs = two

    assert tenancy.organisation_of_address("ANA@aldermoor.example") == ours.id
    assert tenancy.organisation_of_address("gil@other.example") == theirs.id
    assert tenancy.organisation_of_address("nobody@other.example") is None
    assert Person.objects.count() == 0


def test_dispatchers_visit_every_organisation(two):
    assert set(tenancy.every_organisation()) == {organisation.id for organisation in two}


def test_leaving_a_nested_organisation_restores_the_outer_one(two):
    ours, theirs = two
    with tenancy.within(ours.id):
        with tenancy.within(theirs.id):
            assert tenancy.current() == theirs.id
        assert tenancy.current() == ours.id
        assert Organisation.objects.get().name == "Aldermoor"


def test_nothing_is_written_outside_of_an_organisation():
    with pytest.raises(tenancy.NoOrganisation):
        tenancy.current()
    with pytest.raises(Error), transaction.atomic():
        Person.objects.create(name="Nowhere", organisation_id=uuid.uuid4())
