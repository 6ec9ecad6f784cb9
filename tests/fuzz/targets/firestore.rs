//! Firestore's messages: names, paths, values, queries, writes, transactions.
#![no_main]

use fuzz::Asked;
use libfuzzer_sys::fuzz_target;
use std::cell::RefCell;

thread_local!(static ASKED: RefCell<Asked> = RefCell::default());

fuzz_target!(|bytes: &[u8]| {
    ASKED.with_borrow_mut(|asked| asked.call("google.firestore.v1.Firestore", bytes));
});
