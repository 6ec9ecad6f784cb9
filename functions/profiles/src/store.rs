//! The collections of `profiles`.

use crate::model::{Count, Edge, EdgeState, Profile, fold};
use access::{Access, edge_id};
use cloud::{Collection, Counted, Direction, Documents, Query, Result, Stored};
use contracts::resources::ProfileCounts;
use contracts::{Timestamp, UserId};

pub(crate) const PROFILES: Collection<Profile> = Collection::new("profiles");
pub(crate) const EDGES: Collection<Edge> = Collection::new("edges");
pub(crate) const COUNTS: Collection<Counted<ProfileCounts>> = Collection::new("counts");

/// Where an item of a list of edges stands: since when it is in the list, and the edge's id.
pub(crate) type Position = (Timestamp, String);

/// One profile. One read.
pub(crate) async fn profile(documents: &Documents, user: UserId) -> Result<Option<Stored<Profile>>> {
    documents.get(PROFILES, user).await
}

/// The profile with this username, in any case. One read; index: the field's own.
///
/// A query, not a second collection of names: `auth` keeps usernames unique, so there is nothing to claim here, and a claim would cost one more
/// read and could fall behind.
pub(crate) async fn profile_named(documents: &Documents, username: &str) -> Result<Option<Stored<Profile>>> {
    let named = PROFILES.query().eq("usernameLower", fold(username)).limit(1);
    Ok(documents.query(named).await?.pop())
}

/// Two profiles. Two reads in one round trip.
pub(crate) async fn profiles(
    documents: &Documents,
    users: [UserId; 2],
) -> Result<[Option<Stored<Profile>>; 2]> {
    Ok(pair(documents.get_all(PROFILES, &users).await?))
}

/// The edges between two people: from the first to the second, and back. Two reads in one round trip.
pub(crate) async fn edges_between(
    documents: &Documents,
    from: UserId,
    to: UserId,
) -> Result<[Option<Stored<Edge>>; 2]> {
    Ok(pair(
        documents
            .get_all(EDGES, &[edge_id(from, to), edge_id(to, from)])
            .await?,
    ))
}

/// The live edges to `user`, newest first. Reads `limit` documents; index `edges(followeeId, state, createdAt desc)`.
pub(crate) fn followers(user: UserId, after: Option<Position>, limit: usize) -> Query<Edge> {
    newest_first(live("followeeId", user), "createdAt", after, limit)
}

/// The live edges from `user`, newest first. Reads `limit` documents; index `edges(followerId, state, createdAt desc)`.
pub(crate) fn following(user: UserId, after: Option<Position>, limit: usize) -> Query<Edge> {
    newest_first(live("followerId", user), "createdAt", after, limit)
}

/// Who asked to follow `user`, newest first. Reads `limit` documents; index `edges(followeeId, state, createdAt desc)`.
pub(crate) fn requests(user: UserId, after: Option<Position>, limit: usize) -> Query<Edge> {
    let edges = EDGES
        .query()
        .eq("followeeId", user)
        .eq("state", EdgeState::Requested);
    newest_first(edges, "createdAt", after, limit)
}

/// Whom `user` blocks, newest first. Reads `limit` documents; index `edges(followerId, blockedAt desc)`.
pub(crate) fn blocks(user: UserId, after: Option<Position>, limit: usize) -> Query<Edge> {
    newest_first(EDGES.query().eq("followerId", user), "blockedAt", after, limit)
}

/// Whom `user` mutes, newest first. Reads `limit` documents; index `edges(followerId, mutedAt desc)`.
pub(crate) fn mutes(user: UserId, after: Option<Position>, limit: usize) -> Query<Edge> {
    newest_first(EDGES.query().eq("followerId", user), "mutedAt", after, limit)
}

/// Counts the records of one of the numbers. One read for each thousand; index: the fields' own, `videos(userId, publishedAt)` for videos.
pub(crate) async fn count(
    documents: &Documents,
    access: &Access,
    user: UserId,
    count: Count,
    now: Timestamp,
) -> Result<u64> {
    match count {
        Count::Followers => documents.count(live("followeeId", user)).await,
        Count::Following => documents.count(live("followerId", user)).await,
        Count::Posts => access.count_posts(user).await,
        Count::Videos => access.count_videos(user, now).await,
    }
}

fn live(end: &str, user: UserId) -> Query<Edge> {
    EDGES.query().eq(end, user).eq("state", EdgeState::Active)
}

fn newest_first(
    edges: Query<Edge>,
    since: &'static str,
    after: Option<Position>,
    limit: usize,
) -> Query<Edge> {
    let edges = edges.order_by(since, Direction::Descending).limit(limit);
    match after {
        Some((since, id)) => edges.after(since, &id),
        None => edges,
    }
}

fn pair<T>(documents: Vec<Option<Stored<T>>>) -> [Option<Stored<T>>; 2] {
    let mut documents = documents.into_iter().map(Some);
    [(); 2].map(|()| documents.next().flatten().flatten())
}
