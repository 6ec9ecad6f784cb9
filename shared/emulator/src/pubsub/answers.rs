//! What endpoints answered to pushes: the last of each subscription, for people and tests that look. In memory only.

use http::HeaderMap;
use serde_json::{Value, json};
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, PoisonError};

/// How many answers of a subscription are kept.
const KEPT: usize = 64;

/// The last answers by full subscription name, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Answers(Mutex<BTreeMap<String, VecDeque<Answer>>>);

#[derive(Debug)]
struct Answer {
    status: u16,
    headers: BTreeMap<String, String>,
}

impl Answers {
    /// Remembers an answer.
    pub(crate) fn note(&self, subscription: &str, status: http::StatusCode, headers: &HeaderMap) {
        let headers = headers.iter();
        let headers =
            headers.filter_map(|(name, value)| Some((name.to_string(), value.to_str().ok()?.to_owned())));
        let answer = Answer {
            status: status.as_u16(),
            headers: headers.collect(),
        };
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = all.entry(subscription.to_owned()).or_default();
        if kept.len() >= KEPT {
            kept.pop_front();
        }
        kept.push_back(answer);
    }

    /// Those of the subscriptions whose name is wanted, `[{subscription, status, headers}]`.
    pub(crate) fn list(&self, wanted: impl Fn(&str) -> bool) -> Vec<Value> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let of = all.iter().filter(|(name, _)| wanted(name));
        of.flat_map(|(name, answers)| answers.iter().map(move |answer| (name, answer)))
            .map(|(name, answer)| {
                json!({ "subscription": name, "status": answer.status, "headers": answer.headers })
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::StatusCode;

    #[test]
    fn the_last_answers_are_kept() {
        let answers = Answers::default();
        let mut headers = HeaderMap::new();
        for n in 0..KEPT + 3 {
            headers.insert("x-n", n.into());
            answers.note("a", StatusCode::NO_CONTENT, &headers);
        }
        answers.note("b", StatusCode::INTERNAL_SERVER_ERROR, &headers);
        let kept = answers.list(|name| name == "a");
        assert_eq!(kept.len(), KEPT);
        assert_eq!(
            (&kept[0]["headers"]["x-n"], &kept[0]["status"]),
            (&json!("3"), &json!(204))
        );
        assert_eq!(answers.list(|_| true).len(), KEPT + 1);
    }
}
