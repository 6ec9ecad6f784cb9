// What the files of this folder share.

import { PubSub, v1 } from "@google-cloud/pubsub";
import assert from "node:assert/strict";
import { emulator } from "../environment.mjs";

/** gRPC's codes that Pub/Sub answers with. */
export const ALREADY_EXISTS = 6, FAILED_PRECONDITION = 9, INVALID_ARGUMENT = 3, NOT_FOUND = 5, UNIMPLEMENTED = 12;

/** A client of the test's project. It has to be closed. */
export function connect() {
  const { address, project } = emulator();
  process.env.PUBSUB_EMULATOR_HOST = address;
  return new PubSub({ projectId: project });
}

/** The generated clients under it, with the same settings; `close` closes them. */
export async function raw(pubsub) {
  const config = await pubsub.getClientConfig();
  const publisher = new v1.PublisherClient(config), subscriber = new v1.SubscriberClient(config);
  return { publisher, subscriber, close: () => Promise.all([publisher.close(), subscriber.close()]) };
}

/** For `assert.rejects`: the code, and something in the message. */
export const refused = (code, message = /./) => (error) => {
  assert.equal(error.code, code, String(error));
  assert.match(error.message, message);
  return true;
};

/** The first `count` messages that `take` says yes to; the others it has dealt with itself. */
export function messages(subscription, count, take = (message) => { message.ack(); return true; }) {
  const taken = [];
  return new Promise((resolve, reject) => {
    subscription.on("error", reject);
    subscription.on("message", (message) => {
      if (take(message) && taken.push(message) === count) resolve(taken);
    });
  });
}

/** What a message says. */
export const text = (message) => message.data.toString();

/** Publishes texts, one after the other; answers their ids. */
export async function publish(topic, ...texts) {
  const ids = [];
  for (const data of texts) ids.push(await topic.publishMessage({ data: Buffer.from(data) }));
  return ids;
}

/** Publishes numbers as texts to a new topic with a subscription; answers what opens that, with a client's settings. */
export const numbers = (pubsub) => async (name, count, options) => {
  const [topic] = await pubsub.createTopic(name);
  await topic.createSubscription(`${name}-seen`, options);
  await publish(topic, ...Array.from({ length: count }, (_, n) => String(n)));
  return (settings) => pubsub.subscription(`${name}-seen`, settings);
};

/** Makes a topic with a subscription to it, and what one does with that one call at a time. */
export const pairs = (pubsub, subscriber) => async (name, options) => {
  const [topic] = await pubsub.createTopic(name);
  const [handle] = await topic.createSubscription(`${name}-seen`, options);
  const subscription = handle.name;
  const pull = async (maxMessages = 100) => {
    const [{ receivedMessages }] = await subscriber.pull({ subscription, maxMessages, returnImmediately: true });
    return receivedMessages;
  };
  const of = (received) => ({ subscription, ackIds: received.map(({ ackId }) => ackId) });
  const acknowledge = (...received) => subscriber.acknowledge(of(received));
  const deadline = (ackDeadlineSeconds, ...received) => subscriber.modifyAckDeadline({ ...of(received), ackDeadlineSeconds });
  return { topic, handle, subscription, pull, acknowledge, deadline };
};

/** What pulled messages say, sorted. */
export const texts = (received) => received.map(({ message }) => text(message)).sort();
