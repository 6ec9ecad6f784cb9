//! The one connection to Redis that listens, and the task that keeps it.

use super::frame;
use super::wanted::Wanted;
use cloud::redis::aio::{MultiplexedConnection, SendError};
use cloud::redis::{
    AsyncConnectionConfig, Client, ErrorKind, ProtocolVersion, PushInfo, PushKind, RedisError, RedisResult,
    Value, cmd,
};
use signalr::Receiver;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::{Notify, oneshot};
use tokio::time::{Instant, sleep, timeout_at};

const CONNECT: Duration = Duration::from_secs(1);
/// An answer that takes longer than this does not come.
const RESPONSE: Duration = Duration::from_secs(2);
/// A connection on which nothing was asked for so long is asked whether it lives.
const PROBE: Duration = Duration::from_secs(5);
/// Pauses between attempts to connect: the first, and the longest.
const PAUSES: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(1));
/// Channels of one command.
const CHANNELS: usize = 1000;

/// What the subscriber is told, in the order of joins and leaves.
pub(super) enum Order {
    /// Listen to a channel, and say when what is published from then on arrives.
    Subscribe(String, oneshot::Sender<()>),
    /// Listen to it once less.
    Unsubscribe(String),
}

/// The way to the subscriber. When it is dropped the subscriber ends.
pub(super) type Orders = UnboundedSender<Order>;

/// Starts the task.
pub(super) fn start(client: &Client, receiver: Receiver) -> Orders {
    let (orders, taken) = unbounded_channel();
    let subscriber = Subscriber {
        client: client.clone(),
        receiver,
        orders: taken,
        wanted: Wanted::default(),
        waiting: Vec::new(),
    };
    tokio::spawn(subscriber.run());
    orders
}

struct Subscriber {
    client: Client,
    receiver: Receiver,
    orders: UnboundedReceiver<Order>,
    wanted: Wanted,
    /// Those who wait until they are subscribed.
    waiting: Vec<oneshot::Sender<()>>,
}

/// Nobody is left who gives orders.
struct Over;

impl Subscriber {
    async fn run(mut self) {
        let (mut pause, longest) = PAUSES;
        let mut away = false;
        loop {
            let lost = Arc::new(Notify::new());
            let error = match self.connect(&lost).await {
                Ok(connection) => {
                    if std::mem::take(&mut away) {
                        tracing::info!(channels = self.wanted.len(), "Redis is back");
                    }
                    pause = PAUSES.0;
                    match self.listen(connection, &lost).await {
                        Ok(Over) => return,
                        Err(error) => error,
                    }
                }
                Err(error) => error,
            };
            if !std::mem::replace(&mut away, true) {
                tracing::warn!(%error, "Redis is away; connections stay");
            }
            self.wanted.forget();
            if let Some(Over) = self.rest(pause).await {
                return;
            }
            pause = (pause * 2).min(longest);
        }
    }

    /// A connection that brings messages (RESP3) and tells when it is lost.
    async fn connect(&self, lost: &Arc<Notify>) -> RedisResult<MultiplexedConnection> {
        let info = self.client.get_connection_info().clone();
        let settings = info.redis_settings().clone().set_protocol(ProtocolVersion::RESP3);
        let client = Client::open(info.set_redis_settings(settings))?;
        let (receiver, lost) = (self.receiver.clone(), Arc::clone(lost));
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(CONNECT))
            .set_response_timeout(Some(RESPONSE))
            .set_push_sender(move |push: PushInfo| {
                match push.kind {
                    PushKind::Message => deliver(&receiver, &push.data),
                    PushKind::Disconnection => lost.notify_one(),
                    _ => {}
                }
                Ok::<(), SendError>(())
            });
        client.get_multiplexed_async_connection_with_config(&config).await
    }

    /// Follows orders until there are no more, or the connection is lost.
    async fn listen(&mut self, mut connection: MultiplexedConnection, lost: &Notify) -> RedisResult<Over> {
        loop {
            self.tell(&mut connection).await?;
            let mut orders = Vec::new();
            tokio::select! {
                count = self.orders.recv_many(&mut orders, CHANNELS) => {
                    if count == 0 {
                        return Ok(Over);
                    }
                }
                () = lost.notified() => return Err(RedisError::from((ErrorKind::Io, "the connection was lost"))),
                () = sleep(PROBE) => cmd("PING").query_async::<()>(&mut connection).await?,
            }
            self.follow(orders);
        }
    }

    /// Takes orders while there is no connection.
    async fn rest(&mut self, pause: Duration) -> Option<Over> {
        let until = Instant::now() + pause;
        loop {
            let mut orders = Vec::new();
            match timeout_at(until, self.orders.recv_many(&mut orders, CHANNELS)).await {
                Ok(0) => return Some(Over),
                Ok(_) => self.follow(orders),
                Err(_) => break,
            }
        }
        self.waiting.retain(|waiting| !waiting.is_closed());
        None
    }

    fn follow(&mut self, orders: Vec<Order>) {
        for order in orders {
            match order {
                Order::Subscribe(channel, waiting) => {
                    self.wanted.want(channel);
                    self.waiting.push(waiting);
                }
                Order::Unsubscribe(channel) => self.wanted.unwant(channel),
            }
        }
    }

    /// Tells Redis what has changed, then those who wait for it.
    async fn tell(&mut self, connection: &mut MultiplexedConnection) -> RedisResult<()> {
        let changes = self.wanted.take_changes();
        for channels in changes.subscribe.chunks(CHANNELS) {
            connection.subscribe(channels).await?;
        }
        for channels in changes.unsubscribe.chunks(CHANNELS) {
            connection.unsubscribe(channels).await?;
        }
        for waiting in self.waiting.drain(..) {
            // Whoever waited may have gone.
            let _ = waiting.send(());
        }
        Ok(())
    }
}

/// Gives a message (channel, payload) to its receivers. Runs where the connection is read, so a slow instance slows Redis down, not itself.
fn deliver(receiver: &Receiver, message: &[Value]) {
    let [_, Value::BulkString(payload)] = message else {
        return;
    };
    match frame::read(payload) {
        Ok((topic, envelope)) => {
            tracing::trace!(%topic, "a frame");
            receiver.deliver_envelope(&topic, &envelope);
        }
        // it came from another version
        Err(error) => tracing::warn!(%error, "a hub frame cannot be read"),
    }
}
