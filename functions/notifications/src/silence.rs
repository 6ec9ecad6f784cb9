//! Entries of people who are nobody to their owner: kept, not shown, not counted.

use crate::model::Group;
use crate::state::Notifications;
use crate::store;
use cloud::{Document, Result};
use contracts::UserId;

/// How many entries are looked at in one go.
const PAGE: usize = 100;

impl Notifications {
    /// Brings what each of two people did in the inbox of the other up to how the two stand now. To be called when one blocked the other or does no longer, as
    /// often as one likes, in any order. A read for each entry that shows one of them, and a write for each that this changes.
    pub(crate) async fn stood_anew(&self, one: UserId, other: UserId) -> Result<()> {
        // the event may be told before the writer has made Redis forget
        self.access.forget_standing(one, other).await;
        self.settle_silence(one, &[other]).await?;
        self.settle_silence(other, &[one]).await
    }

    /// Brings the entries of `owner` that show one of `actors` up to how they stand.
    pub(crate) async fn settle_silence(&self, owner: UserId, actors: &[UserId]) -> Result<()> {
        for actor in actors {
            let mut after = None;
            loop {
                let (told, last) =
                    cloud::on_contention(|| self.settle_page(owner, *actor, after.clone())).await?;
                if let Some(told) = told {
                    self.unread_changed(owner, told).await?;
                }
                after = last;
                if after.is_none() {
                    break;
                }
            }
        }
        Ok(())
    }

    /// One page; answers the number of unread entries that was told, and where to go on.
    async fn settle_page(
        &self,
        owner: UserId,
        actor: UserId,
        after: Option<String>,
    ) -> Result<(Option<u64>, Option<String>)> {
        let page = store::done_by(owner, actor).by_name(after).limit(PAGE);
        let groups = self.documents().query(page).await?;
        let present = self.present(Some(owner), groups.iter().map(|group| &**group));
        let present = present.await?;
        let settle = |group: &Group| {
            let heard = group.actors.iter().any(|actor| present.contains(actor));
            group.silenced(!heard)
        };
        let told = self.change(owner, &groups, settle).await?;
        let last = groups.last().filter(|_| groups.len() == PAGE);
        Ok((told, last.map(|group| group.id())))
    }
}
