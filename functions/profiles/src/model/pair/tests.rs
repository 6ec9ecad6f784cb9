//! Two people and random wishes of both, beside a model of plain flags.

use super::*;
use crate::model::EdgeState;
use proptest::prelude::*;

const ANN: UserId = UserId::from_bytes([1; 16]);
const BOB: UserId = UserId::from_bytes([2; 16]);

fn strangers() -> Pair {
    Pair {
        there: Edge::none(ANN, BOB, Timestamp::EPOCH),
        back: Edge::none(BOB, ANN, Timestamp::EPOCH),
    }
}

/// The same as the other sees it.
fn turned(pair: &Pair) -> Pair {
    Pair {
        there: pair.back.clone(),
        back: pair.there.clone(),
    }
}

fn wish() -> impl Strategy<Value = Wish> {
    let bell = prop::option::of(prop::sample::select(vec![Bell::All, Bell::None]));
    prop_oneof![
        4 => (any::<bool>(), bell).prop_map(|(private, bell)| Wish::Follow { private, bell }),
        1 => Just(Wish::Unfollow),
        3 => Just(Wish::Accept),
        1 => Just(Wish::Reject),
        1 => Just(Wish::Remove),
        1 => Just(Wish::Block),
        2 => Just(Wish::Unblock),
        1 => Just(Wish::Mute),
        1 => Just(Wish::Unmute),
    ]
}

/// What one person is to another: follows, asked, blocks, mutes; and whether they ever came to an end.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "a model of plain flags")]
struct Flags {
    follows: bool,
    asked: bool,
    blocks: bool,
    mutes: bool,
    ended: bool,
}

impl Flags {
    fn end(&mut self) {
        self.ended |= self.follows || self.asked;
        self.follows = false;
        self.asked = false;
    }
}

/// Fulfils a wish of the first; answers whether it can be.
fn fulfil(one: &mut Flags, other: &mut Flags, wish: Wish) -> bool {
    if (one.blocks || other.blocks) && !matches!(wish, Wish::Block | Wish::Unblock) {
        return false;
    }
    match wish {
        Wish::Follow { private, .. } => {
            one.asked = private && !one.follows;
            one.follows = !one.asked;
        }
        Wish::Unfollow => one.end(),
        Wish::Accept => {
            let there = other.asked || other.follows;
            other.follows = there;
            other.asked = false;
            return there;
        }
        Wish::Reject => {
            let there = !other.follows && (other.asked || other.ended);
            if there {
                other.end();
            }
            return there;
        }
        Wish::Remove => other.end(),
        Wish::Block => {
            one.end();
            other.end();
            one.blocks = true;
        }
        Wish::Unblock => one.blocks = false,
        Wish::Mute => one.mutes = true,
        Wish::Unmute => one.mutes = false,
    }
    true
}

fn flags(edge: &Edge) -> Flags {
    Flags {
        follows: edge.is_live(),
        asked: edge.is_requested(),
        blocks: edge.blocked_at.is_some(),
        mutes: edge.muted_at.is_some(),
        ended: edge.ended_at.is_some(),
    }
}

proptest! {
    #[test]
    fn every_history_ends_as_the_plain_model_says(history in prop::collection::vec((any::<bool>(), wish()), 0..40)) {
        let mut pair = strangers();
        let (mut ann, mut bob) = (Flags::default(), Flags::default());
        for (at, (of_ann, wish)) in (1..).map(Timestamp::from_millis).zip(history) {
            let seen = if of_ann { pair.clone() } else { turned(&pair) };
            let after = seen.after(wish, at);
            let can = if of_ann { fulfil(&mut ann, &mut bob, wish) } else { fulfil(&mut bob, &mut ann, wish) };
            prop_assert_eq!(after.is_ok(), can, "{:?}", wish);
            if let Ok(after) = after {
                let again = after.after(wish, Timestamp::from_millis(1_000));
                prop_assert_eq!(again.as_ref(), Ok(&after), "again changes nothing");
                pair = if of_ann { after } else { turned(&after) };
            }
            prop_assert_eq!((flags(&pair.there), flags(&pair.back)), (ann, bob));
            let barred = ann.blocks || bob.blocks;
            prop_assert_eq!((pair.there.barred, pair.back.barred), (barred, barred));
            for edge in [&pair.there, &pair.back] {
                prop_assert!(!barred || matches!(edge.state, EdgeState::None | EdgeState::Ended));
                prop_assert!(edge.created_at <= at && edge.ended_at.is_none_or(|ended| ended <= at));
                prop_assert_eq!(edge.state == EdgeState::None, edge.created_at == Timestamp::EPOCH);
            }
        }
    }
}

#[test]
fn nobody_wishes_anything_about_themself() {
    let refused = |wish: Wish| match wish.about(ANN, ANN) {
        Err(Refusal::Unprocessable { code, .. }) => code,
        other => {
            assert!(matches!(other, Err(Refusal::NotFound)), "{other:?}");
            "not_found"
        }
    };
    let follow = Wish::Follow {
        private: false,
        bell: None,
    };
    let codes = [follow, Wish::Block, Wish::Mute, Wish::Remove, Wish::Accept].map(refused);
    assert_eq!(
        codes,
        [
            "cannot_follow_self",
            "cannot_block_self",
            "cannot_mute_self",
            "cannot_remove_self",
            "not_found"
        ]
    );
    assert!(follow.about(ANN, BOB).is_ok());
}

#[test]
fn a_bell_stays_until_it_is_changed_or_the_follow_ends() {
    let at = Timestamp::from_millis;
    let follow = |bell| Wish::Follow { private: false, bell };
    let on = strangers().after(follow(Some(Bell::All)), at(1)).unwrap();
    let again = on.after(follow(None), at(2)).unwrap();
    assert_eq!((again.there.notify, again.there.created_at), (Bell::All, at(1)));
    let off = again.after(follow(Some(Bell::None)), at(3)).unwrap();
    assert_eq!((off.there.notify, off.there.created_at), (Bell::None, at(1)));
    let anew = on
        .after(Wish::Unfollow, at(4))
        .and_then(|pair| pair.after(follow(None), at(5)))
        .unwrap();
    assert_eq!(
        (anew.there.notify, anew.view().notify),
        (Bell::None, Some(Bell::None))
    );
}
