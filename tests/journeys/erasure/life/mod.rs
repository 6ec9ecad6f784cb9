//! Somebody who did everything that leaves a trace.

mod around;
mod pictures;
mod said;

use crate::account::authenticator::Authenticator;
use crate::account::elsewhere::Issuer;
use reqwest::Method;
use serde_json::{Value, json};
use testkit::{Kith, PASSWORD, Person};

/// Somebody who did everything, two whom they did it with, and how they prove who they are.
pub(super) struct Life {
    pub(super) ann: Person,
    pub(super) bob: Person,
    pub(super) cid: Person,
    pub(super) app: Authenticator,
    /// What stands in all that names her: names, address, what she wrote, names of her files.
    pub(super) name: &'static str,
}

impl Life {
    /// That of somebody with this username, who had another before; whoever else is in it has neither in what is theirs.
    pub(super) async fn lived(kith: &Kith, issuer: &Issuer, name: &'static str) -> Self {
        let former = format!("{name}.first");
        let [ann, bob, cid] = kith.people([former.as_str(), "bob", "cid"]).await;
        for person in [&ann, &bob, &cid] {
            person.get("/api/profiles/me").await.expect(200);
        }
        let app = account(kith, issuer, &ann, &former).await;
        let renamed = json!({ "username": name });
        ann.put("/api/auth/username", renamed).await.expect(200);
        kith.settled().await;
        let login = json!({ "identifier": name, "password": PASSWORD, "otp": app.code(0) });
        let tokens = kith.nobody().post("/api/auth/login", login).await.expect(200);
        let life = Self {
            ann: ann.with_tokens(&tokens),
            bob,
            cid,
            app,
            name,
        };
        pictures::all(kith, &life).await;
        said::all(kith, &life).await;
        around::all(kith, &life).await;
        life.everybody_looks().await;
        kith.settled().await;
        life
    }

    /// What the scan looks for.
    pub(super) fn words(&self) -> [&str; 2] {
        [&self.ann.user_id, self.name]
    }

    /// Deletes her account; answers the report.
    pub(super) async fn deleted(&self) -> Value {
        let proof = json!({ "password": PASSWORD, "otp": self.app.code(1) });
        self.ann.post(super::DELETE, proof).await.expect(202)
    }

    /// What is kept because somebody looked.
    async fn everybody_looks(&self) {
        for person in [&self.ann, &self.bob, &self.cid] {
            let profile = format!("/api/profiles/{}", self.ann.user_id);
            for path in [
                "/api/feed",
                "/api/feed?scope=global",
                "/api/notifications",
                "/api/notifications/unread-count",
                "/api/profiles/suggestions",
                "/api/tags/trending",
                "/api/bookmarks",
                &profile,
            ] {
                person.get(path).await.expect(200);
            }
        }
    }
}

/// An address that is verified, an identity elsewhere, a second factor; codes, letters and guesses.
async fn account(kith: &Kith, issuer: &Issuer, ann: &Person, former: &str) -> Authenticator {
    let email = format!("{former}@example.com");
    let code = kith.code(&email).await;
    ann.post("/api/auth/email/verify", json!({ "otp": code }))
        .await
        .expect(200);
    let claims = json!({ "email": email, "email_verified": true, "name": former });
    let token = issuer.token(&format!("elsewhere {former}"), &claims);
    kith.nobody()
        .post("/api/auth/oauth/own", json!({ "idToken": token }))
        .await
        .expect(200);
    for identifier in [former, &email] {
        let wrong = json!({ "identifier": identifier, "password": "wrong horse battery" });
        kith.nobody()
            .post("/api/auth/login", wrong)
            .await
            .problem(401, "invalid_credentials");
    }
    kith.nobody()
        .post("/api/auth/password/forgot", json!({ "email": email }))
        .await
        .expect(202);
    let app = Authenticator::scan(&ann.post_nothing("/api/auth/mfa/totp").await.expect(200));
    let confirm = json!({ "otp": app.code(-1) });
    ann.post("/api/auth/mfa/totp/confirm", confirm).await.expect(200);
    app
}

async fn does(person: &Person, method: Method, path: &str, body: Value) -> Value {
    let request = person.request(method, path).json(&body);
    person.send(request).await.ok()
}

fn post_path(post: &Value) -> String {
    format!("/api/posts/{}", post["postId"].as_str().unwrap())
}
