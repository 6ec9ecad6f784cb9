//! Every order of token, registration, names and edits.

use super::*;
use proptest::prelude::*;

const TOKEN_SEEN: i64 = 1_000;
const REGISTERED: i64 = 900;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Token,
    Registration,
}

fn user() -> UserId {
    UserId::from_bytes([7; 16])
}

fn event() -> UserRegistered {
    UserRegistered {
        user_id: user(),
        username: "Ann.Lee".to_owned(),
        display_name: "Ann".to_owned(),
    }
}

fn edit(display_name: &str) -> Edit {
    Edit {
        display_name: display_name.to_owned(),
        bio: Some("hello".to_owned()),
        ..Edit::default()
    }
}

fn after(steps: &[Step]) -> Option<Profile> {
    steps.iter().fold(None, |profile, step| {
        Some(match step {
            Step::Token => profile
                .unwrap_or_else(|| Profile::of_claims(user(), "Ann.Lee", Timestamp::from_millis(TOKEN_SEEN))),
            Step::Registration => {
                Profile::with_registration(profile, &event(), Timestamp::from_millis(REGISTERED))
            }
        })
    })
}

proptest! {
    #[test]
    fn token_and_registration_end_in_the_same_profile(
        steps in prop::collection::vec(prop_oneof![Just(Step::Token), Just(Step::Registration)], 1..8),
    ) {
        let profile = after(&steps).unwrap();
        if steps.contains(&Step::Registration) {
            prop_assert_eq!(&profile, &after(&[Step::Registration]).unwrap());
            prop_assert_eq!(profile.display_name, "Ann");
        } else {
            prop_assert_eq!(profile.display_name, "Ann.Lee");
        }
    }

    #[test]
    fn what_the_owner_wrote_stays(before in any::<bool>(), deliveries in 1_usize..4) {
        let early = after(&[Step::Token]).unwrap();
        let mut profile = if before { early.with_edit(edit("Annie"), Images::default()) } else { early };
        for _ in 0..deliveries {
            profile = Profile::with_registration(Some(profile), &event(), Timestamp::from_millis(REGISTERED));
        }
        if !before {
            profile = profile.with_edit(edit("Annie"), Images::default());
        }
        prop_assert_eq!(profile.display_name.as_str(), "Annie");
        prop_assert_eq!(profile, after(&[Step::Registration]).unwrap().with_edit(edit("Annie"), Images::default()));
    }
}

proptest! {
    #[test]
    fn the_latest_name_holds_in_any_order(order in Just((1_i64..6).collect::<Vec<_>>()).prop_shuffle(), registered in 0_usize..6) {
        let mut profile = after(&[Step::Token]).unwrap();
        for (place, at) in order.iter().enumerate() {
            if place == registered {
                profile = Profile::with_registration(Some(profile), &event(), Timestamp::from_millis(REGISTERED));
            }
            let changed = UsernameChanged { user_id: user(), username: format!("ann{at}") };
            profile = profile.with_name(&changed, Timestamp::from_millis(*at));
            let again = profile.clone().with_name(&changed, Timestamp::from_millis(*at));
            prop_assert_eq!(&again, &profile);
            let best = order[..=place].iter().max().unwrap();
            prop_assert_eq!(&profile.username, &format!("ann{best}"));
            prop_assert_eq!(&profile.username_lower, &fold(&profile.username));
        }
    }

    #[test]
    fn the_latest_of_hiding_and_showing_holds(order in Just((1_i64..6).collect::<Vec<_>>()).prop_shuffle()) {
        let hide = |profile: Profile, at: &i64| profile.with_hidden(at % 2 == 0, Timestamp::from_millis(*at));
        let profile = order.iter().fold(after(&[Step::Token]).unwrap(), hide);
        prop_assert!(!profile.hidden);
        prop_assert_eq!(order.iter().fold(profile.clone(), hide), profile);
    }
}

#[test]
fn what_is_left_out_is_removed_but_nobody_is_exposed() {
    let private = Edit {
        is_private: Some(true),
        ..edit("Ann")
    };
    let profile = after(&[Step::Registration])
        .unwrap()
        .with_edit(private, Images::default());
    let forgot = Edit {
        bio: None,
        ..edit("Ann")
    };
    let profile = profile.with_edit(forgot, Images::default());
    assert_eq!((profile.bio.as_deref(), profile.is_private), (None, true));
}

#[test]
fn the_same_edit_again_is_no_change() {
    let once = after(&[Step::Registration])
        .unwrap()
        .with_edit(edit("Ann"), Images::default());
    assert_eq!(once.clone().with_edit(edit("Ann"), Images::default()), once);
    assert_ne!(
        once.clone().with_edit(edit("Bea"), Images::default()).version,
        once.version
    );
}

#[test]
fn names_are_the_same_in_any_case() {
    assert_eq!(after(&[Step::Token]).unwrap().username_lower, fold("ANN.LEE"));
}
