//! Policy documents of HTML forms (<https://cloud.google.com/storage/docs/authentication/signatures#policy-document>): a signed list of what
//! the fields of a form may be.

use super::query::{ALGORITHM, Credential};
use crate::storage::encoding::unhex;
use crate::storage::failure::{Failure, Kind};
use crate::storage::time;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde::Deserialize;
use serde_json::Value;
use std::ops::RangeInclusive;

/// The fields of a form but the file, their names in lower case.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::storage) struct Form(pub(in crate::storage) Vec<(String, String)>);

/// What a policy allows beside what the fields say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::storage) struct Permit {
    /// How many bytes the file may have.
    pub(in crate::storage) length: Option<RangeInclusive<u64>>,
}

#[derive(Debug, Deserialize)]
struct Policy {
    expiration: String,
    conditions: Vec<Value>,
}

/// One condition of a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Condition {
    Equals(String, String),
    StartsWith(String, String),
    Length(RangeInclusive<u64>),
}

/// Fields that a policy says nothing of.
const FREE: [&str; 3] = ["policy", "x-goog-signature", "file"];

impl Form {
    pub(in crate::storage) fn get(&self, name: &str) -> Option<&str> {
        let mut found = self.0.iter().filter(|(known, _)| known == name);
        found.next().map(|(_, value)| value.as_str())
    }

    /// Checks the signature, the time and every condition. `verify` is as for addresses; the form goes to `bucket`.
    ///
    /// # Errors
    /// The policy is not signed, is over, or does not allow what the form says.
    pub(in crate::storage) fn check(
        &self,
        bucket: &str,
        now_micros: i64,
        verify: impl Fn(&str, &[u8], &[u8]) -> bool,
    ) -> Result<Permit, Failure> {
        let text = self.get("policy").unwrap_or_default();
        self.check_signature(text, verify)?;
        let bytes = BASE64_STANDARD
            .decode(text)
            .map_err(|_| wrong("The policy is not base64."))?;
        let policy: Policy = serde_json::from_slice(&bytes)
            .map_err(|error| wrong(format!("The policy is not understood: {error}")))?;
        let end = time::from_rfc3339(&policy.expiration).ok_or_else(|| wrong("Invalid expiration."))?;
        if now_micros >= end {
            return Err(wrong("Policy expired."));
        }
        let conditions = policy.conditions.iter().map(Condition::parse);
        let conditions = conditions
            .collect::<Option<Vec<_>>>()
            .ok_or_else(|| wrong("Invalid condition."))?;
        let mut permit = Permit::default();
        for condition in &conditions {
            match condition {
                Condition::Length(length) => permit.length = Some(length.clone()),
                condition => self.meets(condition, bucket)?,
            }
        }
        self.check_covered(&conditions)?;
        Ok(permit)
    }

    fn check_signature(
        &self,
        policy: &str,
        verify: impl Fn(&str, &[u8], &[u8]) -> bool,
    ) -> Result<(), Failure> {
        let field = |name: &str| {
            self.get(name)
                .ok_or_else(|| wrong(format!("Missing field: {name}")))
        };
        let algorithm = field("x-goog-algorithm")?;
        if algorithm != ALGORITHM {
            return Err(Failure::not_implemented(&format!(
                "signature algorithm {algorithm}"
            )));
        }
        let credential = Credential::parse(field("x-goog-credential")?, field("x-goog-date")?)?;
        let signature = unhex(field("x-goog-signature")?).unwrap_or_default();
        if verify(&credential.account, policy.as_bytes(), &signature) {
            return Ok(());
        }
        let message = "The request signature we calculated does not match the signature you provided. Check your Google secret key and signing method.";
        Err(Failure::new(Kind::Signature, message).with("StringToSign", policy))
    }

    fn meets(&self, condition: &Condition, bucket: &str) -> Result<(), Failure> {
        let field = |name: &str| {
            if name == "bucket" {
                Some(bucket)
            } else {
                self.get(name)
            }
        };
        let (met, shown) = match condition {
            Condition::Equals(name, wanted) => (
                field(name) == Some(wanted),
                format!("[\"eq\", \"${name}\", \"{wanted}\"]"),
            ),
            Condition::StartsWith(name, wanted) => (
                field(name).is_some_and(|value| value.starts_with(wanted.as_str())),
                format!("[\"starts-with\", \"${name}\", \"{wanted}\"]"),
            ),
            Condition::Length(_) => return Ok(()),
        };
        if met {
            Ok(())
        } else {
            Err(wrong(format!("Policy did not match condition: {shown}")))
        }
    }

    /// Every field needs a condition.
    fn check_covered(&self, conditions: &[Condition]) -> Result<(), Failure> {
        let named = |wanted: &str| {
            conditions.iter().any(|condition| match condition {
                Condition::Equals(name, _) | Condition::StartsWith(name, _) => name == wanted,
                Condition::Length(_) => false,
            })
        };
        let free = |name: &str| FREE.contains(&name) || name.starts_with("x-ignore-");
        match self.0.iter().find(|(name, _)| !free(name) && !named(name)) {
            Some((name, _)) => Err(wrong(format!("Policy did not reference these fields: {name}"))),
            None => Ok(()),
        }
    }
}

