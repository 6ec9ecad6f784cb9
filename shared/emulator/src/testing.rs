//! What tests of several parts share.

use proptest::prelude::ProptestConfig;

/// So many cases, unless the environment says how many.
#[expect(
    clippy::disallowed_methods,
    reason = "scripts/conformance runs these tests in a long form"
)]
pub(crate) fn cases(count: u32) -> ProptestConfig {
    match std::env::var("PROPTEST_CASES") {
        Ok(_) => ProptestConfig::default(),
        Err(_) => ProptestConfig::with_cases(count),
    }
}
