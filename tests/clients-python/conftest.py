"""Google's clients for Python against the emulator, which the usual variables point to (scripts/conformance sets them)."""

import os
import uuid

import pytest
from google.auth.credentials import AnonymousCredentials
from google.cloud import firestore, pubsub_v1, storage

PROJECT = f"clients-py-{uuid.uuid4().hex[:10]}"
MISSING = [
    name
    for name in ("FIRESTORE_EMULATOR_HOST", "PUBSUB_EMULATOR_HOST", "STORAGE_EMULATOR_HOST")
    if not os.environ.get(name)
]
if MISSING:
    raise SystemExit(f"{MISSING} missing: these tests are started by scripts/conformance")


@pytest.fixture(scope="session")
def project():
    """The project of this run alone."""
    return PROJECT


@pytest.fixture(scope="session")
def db():
    return firestore.Client(project=PROJECT)


@pytest.fixture(scope="session")
def publisher():
    return pubsub_v1.PublisherClient(publisher_options=pubsub_v1.types.PublisherOptions(enable_message_ordering=True))


@pytest.fixture(scope="session")
def subscriber():
    with pubsub_v1.SubscriberClient() as client:
        yield client


@pytest.fixture(scope="session")
def bucket():
    client = storage.Client(project=PROJECT, credentials=AnonymousCredentials())
    return client.create_bucket(f"{PROJECT}-objects", location="EU")
