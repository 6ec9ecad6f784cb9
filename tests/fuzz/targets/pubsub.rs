//! Pub/Sub's messages: names, filters, policies, masks. A first byte chooses between the publisher and the subscriber.
#![no_main]

use fuzz::Asked;
use libfuzzer_sys::fuzz_target;
use std::cell::RefCell;

thread_local!(static ASKED: RefCell<Asked> = RefCell::default());

fuzz_target!(|bytes: &[u8]| {
    let [side, call @ ..] = bytes else { return };
    let service = if *side == b'p' {
        "google.pubsub.v1.Publisher"
    } else {
        "google.pubsub.v1.Subscriber"
    };
    ASKED.with_borrow_mut(|asked| asked.call(service, call));
});
