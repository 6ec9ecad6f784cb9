//! Rooms full of members who count.

use crate::sockets::{Addresses, Kind, Member};
use crate::support::Outcome;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed};
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep, sleep_until};

/// How long deliveries may take when nothing more is published.
const PATIENCE: Duration = Duration::from_secs(10);
const LOOK: Duration = Duration::from_millis(1);

/// One room and what was heard in it. All run on one thread: the atomics only let tasks share them.
#[derive(Debug)]
struct Room {
    published: AtomicU32,
    heard: AtomicU32,
    members: Vec<AtomicU32>,
}

#[derive(Debug)]
struct Shared {
    rooms: Vec<Room>,
    /// A room publishes again as soon as everybody has the last one.
    lockstep: AtomicBool,
    orders: mpsc::UnboundedSender<u32>,
}

/// All rooms of a server.
#[derive(Debug)]
pub(super) struct Hall(Arc<Shared>);

impl Hall {
    /// Connects `members` to each of `rooms`.
    pub(super) async fn open(kind: Kind, at: Addresses, rooms: u32, members: u32) -> Outcome<Self> {
        let control = TcpStream::connect(at.control).await?;
        control.set_nodelay(true)?;
        let (orders, waiting) = mpsc::unbounded_channel();
        tokio::spawn(send(waiting, control));
        let room = |_| Room {
            published: AtomicU32::new(0),
            heard: AtomicU32::new(0),
            members: (0..members).map(|_| AtomicU32::new(0)).collect(),
        };
        let shared = Arc::new(Shared {
            rooms: (0..rooms).map(room).collect(),
            lockstep: AtomicBool::new(false),
            orders,
        });
        for (number, room) in (0..rooms).zip(&shared.rooms) {
            for place in 0..room.members.len() {
                let member = Member::join(kind, at.sockets, number).await?;
                let shared = Arc::clone(&shared);
                tokio::spawn(member.listen(move |messages| shared.hear(number, place, messages)));
            }
        }
        Ok(Self(shared))
    }

    /// Messages that arrived, in all rooms and all told.
    pub(super) fn deliveries(&self) -> u32 {
        self.0.rooms.iter().map(|room| room.heard.load(Relaxed)).sum()
    }

    /// One publish in each room, to the end.
    pub(super) async fn each_room_once(&self) -> Outcome {
        self.publish_everywhere();
        self.silence().await
    }

    /// One publish after the other in each room, all rooms side by side.
    pub(super) async fn lockstep(&self, time: Duration) -> Outcome {
        self.0.lockstep.store(true, Relaxed);
        self.publish_everywhere();
        sleep(time).await;
        self.0.lockstep.store(false, Relaxed);
        self.silence().await
    }

    /// A publish every `pause`, in one room after the other.
    pub(super) async fn paced(&self, time: Duration, pause: Duration) -> Outcome {
        let (begin, mut due) = (Instant::now(), Instant::now());
        for room in (0..).zip(&self.0.rooms).cycle() {
            sleep_until(due).await;
            if due - begin >= time {
                break;
            }
            self.0.publish(room);
            due += pause;
        }
        self.silence().await
    }

    /// Everybody must have heard exactly what was published in their room.
    pub(super) fn check(&self) -> Outcome {
        for room in &self.0.rooms {
            let published = room.published.load(Relaxed);
            if let Some(heard) = room.members.iter().find(|heard| heard.load(Relaxed) != published) {
                return Err(format!("of {published} messages a member has {heard:?}").into());
            }
        }
        Ok(())
    }

    fn publish_everywhere(&self) {
        for room in (0..).zip(&self.0.rooms) {
            self.0.publish(room);
        }
    }

    /// Waits until all that was published has arrived.
    async fn silence(&self) -> Outcome {
        let began = Instant::now();
        while !self.0.rooms.iter().all(Room::is_silent) {
            if began.elapsed() > PATIENCE {
                return Err("deliveries were lost".into());
            }
            sleep(LOOK).await;
        }
        Ok(())
    }
}

impl Room {
    /// Wraps around as both counts do.
    fn is_silent(&self) -> bool {
        let members = u32::try_from(self.members.len()).unwrap_or(u32::MAX);
        self.heard.load(Relaxed) == self.published.load(Relaxed).wrapping_mul(members)
    }
}

impl Shared {
    fn publish(&self, (number, room): (u32, &Room)) {
        room.published.fetch_add(1, Relaxed);
        // when the server is gone, deliveries will be missed
        let _ = self.orders.send(number);
    }

    fn hear(&self, number: u32, place: usize, messages: usize) {
        let Some(room) = self.rooms.get(number as usize) else {
            return;
        };
        let messages = u32::try_from(messages).unwrap_or(u32::MAX);
        room.heard.fetch_add(messages, Relaxed);
        if let Some(heard) = room.members.get(place) {
            heard.fetch_add(messages, Relaxed);
        }
        if self.lockstep.load(Relaxed) && room.is_silent() {
            self.publish((number, room));
        }
    }
}

/// Brings orders to the server, those that gather as one write.
async fn send(mut waiting: mpsc::UnboundedReceiver<u32>, mut control: TcpStream) {
    let mut rooms = Vec::new();
    while waiting.recv_many(&mut rooms, 64).await > 0 {
        let bytes: Vec<u8> = rooms.drain(..).flat_map(u32::to_be_bytes).collect();
        if control.write_all(&bytes).await.is_err() {
            return;
        }
    }
}
