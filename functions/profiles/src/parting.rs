//! Live connections hear no more of somebody than their user may and wants to.

use crate::model::{Edge, Pair};
use crate::state::Profiles;
use crate::store;
use cloud::Result;
use contracts::UserId;
use contracts::hub::{Hub, HubFrame, Parting};

/// The hubs in which one hears of others.
const HUBS: [Hub; 2] = [Hub::Feed, Hub::Video];

impl Profiles {
    /// Tells the connections of both what has come between them: to be called when Redis has forgotten how they stood, so that whoever connects meanwhile
    /// knows it. Should Redis be away, no frames pass either. Two Redis commands for each of the two of whom it is so.
    pub(crate) async fn part(&self, before: &Pair, after: &Pair) {
        let both = [(&before.there, &after.there), (&before.back, &after.back)];
        let parted = both.into_iter().filter_map(|(before, after)| {
            let parting = parting(before, after)?;
            Some(frames(after.follower_id, after.followee_id, parting))
        });
        self.tell_parted(parted.flatten().collect()).await;
    }

    /// The same for `one` alone and by what is stored now, whatever was before: the process that changed it may have died before it told. Two reads, two Redis
    /// commands.
    pub(crate) async fn part_as_stored(&self, one: UserId, from: UserId) -> Result<()> {
        let [edge, _] = store::edges_between(self.documents(), one, from).await?;
        let parting = match edge.as_deref() {
            Some(edge) if edge.barred => Parting::Blocked,
            Some(edge) if edge.is_live() => return Ok(()),
            _ => Parting::Left,
        };
        self.tell_parted(frames(one, from, parting).to_vec()).await;
        Ok(())
    }

    async fn tell_parted(&self, frames: Vec<HubFrame>) {
        if let Err(error) = self.cloud.backplane().publish_all(&frames).await {
            tracing::debug!(%error, "a connection may hear of somebody for a while");
        }
    }
}

/// What is told to each hub.
fn frames(user_id: UserId, from: UserId, parting: Parting) -> [HubFrame; HUBS.len()] {
    HUBS.map(|hub| HubFrame::Part {
        hub,
        user_id,
        from,
        parting,
    })
}

/// What has come between the two with a change of how one stands to the other.
fn parting(before: &Edge, after: &Edge) -> Option<Parting> {
    let muted = after.muted_at.is_some() && before.muted_at.is_none();
    let left = before.is_live() && !after.is_live();
    let blocked = after.barred && !before.barred;
    let partings = [
        (blocked, Parting::Blocked),
        (left, Parting::Left),
        (muted, Parting::Muted),
    ];
    let worst = partings.into_iter().find(|(so, _)| *so);
    worst.map(|(_, parting)| parting)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Wish;
    use contracts::Timestamp;

    #[test]
    fn what_comes_between_two() {
        let now = Timestamp::EPOCH;
        let (one, other) = (UserId::random(), UserId::random());
        let strangers = Pair {
            there: Edge::none(one, other, now),
            back: Edge::none(other, one, now),
        };
        let follow = Wish::Follow {
            private: false,
            bell: None,
        };
        let following = strangers.after(follow, now).unwrap();
        let of = |before: &Pair, wish| {
            let after = before.after(wish, now).unwrap();
            [
                parting(&before.there, &after.there),
                parting(&before.back, &after.back),
            ]
        };
        assert_eq!(of(&strangers, follow), [None, None]);
        assert_eq!(of(&following, Wish::Mute), [Some(Parting::Muted), None]);
        assert_eq!(of(&following, Wish::Unfollow), [Some(Parting::Left), None]);
        let blocked = Some(Parting::Blocked);
        assert_eq!(of(&strangers, Wish::Block), [blocked, blocked]);
        assert_eq!(of(&following, Wish::Block), [blocked, blocked]);
        let muted = following.after(Wish::Mute, now).unwrap();
        for wish in [Wish::Mute, Wish::Unmute] {
            assert_eq!(of(&muted, wish), [None, None]);
        }
        assert_eq!(
            of(&strangers.after(Wish::Block, now).unwrap(), Wish::Unblock),
            [None, None]
        );
    }
}
