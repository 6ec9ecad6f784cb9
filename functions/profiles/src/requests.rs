//! Who asked to follow an account that is private no longer follows it.

use crate::graph::told;
use crate::model::Edge;
use crate::state::Profiles;
use crate::store::{self, EDGES};
use cloud::{Result, Stored};
use contracts::UserId;
use contracts::events::graph::ProfileOpened;

/// How many requests are accepted at once.
const PAGE: usize = 50;

impl Profiles {
    /// Accepts a page of the requests to `user`, if their account is public, and tells of the next page when there may be one. Reads the profile and
    /// the page, writes the page; a few Redis commands for each of it.
    pub(crate) async fn open(&self, user: UserId) -> Result<()> {
        cloud::on_contention(|| async {
            if !self.is_open(user).await? {
                return Ok(());
            }
            let requests = store::requests(user, None, PAGE);
            let requests = self.documents().query(requests).await?;
            self.accept(&requests, requests.len() == PAGE).await
        })
        .await
    }

    /// Accepts one request, if the account is public by now: it was asked when it had just become so. A read, two more and a write then.
    pub(crate) async fn open_to(&self, follower: UserId, user: UserId) -> Result<()> {
        cloud::on_contention(|| async {
            if !self.is_open(user).await? {
                return Ok(());
            }
            let [edge, _] = store::edges_between(self.documents(), follower, user).await?;
            let request: Vec<Stored<Edge>> = edge.filter(|edge| edge.is_requested()).into_iter().collect();
            self.accept(&request, false).await
        })
        .await
    }

    async fn is_open(&self, user: UserId) -> Result<bool> {
        let profile = store::profile(self.documents(), user).await?;
        Ok(profile.is_some_and(|profile| !profile.is_private))
    }

    async fn accept(&self, requests: &[Stored<Edge>], more: bool) -> Result<()> {
        let Some(first) = requests.first() else {
            return Ok(());
        };
        let mut commit = self.cloud.commit();
        for request in requests {
            let accepted = Edge::clone(request).accepted(self.now());
            commit = told(commit.save(EDGES, Some(request), &accepted), request, &accepted);
        }
        if more {
            commit = commit.emit(&ProfileOpened {
                user_id: first.followee_id,
            });
        }
        commit.await?;
        for request in requests {
            self.access.forget_followees(request.follower_id).await;
            self.access
                .forget_standing(request.follower_id, request.followee_id)
                .await;
        }
        Ok(())
    }
}
