//! Who stands how to whom.

use crate::Access;
use crate::lenses::{EDGES, EdgeState};
use crate::rule::{Account, Standing};
use crate::stance::Stance;
use cloud::Result;
use contracts::UserId;
use contracts::resources::{ProfileViewer, Visibility};
use futures::try_join;
use std::collections::{BTreeSet, HashMap};

/// The id of the edge from one person to another in `edges`.
pub fn edge_id(follower: UserId, person: UserId) -> String {
    format!("{follower}_{person}")
}

impl Access {
    /// Whether `follower` follows `person`, as it is stored at this moment: for handlers of events, which may be told before Redis is. One read.
    pub async fn follows(&self, follower: UserId, person: UserId) -> Result<bool> {
        let edge = self
            .cloud
            .documents()
            .get(EDGES, edge_id(follower, person))
            .await?;
        Ok(edge.is_some_and(|edge| edge.state == EdgeState::Active))
    }

    /// Whether `follower` asked to follow `person` and waits, as it is stored at this moment. One read.
    pub async fn asks(&self, follower: UserId, person: UserId) -> Result<bool> {
        let edge = self
            .cloud
            .documents()
            .get(EDGES, edge_id(follower, person))
            .await?;
        Ok(edge.is_some_and(|edge| edge.state == EdgeState::Requested))
    }

    /// How `viewer` and each of `people` stand to each other; not to themself. No read for what is kept in Redis, else two each in one batch.
    pub async fn relations(
        &self,
        viewer: UserId,
        people: &[UserId],
    ) -> Result<HashMap<UserId, ProfileViewer>> {
        let people: Vec<UserId> = people
            .iter()
            .copied()
            .filter(|person| *person != viewer)
            .collect();
        let there = people.iter().map(|person| edge_id(viewer, *person));
        let back = people.iter().map(|person| edge_id(*person, viewer));
        let edges: Vec<String> = there.chain(back).collect();
        let stances = self.stances(&edges).await?;
        let (there, back) = stances.split_at(people.len().min(stances.len()));
        let both = people.iter().zip(there.iter().zip(back));
        Ok(both
            .map(|(person, (there, back))| (*person, there.view(*back)))
            .collect())
    }

    /// To be called after anything changed between the two.
    pub async fn forget_standing(&self, one: UserId, other: UserId) {
        self.stances.forget(edge_id(one, other)).await;
        self.stances.forget(edge_id(other, one)).await;
    }

    /// How `viewer` stands to each of `authors`; every one of them is in the answer. No read for what is kept in Redis, else two each (the edge
    /// and the profile), each kind in one batch.
    pub async fn standings(
        &self,
        viewer: Option<UserId>,
        authors: &[UserId],
    ) -> Result<HashMap<UserId, Standing>> {
        let others: BTreeSet<UserId> = authors.iter().copied().filter(|id| Some(*id) != viewer).collect();
        let others: Vec<UserId> = others.into_iter().collect();
        let edges: Vec<String> = viewer.map_or_else(Vec::new, |viewer| {
            others.iter().map(|author| edge_id(viewer, *author)).collect()
        });
        let (mut stances, people) = try_join!(self.stances(&edges), self.people(&others))?;
        stances.resize(others.len(), Stance::default());
        let known = others.iter().zip(stances.iter().zip(people));
        let known = known.map(|(author, (stance, person))| {
            let account = person.map(|person| person.account()).unwrap_or_default();
            (*author, stance.standing(account))
        });
        let own = viewer.filter(|viewer| authors.contains(viewer));
        Ok(known
            .chain(own.map(|viewer| (viewer, Standing::AUTHOR)))
            .collect())
    }

    /// How each of `viewers` stands to `author`; every one of them is in the answer. No read for what is kept in Redis, else one each, and the
    /// author's profile.
    pub async fn audience(&self, author: UserId, viewers: &[UserId]) -> Result<HashMap<UserId, Standing>> {
        if viewers.is_empty() {
            return Ok(HashMap::new());
        }
        let edges: Vec<String> = viewers.iter().map(|viewer| edge_id(*viewer, author)).collect();
        let (stances, account) = try_join!(self.stances(&edges), self.account_of(author))?;
        let standings = viewers.iter().zip(stances).map(|(viewer, stance)| {
            let standing = if *viewer == author {
                Standing::AUTHOR
            } else {
                stance.standing(account)
            };
            (*viewer, standing)
        });
        Ok(standings.collect())
    }

    /// How `viewer` stands to `author`. As [`Access::standings`].
    pub async fn standing(&self, author: UserId, viewer: Option<UserId>) -> Result<Standing> {
        let standings = self.standings(viewer, &[author]).await?;
        Ok(standings.into_values().next().unwrap_or_default())
    }

    /// Whether `viewer` may see what `author` made with this visibility. As [`Access::standings`]; nothing for one's own.
    pub async fn may_see(
        &self,
        visibility: Visibility,
        author: UserId,
        viewer: Option<UserId>,
    ) -> Result<bool> {
        Ok(self.standing(author, viewer).await?.may_see(visibility))
    }

    /// What kind of account somebody has. No read when it is kept in Redis, else one.
    pub(crate) async fn account_of(&self, person: UserId) -> Result<Account> {
        let person = self.people(&[person]).await?.into_iter().flatten().next();
        Ok(person.map(|person| person.account()).unwrap_or_default())
    }

    /// What the edges say; those that are not there too.
    async fn stances(&self, edges: &[String]) -> Result<Vec<Stance>> {
        let read = |missing: Vec<String>| async move {
            let edges = self.cloud.documents().get_all(EDGES, &missing).await?;
            let stance = |edge: &Option<cloud::Stored<_>>| Some(Stance::of(edge.as_deref()));
            Ok(edges.iter().map(stance).collect())
        };
        let stances = self.stances.get_many(edges, read).await?;
        Ok(stances.into_iter().map(Option::unwrap_or_default).collect())
    }
}