impl Condition {
    /// `{"field": "value"}`, `["eq" or "starts-with", "$field", "value"]` or `["content-length-range", min, max]`.
    fn parse(value: &Value) -> Option<Self> {
        if let Some(fields) = value.as_object() {
            let mut fields = fields.iter();
            let (name, wanted) = fields.next()?;
            return match (fields.next(), wanted) {
                (None, Value::String(wanted)) => Some(Self::Equals(name.to_lowercase(), wanted.clone())),
                (None, Value::Number(wanted)) => Some(Self::Equals(name.to_lowercase(), wanted.to_string())),
                _ => None,
            };
        }
        match value.as_array()?.as_slice() {
            [Value::String(kind), min, max] if kind == "content-length-range" => {
                Some(Self::Length(number(min)?..=number(max)?))
            }
            [Value::String(kind), Value::String(field), Value::String(wanted)] => {
                let name = field.strip_prefix('$')?.to_lowercase();
                match kind.as_str() {
                    "eq" => Some(Self::Equals(name, wanted.clone())),
                    "starts-with" => Some(Self::StartsWith(name, wanted.clone())),
                    _ => None,
                }
            }
            _ => None,
        }
    }
}

fn number(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.parse().ok())
}

fn wrong(message: impl Into<String>) -> Failure {
    Failure::new(Kind::InvalidPolicyDocument, message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    const END: &str = "2026-11-21T11:00:00Z";

    fn form(policy: &Value, fields: &[(&str, &str)]) -> Form {
        let mut all = vec![
            ("key", "u/1.jpg"),
            ("x-goog-algorithm", ALGORITHM),
            ("x-goog-credential", "a@b/20261121/auto/storage/goog4_request"),
            ("x-goog-date", "20261121T100000Z"),
            ("x-goog-signature", "ab"),
        ];
        all.extend(fields);
        let mut form = Form(
            all.into_iter()
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect(),
        );
        form.0
            .push(("policy".to_owned(), BASE64_STANDARD.encode(policy.to_string())));
        form
    }

    fn policy(more: &[Value]) -> Value {
        let mut conditions = vec![
            json!({"bucket": "media"}),
            json!({"x-goog-algorithm": ALGORITHM}),
            json!(["starts-with", "$x-goog-credential", ""]),
            json!({"x-goog-date": "20261121T100000Z"}),
        ];
        conditions.extend_from_slice(more);
        json!({"expiration": END, "conditions": conditions})
    }

    fn check(form: &Form, at: &str) -> Result<Permit, Kind> {
        let verify = |account: &str, _: &[u8], signature: &[u8]| account == "a@b" && signature == [0xab];
        form.check("media", time::from_rfc3339(at).unwrap(), verify)
            .map_err(|failure| failure.kind)
    }

    #[test]
    fn the_table_of_conditions() {
        let before = "2026-11-21T10:59:59Z";
        for (more, fields, allowed) in [
            (vec![json!({"key": "u/1.jpg"})], vec![], true),
            (vec![json!(["eq", "$key", "u/1.jpg"])], vec![], true),
            (vec![json!(["starts-with", "$key", "u/"])], vec![], true),
            (vec![json!(["starts-with", "$key", ""])], vec![], true),
            (vec![json!(["starts-with", "$key", "v/"])], vec![], false),
            (vec![json!({"key": "u/2.jpg"})], vec![], false),
            (vec![], vec![], false),
            (
                vec![json!({"key": "u/1.jpg"})],
                vec![("content-type", "image/png")],
                false,
            ),
            (
                vec![
                    json!({"key": "u/1.jpg"}),
                    json!(["starts-with", "$Content-Type", "image/"]),
                ],
                vec![("content-type", "image/png")],
                true,
            ),
            (
                vec![json!({"key": "u/1.jpg"}), json!({"success_action_status": 201})],
                vec![("success_action_status", "201")],
                true,
            ),
            (
                vec![json!({"key": "u/1.jpg"})],
                vec![("x-ignore-this", "1")],
                true,
            ),
            (
                vec![json!({"key": "u/1.jpg"}), json!({"acl": "private"})],
                vec![],
                false,
            ),
            (
                vec![json!({"key": "u/1.jpg"}), json!({"bucket": "other"})],
                vec![],
                false,
            ),
            (vec![json!(["gt", "$key", "1"])], vec![], false),
        ] {
            let found = check(&form(&policy(&more), &fields), before);
            assert_eq!(found.is_ok(), allowed, "{more:?} {fields:?}: {found:?}");
        }
        let bounded = policy(&[json!({"key": "u/1.jpg"}), json!(["content-length-range", 1, 9])]);
        assert_eq!(
            check(&form(&bounded, &[]), before),
            Ok(Permit { length: Some(1..=9) })
        );
        assert_eq!(check(&form(&bounded, &[]), END), Err(Kind::InvalidPolicyDocument));
    }

    #[test]
    fn the_policy_must_be_signed() {
        let mut forged = form(&policy(&[json!({"key": "u/1.jpg"})]), &[]);
        for (name, value) in &mut forged.0 {
            if name == "x-goog-signature" {
                *value = "ac".to_owned();
            }
        }
        assert_eq!(check(&forged, "2026-11-21T10:00:00Z"), Err(Kind::Signature));
        assert_eq!(check(&Form::default(), END), Err(Kind::InvalidPolicyDocument));
    }

    proptest! {
        #[test]
        fn no_policy_brings_it_down(text in "[ -~]{0,60}", name in "[a-z$]{0,6}", kind in "eq|starts-with|content-length-range") {
            let mut any = form(&json!({"expiration": END, "conditions": [[kind, name, text], {name.clone(): text.clone()}, text]}), &[]);
            let _ = check(&any, END);
            any.0.retain(|(name, _)| name != "policy");
            any.0.push(("policy".to_owned(), BASE64_STANDARD.encode(&text)));
            let _ = check(&any, END);
            any.0.retain(|(name, _)| name != "policy");
            any.0.push(("policy".to_owned(), text));
            let _ = check(&any, END);
        }
    }
}
