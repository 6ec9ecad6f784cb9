//! Posts that come as a form with their pictures: what is stored as it arrives, and what becomes of it.

mod file;
mod form;
mod picture;
mod settle;

pub(crate) use form::{PostForm, Received};
