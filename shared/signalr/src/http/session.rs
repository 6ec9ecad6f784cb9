//! One WebSocket from its opening to its end: a task that drives the state machine.
//!
//! The task waits for four things at once: the socket to read, the socket to write, the hub's work, and orders from
//! outside (its mailbox, the sweep). All that is written goes through the mailbox, so its order is that of the pushes,
//! and what gathers during a write becomes the next one.

use crate::{
    connection::{Action, Connection, Disconnect, Ending},
    hub::AnyHub,
    protocol::{Close, Completion, Protocol},
    server::{Admitted, Caller, Parts, Peer},
};
use axum::{
    Error,
    extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket, close_code},
};
use bytes::Bytes;
use futures::{Sink, SinkExt, Stream, StreamExt, future::BoxFuture};
use std::{
    future::poll_fn,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Instant,
};
use tokio::time::timeout;

/// Runs a connection to its end.
pub(super) async fn run(socket: WebSocket, parts: Arc<Parts>, hub: Arc<dyn AnyHub>, admitted: Admitted) {
    let peer = Arc::clone(&admitted.peer);
    let mut session = Session {
        socket,
        machine: Connection::new(Arc::clone(&parts.limits), Instant::now()),
        caller: Caller::new(Arc::clone(&peer), Arc::clone(&parts.registry)),
        peer,
        parts,
        hub,
        work: None,
        welcomed: false,
        writing: false,
        client_closed: false,
    };
    let ending = session.drive().await;
    tracing::debug!(connection = %session.peer.id, reason = %ending.reason, "a connection ends");
    session.finish(ending).await;
}

struct Session {
    socket: WebSocket,
    machine: Connection,
    peer: Arc<Peer>,
    caller: Caller,
    parts: Arc<Parts>,
    hub: Arc<dyn AnyHub>,
    /// What the hub does for this connection at the moment.
    work: Option<BoxFuture<'static, Done>>,
    /// The hub has welcomed the client, and will be told when it is gone.
    welcomed: bool,
    /// Frames are given to the socket and not yet taken by the system.
    writing: bool,
    /// The client's close frame has come: what it sent before is still handled, nothing more can be written.
    client_closed: bool,
}

/// What the hub has done.
enum Done {
    Welcomed,
    Refused,
    /// It would hear nothing: the backplane is away, and later it may not be.
    Unreachable,
    Answered(Option<Bytes>),
}

enum Event {
    Woken,
    Done(Done),
    Received(Message),
    Lost(Error),
    LostWithoutClose,
}

impl Session {
    async fn drive(&mut self) -> Ending {
        loop {
            if let Some(ending) = self.advance() {
                return ending;
            }
            let event = poll_fn(|context| self.poll_event(context)).await;
            if let Some(ending) = self.on_event(event) {
                return ending;
            }
        }
    }

    /// Does what the machine says until it waits.
    fn advance(&mut self) -> Option<Ending> {
        if let Some(end) = self.peer.ordered_end() {
            return Some(self.machine.close(&end.close, end.reason));
        }
        let now = Instant::now();
        loop {
            let action = if self.peer.is_crowded() {
                self.machine.poll_timers(now)
            } else {
                self.machine.poll(now)
            };
            match action? {
                Action::Send(records) => self.peer.push_own(records),
                Action::Start(protocol) => self.work = Some(self.welcome(protocol)),
                Action::Invoke(invocation) => {
                    let id = invocation.id.clone();
                    let call = self.hub.invoke(self.caller.clone(), invocation);
                    let protocol = self.peer.protocol();
                    self.work = Some(Box::pin(async move {
                        let outcome = call.await;
                        Done::Answered(id.map(|id| protocol.encode_completion(&Completion { id, outcome })))
                    }));
                }
                Action::End(ending) => return Some(ending),
            }
        }
    }

