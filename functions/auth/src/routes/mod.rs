//! What `auth` answers.

mod account;
mod change_email;
mod change_password;
mod change_username;
mod confirm_email_change;
mod enter_from_elsewhere;
mod export;
mod forgot_password;
mod list_sessions;
mod login;
mod logout;
mod logout_all;
mod mfa;
mod negotiate;
mod publish_keys;
mod refresh;
mod register;
mod resend_email_code;
mod reset_password;
mod revoke_session;
mod show_account;
mod verify_email;
mod verify_token;

use crate::state::Auth;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) use negotiate::{Redirect, routes as negotiation};

/// All of it but the [`negotiation`], which configuration switches on.
pub(crate) fn all() -> OpenApiRouter<Auth> {
    OpenApiRouter::new()
        .routes(routes!(register::register))
        .routes(routes!(login::login))
        .routes(routes!(refresh::refresh))
        .routes(routes!(logout::logout))
        .routes(routes!(verify_email::verify_email))
        .routes(routes!(resend_email_code::resend_email_code))
        .routes(routes!(change_email::change_email))
        .routes(routes!(confirm_email_change::confirm_email_change))
        .routes(routes!(forgot_password::forgot_password))
        .routes(routes!(reset_password::reset_password))
        .routes(routes!(change_password::change_password))
        .routes(routes!(change_username::change_username))
        .routes(routes!(logout_all::logout_all))
        .routes(routes!(list_sessions::list_sessions))
        .routes(routes!(revoke_session::revoke_session))
        .routes(routes!(show_account::show_account))
        .routes(routes!(enter_from_elsewhere::enter_from_elsewhere))
        .routes(routes!(verify_token::verify_token))
        .routes(routes!(account::deactivate_account::deactivate_account))
        .routes(routes!(account::delete_account::delete_account))
        .routes(routes!(account::show_erasure::show_erasure))
        .routes(routes!(export::request_export::request_export))
        .routes(routes!(export::show_export::show_export))
        .routes(routes!(
            mfa::enrol_totp::enrol_totp,
            mfa::remove_totp::remove_totp
        ))
        .routes(routes!(mfa::confirm_totp::confirm_totp))
        .routes(routes!(publish_keys::publish_keys))
        .routes(routes!(publish_keys::publish_configuration))
}
