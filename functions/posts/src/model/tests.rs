//! What posts are after any edits.

use super::*;
use access::{Account, Author, Relation, Standing};
use contracts::resources::{ReplyPolicy, Visibility};
use contracts::{Check, Refusal, Timestamp, UserId, Version, tags};
use proptest::prelude::*;
use std::collections::HashMap;

fn author() -> Author {
    Author {
        user_id: UserId::from_bytes([1; 16]),
        username: "ann".to_owned(),
    }
}

fn written(text: &str, visibility: Visibility) -> Written {
    let new = NewPost {
        text: text.to_owned(),
        visibility,
        ..NewPost::default()
    };
    Written {
        content: Content::check(&mut Check::new(), new, Needs::Nothing),
        media: Vec::new(),
        mentions: Vec::new(),
        open: true,
    }
}

fn write(text: &str, visibility: Visibility) -> StoredPost {
    StoredPost::write(&author(), written(text, visibility), Timestamp::EPOCH)
}

#[test]
fn only_private_posts_are_for_nobody_else() {
    let shared = [Visibility::Public, Visibility::Followers, Visibility::Private]
        .map(|visibility| write("x", visibility).shared);
    assert_eq!(shared, [true, true, false]);
}

#[test]
fn every_shard_is_used() {
    let used: std::collections::BTreeSet<u8> =
        (0..500).map(|_| write("x", Visibility::Public).shard).collect();
    assert_eq!(used, (0..SHARDS).collect());
}

#[test]
fn only_the_author_changes_it() {
    let post = write("x", Visibility::Public);
    assert!(post.is_of(post.author_id).is_ok());
    assert!(matches!(
        post.is_of(UserId::random()),
        Err(Refusal::Denied { .. })
    ));
}

#[test]
fn only_public_posts_of_open_accounts_trend() {
    assert!(write("#x", Visibility::Public).trends);
    assert!(!write("#x", Visibility::Followers).trends);
    let of_private_account = Written {
        open: false,
        ..written("#x", Visibility::Public)
    };
    assert!(!StoredPost::write(&author(), of_private_account, Timestamp::EPOCH).trends);
}

#[test]
fn what_is_absent_from_an_edit_stays() {
    let post = StoredPost {
        reply_policy: ReplyPolicy::Mentioned,
        ..write("secret #tag", Visibility::Private)
    };
    let same = PostEdit::default().over(&post);
    assert_eq!(
        (same.text.as_str(), same.visibility, same.reply_policy),
        ("secret #tag", Visibility::Private, ReplyPolicy::Mentioned)
    );
}

#[test]
fn a_private_post_is_not_pinned() {
    let pinned = StoredPost {
        pinned: true,
        ..write("x", Visibility::Public)
    };
    let at = Timestamp::from_millis(1);
    assert!(
        pinned
            .edited(written("y", Visibility::Followers), at)
            .unwrap()
            .pinned
    );
    assert!(
        !pinned
            .edited(written("x", Visibility::Private), at)
            .unwrap()
            .pinned
    );
}

#[test]
fn a_repost_says_nothing_and_a_quote_does() {
    let original = write("x", Visibility::Public);
    assert!(!original.is_repost());
    assert!(write("", Visibility::Public).sharing(&original).is_repost());
    assert!(!write("look", Visibility::Public).sharing(&original).is_repost());
}

fn nameable(name: &str, byte: u8) -> Nameable {
    Nameable {
        user_id: UserId::from_bytes([byte; 16]),
        username: name.to_owned(),
    }
}

#[test]
fn who_is_named_comes_once_and_who_is_unknown_does_not() {
    let known = [nameable("Bob", 2), nameable("cat", 3), nameable("dan", 4)];
    let names = ["cat".to_owned(), "nobody".to_owned(), "bob".to_owned()];
    let tagged = [known[0].user_id, known[2].user_id, UserId::from_bytes([9; 16])];
    let all = named(&names, &tagged, &known);
    let shown: Vec<(&str, bool, bool)> = all
        .iter()
        .map(|mention| (mention.username.as_str(), mention.written, mention.tagged))
        .collect();
    assert_eq!(
        shown,
        [("cat", true, false), ("bob", true, true), ("dan", false, true)]
    );
}

