//! What is stored, and the rules.

mod account;
mod code;
mod deactivation;
mod due;
mod erasure;
mod export;
mod identity;
mod letter;
mod names;
mod password;
mod refresh;
mod retention;
mod session;
mod totp;

pub(crate) use account::{Account, EmailClaim, UsernameClaim};
pub(crate) use code::{Code, CodeRules, Purpose, Try};
pub(crate) use deactivation::Deactivation;
pub(crate) use due::SHARDS;
pub(crate) use erasure::{Erasure, Pace};
pub(crate) use export::Export;
pub(crate) use identity::Identity;
pub(crate) use letter::{Content, Letter, SHARDS as LETTER_SHARDS};
pub(crate) use names::{email_key, fold};
pub(crate) use password::check as check_password;
pub(crate) use refresh::RefreshToken;
pub(crate) use retention::Retention;
pub(crate) use session::{Refresh, Session};
pub(crate) use totp::{
    RECOVERY, RECOVERY_CODES, SECRET, Totp, base32, recovery_code, recovery_hash, uri as totp_uri,
};

pub(crate) use names::check_email;
pub(crate) use names::check_username;
