//! What letters say.

use crate::model::Purpose;

/// Subject and text of a letter with a code. Nothing in it comes from strangers.
pub(super) fn code(purpose: Purpose, digits: &str, minutes: u64) -> (String, String) {
    let (subject, asked, unasked) = match purpose {
        Purpose::VerifyEmail => (
            "is your code to confirm your e-mail address",
            "This code confirms that this e-mail address is yours",
            "If you have not registered, somebody gave your address by mistake. You need not do anything.",
        ),
        Purpose::ResetPassword => (
            "is your code to set a new password",
            "With this code you can set a new password",
            "If you have not asked for it, you need not do anything: your password stays as it is. Tell the code to nobody.",
        ),
        Purpose::ChangeEmail => (
            "is your code to use this e-mail address",
            "This code confirms that this e-mail address is to be that of your account",
            "If you have not asked for it, somebody gave your address by mistake. You need not do anything.",
        ),
    };
    let unit = if minutes == 1 { "minute" } else { "minutes" };
    (
        format!("{digits} {subject}"),
        format!(
            "{asked}:\n\n    {digits}\n\nIt is good for {minutes} {unit} and for one use.\n\n{unasked}\n"
        ),
    )
}

/// Subject and text of the notice to an address that is an account's no longer. It does not say which one is now: this may be anybody's mailbox.
pub(super) fn email_changed() -> (String, String) {
    let text = "The e-mail address of your account was changed. This one is not its address any more, and no code that was sent here opens it.\n\n\
        If you did not change it, somebody knows your password: sign in with your username, change the password, which signs out everybody else, \
        and then change the address back.\n";
    (
        "The e-mail address of your account was changed".to_owned(),
        text.to_owned(),
    )
}
