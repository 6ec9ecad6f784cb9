"""Google's Pub/Sub client for Python against the emulator."""

import queue
import threading
from datetime import datetime, timedelta, timezone

import pytest
from google.api_core import exceptions
from google.cloud import pubsub_v1

PATIENCE = 60


@pytest.fixture
def pair(publisher, subscriber, project):
    """Makes a topic with a subscription to it; answers both names."""

    def make(name, **settings):
        topic, subscription = publisher.topic_path(project, name), subscriber.subscription_path(project, name)
        publisher.create_topic(name=topic)
        subscriber.create_subscription(request={"name": subscription, "topic": topic, **settings})
        return topic, subscription

    return make


def receive(subscriber, subscription, count, take, **options):
    """The first `count` messages that `take` says yes to."""
    taken, enough = queue.Queue(), threading.Event()

    def hear(message):
        if take(message):
            taken.put(message)
            if taken.qsize() == count:
                enough.set()

    hearing = subscriber.subscribe(subscription, callback=hear, **options)
    try:
        assert enough.wait(PATIENCE), f"{taken.qsize()} of {count}"
    finally:
        hearing.cancel()
        hearing.result(PATIENCE)
    return list(taken.queue)


def acknowledged(message):
    message.ack()
    return True


def test_topics_and_subscriptions_are_resources(publisher, subscriber, pair, project):
    topic, subscription = pair("resources", labels={"a": "b"})
    with pytest.raises(exceptions.AlreadyExists):
        publisher.create_topic(name=topic)
    described = subscriber.get_subscription(subscription=subscription)
    assert (described.ack_deadline_seconds, described.labels, described.message_retention_duration.days) == (10, {"a": "b"}, 7)
    changed = subscriber.update_subscription(
        request={"subscription": {"name": subscription, "ack_deadline_seconds": 30}, "update_mask": {"paths": ["ack_deadline_seconds"]}}
    )
    assert (changed.ack_deadline_seconds, changed.labels) == (30, {"a": "b"})
    assert topic in [found.name for found in publisher.list_topics(project=f"projects/{project}")]
    publisher.delete_topic(topic=topic)
    assert subscriber.get_subscription(subscription=subscription).topic == "_deleted-topic_"
    with pytest.raises(exceptions.NotFound):
        publisher.publish(topic, b"x").result(PATIENCE)


def test_messages_of_a_key_arrive_in_order(publisher, subscriber, pair):
    topic, subscription = pair("ordered", enable_message_ordering=True)
    for future in [publisher.publish(topic, str(n).encode(), ordering_key=f"key{n % 2}", n=str(n)) for n in range(200)]:
        future.result(PATIENCE)
    seen = receive(subscriber, subscription, 200, acknowledged)
    for key in (0, 1):
        assert [int(message.data) for message in seen if message.ordering_key == f"key{key}"] == list(range(key, 200, 2))
    with pytest.raises(exceptions.InvalidArgument):
        publisher.publish(topic, b"x", ordering_key="key0", **{"k" * 300: "v"}).result(PATIENCE)
    publisher.resume_publish(topic, "key0")
    publisher.publish(topic, b"x", ordering_key="key0").result(PATIENCE)


def test_large_messages_filters_and_flow_control(publisher, subscriber, pair):
    topic, subscription = pair("large", filter='attributes.kind = "wanted"')
    # against an emulator the client takes no more than gRPC's usual 4 MB
    data = b"x" * 3_900_000
    for kind in ("other", "wanted"):
        publisher.publish(topic, data, kind=kind).result(PATIENCE)
    [message] = receive(subscriber, subscription, 1, acknowledged, flow_control=pubsub_v1.types.FlowControl(max_messages=1))
    assert message.data == data and message.attributes["kind"] == "wanted"


def test_dead_letters_come_after_their_attempts(publisher, subscriber, pair):
    dead, letters = pair("letters")
    topic, subscription = pair("poisoned", dead_letter_policy={"dead_letter_topic": dead, "max_delivery_attempts": 5})
    publisher.publish(topic, b"poison").result(PATIENCE)

    def refuse(message):
        message.nack()
        return True

    assert [message.delivery_attempt for message in receive(subscriber, subscription, 5, refuse)] == [1, 2, 3, 4, 5]
    [letter] = receive(subscriber, letters, 1, acknowledged)
    assert (letter.data, letter.attributes["CloudPubSubDeadLetterSourceDeliveryCount"]) == (b"poison", "5")


def test_pull_seek_and_snapshots(publisher, subscriber, pair, project):
    topic, subscription = pair("pulled", retain_acked_messages=True, ack_deadline_seconds=600)
    publisher.publish(topic, b"one").result(PATIENCE)

    def pull():
        return subscriber.pull(subscription=subscription, max_messages=10).received_messages

    def data(received):
        return [one.message.data for one in received]

    first = pull()
    subscriber.modify_ack_deadline(subscription=subscription, ack_ids=[one.ack_id for one in first], ack_deadline_seconds=0)
    again = pull()
    assert data(first) == data(again) == [b"one"]
    subscriber.acknowledge(subscription=subscription, ack_ids=[one.ack_id for one in again])
    subscriber.seek(request={"subscription": subscription, "time": datetime.now(timezone.utc) - timedelta(minutes=1)})
    assert data(pull()) == [b"one"]
    snapshot = subscriber.snapshot_path(project, "then")
    subscriber.create_snapshot(name=snapshot, subscription=subscription)
    subscriber.seek(request={"subscription": subscription, "time": datetime.now(timezone.utc) + timedelta(minutes=1)})
    subscriber.seek(request={"subscription": subscription, "snapshot": snapshot})
    assert data(pull()) == [b"one"]
    subscriber.delete_snapshot(snapshot=snapshot)


def test_exactly_once_answers_every_acknowledgement(publisher, subscriber, pair):
    topic, subscription = pair("exactly", enable_exactly_once_delivery=True)
    publisher.publish(topic, b"once").result(PATIENCE)
    answers = queue.Queue()
    hearing = subscriber.subscribe(subscription, callback=lambda message: answers.put(message.ack_with_response()))
    # the answer comes while the stream is open
    assert answers.get(timeout=PATIENCE).result(PATIENCE).name == "SUCCESS"
    hearing.cancel()
    hearing.result(PATIENCE)
