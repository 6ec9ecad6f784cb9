//! Messages to those who are here, and to other instances.

use super::Registry;
use crate::{
    ConnectionId,
    connection::Disconnect,
    protocol::{Close, Protocol},
    server::{
        backplane::BackplaneError,
        envelope::{CloseOrder, Envelope, Event},
        peer::Peer,
        topic::Topic,
    },
};
use bytes::Bytes;
use std::sync::Arc;

impl Registry {
    /// Sends to a topic, on all instances when there is a backplane.
    pub(in crate::server) async fn publish(
        &self,
        topic: &Topic,
        envelope: &Envelope,
    ) -> Result<(), BackplaneError> {
        let Some(backplane) = self.backplane.as_ref().filter(|_| topic.is_shared()) else {
            self.deliver(topic, envelope);
            return Ok(());
        };
        let message = serde_json::to_vec(envelope).map_err(|error| BackplaneError(error.to_string()))?;
        backplane.publish(topic, message.into()).await
    }

    /// Gives a message to this process's members of a topic.
    pub(in crate::server) fn deliver(&self, topic: &Topic, envelope: &Envelope) {
        match envelope {
            Envelope::Event(event) => {
                let mut frames = Frames::of(event);
                for peer in self.read().directory.members(topic) {
                    frames.send(peer);
                }
                if event.is_last() && topic.is_group() {
                    self.disband(topic);
                }
            }
            Envelope::Close(order) => self.obey(order),
            Envelope::Leave(order) => {
                let mut frames = order.tell.as_ref().map(Frames::of);
                for member in self.members(topic) {
                    if self.leave_tagged(&order.tags, &member)
                        && let Some(frames) = &mut frames
                    {
                        frames.send(&member);
                    }
                }
            }
        }
    }

    fn members(&self, topic: &Topic) -> Vec<Arc<Peer>> {
        self.read().directory.members(topic).cloned().collect()
    }

    /// Gives an event to one connection of this process; false when it is not here.
    pub(in crate::server) fn deliver_to(&self, hub: &str, id: &ConnectionId, event: &Event) -> bool {
        let peer = self.read().live.get(id).filter(|peer| *peer.hub == *hub).cloned();
        if let Some(peer) = &peer {
            Frames::of(event).send(peer);
        }
        peer.is_some()
    }

    /// Takes everybody here out of a group.
    fn disband(&self, group: &Topic) {
        for member in self.members(group) {
            self.leave(group, &member);
        }
    }

    fn obey(&self, order: &CloseOrder) {
        let close = Close::quiet(order.allow_reconnect);
        if let Some(session) = &order.session {
            self.close_all_in(
                &Topic::Session {
                    id: session.as_str().into(),
                },
                &close,
            );
        }
        if let Some(user) = &order.user {
            for peer in self.read().live.values() {
                if peer.identity.user_id.as_ref() == Some(user) {
                    peer.close(close.clone(), Disconnect::Closed);
                }
            }
        }
    }

    /// Ends all members of a topic here; says how many.
    pub(in crate::server) fn close_all_in(&self, topic: &Topic, close: &Close) -> usize {
        let state = self.read();
        state
            .directory
            .members(topic)
            .inspect(|peer| peer.close(close.clone(), Disconnect::Closed))
            .count()
    }
}

/// An event, encoded once for each protocol among its receivers, who share the bytes.
struct Frames<'a> {
    event: &'a Event,
    encoded: Vec<(Protocol, Bytes)>,
}

impl<'a> Frames<'a> {
    const fn of(event: &'a Event) -> Self {
        Self {
            event,
            encoded: Vec::new(),
        }
    }

    fn send(&mut self, peer: &Peer) {
        if self.event.is_for(&peer.id, peer.identity.user_id.as_deref()) {
            peer.push(self.frame(peer.protocol()), self.event.is_droppable());
        }
    }

    fn frame(&mut self, protocol: Protocol) -> Bytes {
        if let Some((_, frame)) = self.encoded.iter().find(|(known, _)| *known == protocol) {
            return frame.clone();
        }
        let frame = self.event.encode(protocol);
        self.encoded.push((protocol, frame.clone()));
        frame
    }
}