/// A post with everybody in it after each of a list of edits.
fn histories() -> impl Strategy<Value = Vec<(String, Visibility, Vec<u8>)>> {
    let visibility = prop::sample::select(vec![
        Visibility::Public,
        Visibility::Followers,
        Visibility::Private,
    ]);
    let text = "(#[ab]{1,2} |x ){0,4}";
    let edit = (text, visibility, prop::collection::vec(2_u8..6, 0..4));
    prop::collection::vec(edit, 1..8)
}

fn everybody() -> HashMap<UserId, Standing> {
    // 2 follows, 3 is a stranger, 4 is blocked, 5 follows and muted the author
    let standing = |relation, blocked, muted| Standing {
        relation,
        account: Account::Public,
        blocked,
        muted,
    };
    let people = [
        standing(Relation::Follower, false, false),
        standing(Relation::Stranger, false, false),
        standing(Relation::Follower, true, false),
        standing(Relation::Follower, false, true),
    ];
    (2_u8..)
        .zip(people)
        .map(|(byte, standing)| (UserId::from_bytes([byte; 16]), standing))
        .collect()
}

proptest! {
    /// Revisions and the post together are every version once, each with what it said; the tags are those of the text; unchanged is unchanged.
    #[test]
    fn nothing_of_the_past_is_lost(edits in histories()) {
        let (first, rest) = edits.split_first().unwrap();
        let mut post = write(&first.0, first.1);
        let mut said = vec![(post.text.clone(), post.visibility)];
        let mut revisions: Vec<StoredRevision> = Vec::new();
        for (at, (text, visibility, _)) in (1_i64..).zip(rest) {
            let now = Timestamp::from_millis(at);
            let before = post.clone();
            if let Some(edited) = post.edited(written(text, *visibility), now) {
                revisions.push(StoredRevision::of(&before, now));
                said.push((edited.text.clone(), edited.visibility));
                post = edited;
            } else {
                prop_assert_eq!((text.trim(), *visibility), (post.text.as_str(), post.visibility));
            }
            prop_assert_eq!(&post.tags, &tags::find(&post.text));
            prop_assert_eq!(post.shared, post.visibility != Visibility::Private);
            prop_assert_eq!((post.post_id, post.created_at, post.shard), (before.post_id, before.created_at, before.shard));
        }
        let mut all: Vec<(String, Visibility)> = revisions.iter().map(|r| (r.text.clone(), r.visibility)).collect();
        all.push((post.text.clone(), post.visibility));
        prop_assert_eq!(all, said);
        let mut version = Version::FIRST;
        for revision in &revisions {
            prop_assert_eq!(revision.version, version);
            version = version.next();
        }
        prop_assert_eq!(post.version, version);
        prop_assert!(revisions.windows(2).all(|pair| pair[0].until == pair[1].since));
        prop_assert_eq!(revisions.last().map(|last| last.until), post.edited_at);
    }

    /// Who may see a post and is named is told, not again while they stay named and see it, and nobody else is ever told.
    #[test]
    fn who_is_named_is_told_once(edits in histories()) {
        let standings = everybody();
        let mut before: Option<StoredPost> = None;
        for (text, visibility, people) in edits {
            let mentions = people.iter().map(|byte| StoredMention {
                user_id: UserId::from_bytes([*byte; 16]),
                username: format!("p{byte}"),
                written: true,
                tagged: false,
            });
            let post = StoredPost { mentions: mentions.collect(), ..write(&text, visibility) };
            let told = to_tell(post.author_id, before.as_ref().map(StoredPost::naming), post.naming(), &standings);
            let sees = |post: &StoredPost, byte: u8| {
                let named = post.mentions.iter().any(|mention| mention.user_id == UserId::from_bytes([byte; 16]));
                named && match byte {
                    2 => post.visibility != Visibility::Private,
                    3 => post.visibility == Visibility::Public,
                    _ => false,
                }
            };
            for byte in 2_u8..6 {
                let expected = sees(&post, byte) && !before.as_ref().is_some_and(|before| sees(before, byte));
                prop_assert_eq!(told.contains(&UserId::from_bytes([byte; 16])), expected);
            }
            before = Some(post);
        }
    }
}
