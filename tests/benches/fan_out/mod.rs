//! `fan-out`: processor time of a delivery when one publish goes to all in a room, against a bare axum WebSocket server
//!
//! Rooms of 10 and of 1,000 members, messages of 100 bytes, no TLS, no compression. In lockstep a room's next publish waits until all its
//! members have the last one: the server is never idle. Paced, publishes come at a fixed rate as in quiet hours: each delivery is
//! a write call and a wake-up of its own. Server and driver have a core each; every delivery is counted.

mod hall;

use crate::sockets::{Kind, ServerProcess};
use crate::support::{Outcome, Table, machine, median, print_ratio};
use hall::Hall;
use std::time::Duration;

const ROUNDS: usize = 3;
const LOCKSTEP: Duration = Duration::from_secs(2);
const PACED: Duration = Duration::from_secs(3);

/// Rooms and how they are spoken to.
#[derive(Debug, Clone, Copy)]
struct Shape {
    name: &'static str,
    rooms: u32,
    members: u32,
    /// Between two publishes, whatever the room.
    pause: Duration,
}

const SHAPES: [Shape; 2] = [
    Shape {
        name: "200 rooms of 10",
        rooms: 200,
        members: 10,
        pause: Duration::from_micros(500),
    },
    Shape {
        name: "a room of 1000",
        rooms: 1,
        members: 1000,
        pause: Duration::from_millis(50),
    },
];

/// Microseconds of processor time per delivery.
#[derive(Debug, Clone, Copy)]
struct Cost {
    lockstep: f64,
    paced: f64,
}

type Figure = fn(&Cost) -> f64;

pub(crate) fn run() -> Outcome {
    machine::leave_server_core()?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let mut table = Table::new(["microseconds a delivery", "axum", "kith", "ratio"]);
    let mut worst = (String::new(), 0.0);
    for shape in SHAPES {
        let [floor, kith] = runtime.block_on(costs(shape))?;
        let loads: [(&str, Figure); 2] = [("lockstep", |cost| cost.lockstep), ("paced", |cost| cost.paced)];
        for (load, of) in loads {
            let middle = |costs: &[Cost]| median(&costs.iter().map(of).collect::<Vec<_>>());
            let (base, ours) = (middle(&floor), middle(&kith));
            let name = format!("{}, {load}", shape.name);
            table.row(&name, &[base, ours, ours / base]);
            if ours / base > worst.1 {
                worst = (name, ours / base);
            }
        }
    }
    println!("  medians of {ROUNDS} rounds by turns; mimalloc and buffers of 4 KiB on both sides");
    table.print();
    print_ratio(
        "fan-out",
        worst.1,
        &format!("the worst, {}: kith / axum", worst.0),
    );
    Ok(())
}

/// What each kind of server costs in every round, in the order of [`Kind::ALL`].
async fn costs(shape: Shape) -> Outcome<[Vec<Cost>; 2]> {
    let mut costs = [Vec::new(), Vec::new()];
    for _ in 0..ROUNDS {
        for (kind, costs) in Kind::ALL.into_iter().zip(&mut costs) {
            costs.push(cost(kind, shape).await?);
        }
    }
    Ok(costs)
}

async fn cost(kind: Kind, shape: Shape) -> Outcome<Cost> {
    let server = ServerProcess::start(kind)?;
    let hall = Hall::open(kind, server.at, shape.rooms, shape.members).await?;
    // what is made at the first delivery is not counted
    hall.each_room_once().await?;
    let (before, cpu) = (hall.deliveries(), server.cpu()?);
    hall.lockstep(LOCKSTEP).await?;
    let lockstep = per_delivery(server.cpu()? - cpu, hall.deliveries() - before);
    let (before, cpu) = (hall.deliveries(), server.cpu()?);
    hall.paced(PACED, shape.pause).await?;
    let paced = per_delivery(server.cpu()? - cpu, hall.deliveries() - before);
    hall.check()?;
    Ok(Cost { lockstep, paced })
}

fn per_delivery(seconds: f64, deliveries: u32) -> f64 {
    seconds * 1e6 / f64::from(deliveries)
}