    fn welcome(&self, protocol: Protocol) -> BoxFuture<'static, Done> {
        self.peer.set_protocol(protocol);
        let (peer, hub, caller) = (Arc::clone(&self.peer), Arc::clone(&self.hub), self.caller.clone());
        let registry = Arc::clone(&self.parts.registry);
        Box::pin(async move {
            if let Err(error) = registry.enter(&peer).await {
                tracing::error!(%error, "a connection cannot be reached by others");
                return Done::Unreachable;
            }
            match hub.connected(caller).await {
                Ok(()) => Done::Welcomed,
                Err(_) => Done::Refused,
            }
        })
    }

    fn poll_event(&mut self, context: &mut Context<'_>) -> Poll<Event> {
        if self.peer.watch(context.waker()) {
            return Poll::Ready(Event::Woken);
        }
        let was_crowded = self.peer.is_crowded();
        if let Poll::Ready(Err(error)) = self.poll_write(context) {
            return Poll::Ready(Event::Lost(error));
        }
        if let Some(work) = &mut self.work
            && let Poll::Ready(done) = work.as_mut().poll(context)
        {
            self.work = None;
            return Poll::Ready(Event::Done(done));
        }
        if was_crowded && !self.peer.is_crowded() {
            return Poll::Ready(Event::Woken);
        }
        if self.machine.wants_input()
            && let Poll::Ready(read) = Pin::new(&mut self.socket).poll_next(context)
        {
            return Poll::Ready(match read {
                Some(Ok(message)) => Event::Received(message),
                Some(Err(error)) => Event::Lost(error),
                None => Event::LostWithoutClose,
            });
        }
        self.peer.set_deadline(self.machine.deadline());
        Poll::Pending
    }

    /// Writes until nothing waits (`Ready`) or the system takes no more (`Pending`).
    fn poll_write(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Error>> {
        if self.client_closed {
            // The socket's own answer goes out; after that it knows only errors.
            let _ = ready!(Pin::new(&mut self.socket).poll_flush(context));
            drop(self.peer.take_frame());
            return Poll::Ready(Ok(()));
        }
        loop {
            if self.writing {
                ready!(Pin::new(&mut self.socket).poll_flush(context))?;
                self.writing = false;
                self.machine.write_finished();
            }
            if !self.peer.has_frames() {
                return Poll::Ready(Ok(()));
            }
            ready!(Pin::new(&mut self.socket).poll_ready(context))?;
            if let Some(frame) = self.peer.take_frame() {
                self.machine.write_started(Instant::now());
                Pin::new(&mut self.socket).start_send(message(frame))?;
                self.writing = true;
            }
        }
    }

    fn on_event(&mut self, event: Event) -> Option<Ending> {
        let now = Instant::now();
        match event {
            Event::Done(Done::Welcomed) => {
                self.welcomed = true;
                self.machine.ready(now);
            }
            Event::Done(Done::Refused) => {
                let close = Close::refusal("Connection closed with an error.");
                return Some(self.machine.close(&close, Disconnect::Refused));
            }
            Event::Done(Done::Unreachable) => {
                let close = Close::error("Connection closed with an error.");
                return Some(self.machine.close(&close, Disconnect::Refused));
            }
            Event::Done(Done::Answered(completion)) => {
                if let Some(records) = completion {
                    self.peer.push_own(records);
                }
                self.machine.ready(now);
            }
            Event::Received(Message::Text(text)) => self.machine.receive(text.as_bytes(), now),
            Event::Received(Message::Binary(bytes)) => self.machine.receive(&bytes, now),
            Event::Received(Message::Close(_)) => {
                self.client_closed = true;
                self.machine.end_of_input();
            }
            Event::Woken | Event::Received(Message::Ping(_) | Message::Pong(_)) => {}
            Event::Lost(error) => return Some(self.machine.lost(error.to_string())),
            Event::LostWithoutClose => return Some(self.machine.lost("the stream ended")),
        }
        None
    }

    /// Out of everything first, then the last bytes beside the call that still runs, then the hub's good-bye.
    async fn finish(self, ending: Ending) {
        let Self {
            mut socket,
            peer,
            caller,
            hub,
            welcomed,
            work,
            parts,
            ..
        } = self;
        parts.registry.remove(&peer);
        let part = async {
            let parting = part(&mut socket, &peer, ending.message);
            if timeout(parts.limits.close_wait, parting).await.is_err() {
                tracing::debug!(connection = %peer.id, "the client did not take the end in time");
            }
            drop(socket);
        };
        let work = async {
            match work {
                Some(work) => matches!(work.await, Done::Welcomed),
                None => false,
            }
        };
        let ((), welcomed_late) = futures::join!(part, work);
        if welcomed || welcomed_late {
            hub.disconnected(caller, ending.reason).await;
        }
    }
}

/// Writes what waits and the last records, closes, and waits until the client has answered.
async fn part(socket: &mut WebSocket, peer: &Peer, last: Option<Bytes>) {
    let frames = [peer.take_frame(), last].into_iter().flatten();
    let close = Message::Close(Some(CloseFrame {
        code: close_code::NORMAL,
        reason: Utf8Bytes::default(),
    }));
    for message in frames.map(message).chain([close]) {
        if socket.feed(message).await.is_err() {
            break;
        }
    }
    // A client that closed first has been answered by the socket itself: only flushing is left.
    let _ = socket.flush().await;
    while let Some(Ok(_)) = socket.next().await {}
}

/// JSON goes in text frames.
fn message(records: Bytes) -> Message {
    match Utf8Bytes::try_from(records.clone()) {
        Ok(text) => Message::Text(text),
        Err(_) => Message::Binary(records),
    }
}
