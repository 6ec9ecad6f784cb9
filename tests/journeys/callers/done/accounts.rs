//! What people do with their accounts.

use super::Doing;
use crate::account::authenticator::Authenticator;
use crate::account::elsewhere::Issuer;
use serde_json::json;
use testkit::PASSWORD;

pub(super) async fn all(doing: &Doing<'_>, issuer: &Issuer) {
    let [ann, bob, cid] = doing.kith.people(["acc_ann", "acc_bob", "acc_cid"]).await;
    let otp = doing.kith.code("acc_ann@example.com").await;
    doing
        .call(&ann, "POST /api/auth/email/verify", &[], json!({ "otp": otp }))
        .await;
    let refresh = json!({ "refreshToken": ann.refresh_token });
    let tokens = doing
        .call(&doing.kith.nobody(), "POST /api/auth/refresh", &[], refresh)
        .await;
    let ann = ann.with_tokens(&tokens);
    second_factor(doing, &ann).await;
    elsewhere(doing, issuer).await;

    let export = doing.just(&ann, "POST /api/auth/export", &[]).await;
    doing
        .kith
        .until("the export is ready", async || {
            let path = format!("/api/auth/export/{}", export["exportId"].as_str().unwrap());
            ann.get(&path).await.expect(200)["state"] == "ready"
        })
        .await;
    doing
        .just(&ann, "GET /api/auth/export/{exportId}", &[&export["exportId"]])
        .await;

    let email = "acc_bob@example.com";
    doing
        .call(
            &bob,
            "POST /api/auth/password/forgot",
            &[],
            json!({ "email": email }),
        )
        .await;
    let otp = doing.kith.code(email).await;
    let reset = json!({ "email": email, "otp": otp, "newPassword": "another horse battery" });
    doing
        .call(&doing.kith.nobody(), "POST /api/auth/password/reset", &[], reset)
        .await;

    let moved = json!({ "email": "acc_cid@new.example.com", "password": PASSWORD });
    doing.call(&cid, "POST /api/auth/email/change", &[], moved).await;
    let otp = doing.kith.code("acc_cid@new.example.com").await;
    let confirm = "POST /api/auth/email/change/confirm";
    doing.call(&cid, confirm, &[], json!({ "otp": otp })).await;

    let password = json!({ "password": PASSWORD });
    let login = json!({ "identifier": "acc_cid", "password": PASSWORD });
    doing
        .call(&cid, "POST /api/auth/account/deactivate", &[], password.clone())
        .await;
    // what was hidden is there again
    doing
        .call(&doing.kith.nobody(), "POST /api/auth/login", &[], login)
        .await;
    let erasure = doing
        .call(&ann, "POST /api/auth/account/delete", &[], password)
        .await;
    doing.kith.settled().await;
    let nobody = doing.kith.nobody();
    let path = "GET /api/auth/account/erasures/{erasureId}";
    doing.just(&nobody, path, &[&erasure["erasureId"]]).await;
}

async fn second_factor(doing: &Doing<'_>, ann: &testkit::Person) {
    let app = Authenticator::scan(&doing.just(ann, "POST /api/auth/mfa/totp", &[]).await);
    let confirm = "POST /api/auth/mfa/totp/confirm";
    doing
        .call(ann, confirm, &[], json!({ "otp": app.code(-1) }))
        .await;
    let remove = "DELETE /api/auth/mfa/totp";
    doing.call(ann, remove, &[], json!({ "otp": app.code(1) })).await;
}

/// A newcomer, and the same once more.
async fn elsewhere(doing: &Doing<'_>, issuer: &Issuer) {
    let who = json!({ "email": "acc_dan@example.com", "email_verified": true, "name": "Dan" });
    for _ in 0..2 {
        let token = json!({ "idToken": issuer.token("s-1", &who) });
        let nobody = doing.kith.nobody();
        doing
            .call(
                &nobody,
                "POST /api/auth/oauth/{provider}",
                &[&json!("own")],
                token,
            )
            .await;
    }
}
