//! `idle-connections`: memory of a connection in which nothing happens, against a bare axum WebSocket server
//!
//! What the process has in memory with all connections open and joined to a room of ten, less what it had with one, by connection. The
//! kernel's own buffers are not in it.

use crate::sockets::{Kind, Member, ServerProcess};
use crate::support::{Outcome, Table, machine, median, print_ratio};

const ROUNDS: usize = 3;
const CONNECTIONS: u32 = 4000;
const ROOM: u32 = 10;

/// Of one connection.
#[derive(Debug, Clone, Copy)]
struct Cost {
    kilobytes: f64,
    /// Processor time to connect and join.
    microseconds: f64,
}

pub(crate) fn run() -> Outcome {
    machine::leave_server_core()?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let mut costs = [Vec::new(), Vec::new()];
    for _ in 0..ROUNDS {
        for (kind, costs) in Kind::ALL.into_iter().zip(&mut costs) {
            costs.push(runtime.block_on(cost(kind))?);
        }
    }
    let mut table = Table::new(["server", "KB a connection", "connect and join, microseconds"]);
    let kilobytes = |costs: &[Cost]| median(&costs.iter().map(|cost| cost.kilobytes).collect::<Vec<_>>());
    let microseconds =
        |costs: &[Cost]| median(&costs.iter().map(|cost| cost.microseconds).collect::<Vec<_>>());
    for (kind, costs) in Kind::ALL.into_iter().zip(&costs) {
        table.row(kind.name(), &[kilobytes(costs), microseconds(costs)]);
    }
    println!(
        "  medians of {ROUNDS} rounds by turns, {CONNECTIONS} connections; mimalloc and buffers of 4 KiB on both sides"
    );
    table.print();
    let [floor, kith] = &costs;
    print_ratio(
        "idle-connections",
        kilobytes(kith) / kilobytes(floor),
        "memory, kith / axum",
    );
    Ok(())
}

async fn cost(kind: Kind) -> Outcome<Cost> {
    let server = ServerProcess::start(kind)?;
    let mut members = vec![Member::join(kind, server.at.sockets, 0).await?];
    let (memory, cpu) = (server.resident()?, server.cpu()?);
    for number in 1..=CONNECTIONS {
        members.push(Member::join(kind, server.at.sockets, number / ROOM).await?);
    }
    let of_one = |all: f64| all / f64::from(CONNECTIONS);
    Ok(Cost {
        kilobytes: of_one(server.resident()? - memory),
        microseconds: of_one((server.cpu()? - cpu) * 1e6),
    })
}
