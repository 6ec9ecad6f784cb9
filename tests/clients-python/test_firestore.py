"""Google's Firestore client for Python against the emulator."""

import threading
from datetime import datetime, timedelta, timezone

import pytest
from google.api_core import exceptions
from google.cloud import firestore
from google.cloud.firestore_v1.base_query import And, FieldFilter, Or

CITIES = {
    "SF": {"state": "CA", "country": "USA", "capital": False, "population": 860_000, "regions": ["west_coast", "norcal"]},
    "LA": {"state": "CA", "country": "USA", "capital": False, "population": 3_900_000, "regions": ["west_coast", "socal"]},
    "DC": {"state": None, "country": "USA", "capital": True, "population": 680_000, "regions": ["east_coast"]},
    "TOK": {"state": None, "country": "Japan", "capital": True, "population": 9_000_000, "regions": ["kanto", "honshu"]},
    "BJ": {"country": "China", "capital": True, "population": 21_500_000, "regions": ["jingjinji", "hebei"]},
}


@pytest.fixture(scope="module")
def cities(db):
    batch = db.batch()
    for name, data in CITIES.items():
        batch.set(db.document(f"cities/{name}"), data)
    batch.commit()
    return db.collection("cities")


def ids(query):
    return [snapshot.id for snapshot in query.stream()]


def test_documents_keep_every_kind_of_value(db):
    ann = db.document("people/ann")
    written = {
        "text": "é😀", "whole": 2**63 - 1, "fraction": 1.5, "yes": True, "nothing": None, "bytes": b"\x00\xff", "list": [1, "two", {"three": 3}],
        "when": datetime(2024, 2, 29, 1, 2, 3, 456789, timezone.utc), "place": firestore.GeoPoint(-12.5, 99), "nested": {"deep": {"deeper": 1}},
    }
    ann.create({**written, "other": db.document("people/bob")})
    read = ann.get().to_dict()
    assert read.pop("other").path == "people/bob"
    assert read == written
    with pytest.raises(exceptions.AlreadyExists):
        ann.create({})
    assert not db.document("people/bob").get().exists


def test_preconditions_merges_and_transforms(db):
    one = db.document("changes/one")
    written = one.set({"n": 1, "m": {"a": 1, "b": 2}, "tags": ["a", "b"], "old": 1})
    changes = {
        "n": firestore.Increment(41), "tags": firestore.ArrayUnion(["b", "c"]), "m.a": firestore.Maximum(7), "old": firestore.DELETE_FIELD,
        "at": firestore.SERVER_TIMESTAMP,
    }
    one.update(changes, option=db.write_option(last_update_time=written.update_time))
    with pytest.raises(exceptions.FailedPrecondition):
        one.update(changes, option=db.write_option(last_update_time=written.update_time))
    with pytest.raises(exceptions.NotFound):
        db.document("changes/none").update(changes)
    one.set({"m": {"b": 20}}, merge=True)
    read = one.get().to_dict()
    assert isinstance(read.pop("at"), datetime)
    assert read == {"n": 42, "m": {"a": 7, "b": 20}, "tags": ["a", "b", "c"]}
    assert one.get(["m.a"]).to_dict() == {"m": {"a": 7}}


@pytest.mark.parametrize(
    ("path", "operator", "value", "expected"),
    [
        ("state", "==", "CA", ["LA", "SF"]),
        ("capital", "!=", True, ["LA", "SF"]),
        ("population", "<", 860_000, ["DC"]),
        ("population", ">=", 3_900_000, ["LA", "TOK", "BJ"]),
        ("country", "in", ["USA", "Japan"], ["DC", "LA", "SF", "TOK"]),
        ("country", "not-in", ["USA", "Japan"], ["BJ"]),
        ("regions", "array_contains", "west_coast", ["LA", "SF"]),
        ("regions", "array_contains_any", ["west_coast", "east_coast"], ["DC", "LA", "SF"]),
        ("state", "==", None, ["DC", "TOK"]),
    ],
)
def test_every_operator_finds_what_the_documentation_says(cities, path, operator, value, expected):
    assert ids(cities.where(filter=FieldFilter(path, operator, value))) == expected


def test_conditions_cursors_and_aggregations(cities):
    either = Or([FieldFilter("capital", "==", False), FieldFilter("population", ">=", 9_000_000)])
    assert ids(cities.where(filter=either).order_by("population")) == ["SF", "LA", "TOK", "BJ"]
    both = And([FieldFilter("country", "==", "USA"), FieldFilter("population", ">", 700_000)])
    assert ids(cities.where(filter=both)) == ["SF", "LA"]
    ordered = cities.order_by("population")
    assert ids(ordered.start_after({"population": 860_000}).limit(2)) == ["LA", "TOK"]
    assert ids(ordered.start_at(cities.document("LA").get()).end_before({"population": 21_500_000})) == ["LA", "TOK"]
    assert ids(ordered.offset(3)) == ["TOK", "BJ"]
    # the client turns around the orders that a query shares with those made from it
    assert [snapshot.id for snapshot in cities.order_by("population").limit_to_last(2).get()] == ["TOK", "BJ"]
    [results] = cities.where(filter=FieldFilter("country", "==", "USA")).count(alias="n").sum("population", alias="s").avg("population", alias="a").get()
    assert {result.alias: result.value for result in results} == {"n": 3, "s": 5_440_000, "a": 5_440_000 / 3}


def test_groups_lists_and_bulk(db):
    writer = db.bulk_writer()
    for path in ("trees/a", "trees/a/leaves/1", "trees/b/leaves/2"):
        writer.create(db.document(path), {"path": path})
    writer.close()
    assert ids(db.collection_group("leaves")) == ["1", "2"]
    assert [document.id for document in db.collection("trees").list_documents()] == ["a", "b"]
    assert [collection.id for collection in db.document("trees/b").collections()] == ["leaves"]
    assert [found.exists for found in db.get_all([db.document("trees/a"), db.document("trees/b")])].count(True) == 1
    db.recursive_delete(db.document("trees/a"))
    assert ids(db.collection_group("leaves")) == ["2"]


def test_transactions_that_want_the_same_document_all_count(db):
    counter = db.document("contention/counter")
    counter.set({"n": 0})

    @firestore.transactional
    def add(transaction):
        read = counter.get(transaction=transaction)
        transaction.update(counter, {"n": read.get("n") + 1})

    failures = []

    def run():
        try:
            add(db.transaction(max_attempts=30))
        except Exception as failure:  # told below, where a test can fail
            failures.append(failure)

    threads = [threading.Thread(target=run) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert counter.get().get("n") == 5


def test_the_past_is_read_at_a_time(db):
    document = db.document("past/one")
    written = document.set({"n": 1})
    document.set({"n": 2})
    assert document.get(read_time=written.update_time).get("n") == 1
    with pytest.raises((exceptions.FailedPrecondition, exceptions.InvalidArgument)):
        document.get(read_time=written.update_time - timedelta(days=2))
