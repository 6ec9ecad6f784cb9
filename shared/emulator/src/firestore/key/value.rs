//! Values as bytes, in the order of [`crate::firestore::order::compare`].
//!
//! Of a value, indexes hold the first 1500 bytes: <https://firebase.google.com/docs/firestore/quotas#indexes>.

use super::{END, MORE, escaped, name, number};
use crate::firestore::order::{self, vector};
use crate::firestore::path::Fields;
use gcloud_sdk::google::firestore::v1::Value;
use gcloud_sdk::google::firestore::v1::value::ValueType;

/// The most bytes of one value.
const LONGEST: usize = 1500;

/// What values of a type begin with: their place among the types, never 0.
pub(crate) fn tag(class: u8) -> u8 {
    class * 4 + 2
}

/// Writes a value, cut off where it is too long: then it stands where it stood, but equals others that begin as it does.
pub(crate) fn value(out: &mut Vec<u8>, value: &Value) {
    Cut { out, left: LONGEST }.value(value);
}

/// A value's bytes.
pub(crate) fn encoded(of: &Value) -> Vec<u8> {
    let mut out = Vec::new();
    value(&mut out, of);
    out
}

/// Writes until nothing is left of what may be written.
struct Cut<'a> {
    out: &'a mut Vec<u8>,
    left: usize,
}

impl Cut<'_> {
    fn value(&mut self, value: &Value) {
        self.out.push(tag(order::class(value)));
        match value.value_type.as_ref() {
            Some(ValueType::BooleanValue(truth)) => self.fixed(&[u8::from(*truth)]),
            Some(ValueType::IntegerValue(integer)) => self.fixed(&number::integer(*integer)),
            Some(ValueType::DoubleValue(double)) => self.fixed(&number::double(*double)),
            Some(ValueType::TimestampValue(time)) => {
                self.fixed(&ordered(time.seconds));
                self.fixed(&ordered(i64::from(time.nanos))[4..]);
            }
            Some(ValueType::StringValue(text)) => self.bytes(text.as_bytes()),
            Some(ValueType::BytesValue(bytes)) => self.bytes(bytes),
            Some(ValueType::ReferenceValue(reference)) => {
                let start = self.out.len();
                name::path(self.out, reference.split('/'));
                self.left = self.left.saturating_sub(self.out.len() - start);
            }
            Some(ValueType::GeoPointValue(point)) => {
                self.fixed(&number::ordered(point.latitude));
                self.fixed(&number::ordered(point.longitude));
            }
            Some(ValueType::ArrayValue(array)) => self.list(&array.values),
            Some(ValueType::MapValue(map)) => match vector(map) {
                Some(numbers) => {
                    self.fixed(&u32::try_from(numbers.len()).unwrap_or(u32::MAX).to_be_bytes());
                    self.list(numbers);
                }
                None => self.map(&map.fields),
            },
            _ => {}
        }
    }

    fn fixed(&mut self, bytes: &[u8]) {
        self.out.extend(bytes);
        self.left = self.left.saturating_sub(bytes.len());
    }

    fn bytes(&mut self, bytes: &[u8]) {
        let kept = &bytes[..bytes.len().min(self.left)];
        escaped(self.out, kept);
        self.left -= kept.len();
    }

    fn list(&mut self, values: &[Value]) {
        for value in values {
            if self.left == 0 {
                break;
            }
            self.left -= 1;
            self.value(value);
        }
        self.out.push(END);
    }

    fn map(&mut self, fields: &Fields) {
        let mut pairs: Vec<_> = fields.iter().collect();
        pairs.sort_unstable_by_key(|(key, _)| key.as_bytes());
        for (key, value) in pairs {
            if self.left == 0 {
                break;
            }
            self.left -= 1;
            self.out.push(MORE);
            self.bytes(key.as_bytes());
            self.value(value);
        }
        self.out.push(END);
    }
}

fn ordered(number: i64) -> [u8; 8] {
    (number ^ i64::MIN).to_be_bytes()
}
