import pytest
from django.db import DataError, connection, transaction

from portal import prepared, tenancy
from portal.models import ChainHead, Contract, Customer
from portal.services import customers
from tests.conftest import NOON


@pytest.fixture
def two(db):
    return [
        customers.open_customer(name, slug=name.lower(), at=NOON) for name in ("Atlas", "Borealis")
    ]


def contract(number: str) -> Contract:
    return Contract.objects.create(
        customer_id=tenancy.current_customer_id(),
        number=number,
        starts_on="2026-01-01",
        ends_on="2026-12-31",
    )


def test_no_customer_no_query(db):
    with pytest.raises(tenancy.NoCustomer):
        Contract.objects.all()
    with pytest.raises(tenancy.NoCustomer):
        Contract.objects.exists()


def test_a_customer_sees_its_own_rows_only(two):
    for customer in two:
        with tenancy.transaction(customer):
            contract(f"of {customer.slug}")

    with tenancy.transaction(two[0]):
        assert [row.number for row in Contract.objects.all()] == ["of atlas"]


def test_the_second_wall_stands_without_the_first(two):
    with tenancy.transaction(two[1]):
        contract("secret")

    with tenancy.transaction(two[0]), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM portal_contract")
        assert cursor.fetchone() == (0,)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM portal_contract")
        assert cursor.fetchone() == (0,)


def test_nothing_can_be_written_for_somebody_else(two):
    with (
        pytest.raises(Exception, match="row-level security"),
        tenancy.transaction(two[0]),
    ):
        Contract.objects.create(
            customer=two[1], number="x", starts_on="2026-01-01", ends_on="2026-12-31"
        )


def test_customers_do_not_see_each_other(two):
    with tenancy.transaction(two[0]):
        assert [c.slug for c in Customer.objects.all()] == ["atlas"]
        assert ChainHead.objects.count() == 1


def test_the_customer_ends_with_its_transaction(two):
    with transaction.atomic():
        with tenancy.transaction(two[0]):
            pass
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('app.customer', true)")
            assert cursor.fetchone() == ("",)


def test_the_outer_customer_comes_back(two):
    with tenancy.transaction(two[0]):
        with tenancy.transaction(two[1]):
            assert tenancy.current_customer_id() == two[1].pk
        assert [c.slug for c in Customer.objects.all()] == ["atlas"]


def test_the_customer_behind_an_address(two):
    assert customers.id_of_slug("borealis") == two[1].pk
    assert customers.id_of_slug("nobody") is None


def test_a_transaction_that_is_to_be_rolled_back_ends_quietly(two):
    with tenancy.transaction(two[0]):
        contract("never")
        transaction.set_rollback(True)

    with tenancy.transaction(two[0]):
        assert Contract.objects.count() == 0
        with tenancy.transaction(two[1]):
            transaction.set_rollback(True)
        assert [c.slug for c in Customer.objects.all()] == ["atlas"]


RENUMBER = "UPDATE portal_contract SET number = 'new'"


def numbers(two):
    found = []
    for customer in two:
        with tenancy.transaction(customer):
            found += [row.number for row in Contract.objects.all()]
    return found


def test_a_statement_sent_at_once_reaches_its_customer_alone_and_leaves_no_trace(two):
    for customer in two:
        with tenancy.transaction(customer):
            contract(f"of {customer.slug}")
    prepared.run("SET synchronous_commit = on", {})

    written = tenancy.at_once(two[0], RENUMBER, {}, wait_for_disk=False)

    assert written.rowcount == 1
    assert numbers(two) == ["new", "of borealis"]
    assert prepared.run(RENUMBER, {}).rowcount == 0  # outside there is no customer
    assert prepared.run("SHOW synchronous_commit", {}).fetchone() == ("on",)


def test_a_statement_sent_at_once_that_fails_is_told_and_changes_nothing(two):
    with tenancy.transaction(two[0]):
        contract("old")

    with pytest.raises(DataError):
        tenancy.at_once(two[0], "UPDATE portal_contract SET number = repeat('x', 1000)", {})

    assert numbers(two) == ["old"]


def test_a_statement_sent_at_once_is_part_of_no_other_transaction(two):
    with tenancy.transaction(two[0]), pytest.raises(RuntimeError):
        tenancy.at_once(two[1], RENUMBER, {})


def test_what_waits_for_the_end_is_done_last_and_not_at_all_if_nothing_is_kept(two):
    done = []

    def close():
        done.append((tenancy.current_customer_id(), Contract.objects.count()))

    def fails():
        tenancy.before_commit(close)
        contract("x" * 1000)

    with tenancy.transaction(two[0]):
        tenancy.before_commit(close)
        contract("kept")
        assert done == []
    assert done == [(two[0].pk, 1)]

    with tenancy.transaction(two[0]):
        tenancy.before_commit(close)
        transaction.set_rollback(True)
    with pytest.raises(DataError), tenancy.transaction(two[0]):
        fails()
    assert done == [(two[0].pk, 1)]
    with pytest.raises(tenancy.NoCustomer):
        tenancy.before_commit(close)
