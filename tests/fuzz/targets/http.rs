//! Everything that is asked over HTTP: Cloud Storage's JSON, XML, multipart, ranges and signatures, Pub/Sub's REST, Cloud Run, Cloud Scheduler, IAM, the control
//! surface. The input is the request as text.
#![no_main]

use fuzz::Asked;
use libfuzzer_sys::fuzz_target;
use std::cell::RefCell;

thread_local!(static ASKED: RefCell<Asked> = RefCell::default());

fuzz_target!(|bytes: &[u8]| {
    if let Some(request) = fuzz::request(bytes) {
        ASKED.with_borrow_mut(|asked| asked.ask(request));
    }
});
