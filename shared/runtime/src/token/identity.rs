//! ID tokens of OpenID Connect issuers: what somebody signs in with who has an account elsewhere (OpenID Connect Core 1.0, section 3.1.3.7).

use super::Jwks;
use cloud::Error;
use contracts::{Clock, Refusal, Timestamp};
use jsonwebtoken::{Algorithm, Validation, decode, decode_header};
use serde::{Deserialize, Deserializer};

/// How far clocks may differ, in seconds.
const SKEW: i64 = 60;
/// What issuers sign with. Never a secret of ours, and never nothing.
const ALGORITHMS: [Algorithm; 2] = [Algorithm::RS256, Algorithm::ES256];

/// Whose tokens are good.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Issuer {
    /// What its tokens may have as `iss`.
    pub issuers: Vec<String>,
    /// What they may have as `aud`: the ids that our clients have there.
    pub audiences: Vec<String>,
    /// Where its keys are.
    pub jwks_url: String,
}

/// Who somebody is elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Their id there, which never changes.
    pub subject: String,
    /// Their e-mail address.
    pub email: Option<String>,
    /// The issuer has seen that it is theirs.
    pub email_verified: bool,
    /// What they are called.
    pub name: Option<String>,
}

/// Checks the ID tokens of one issuer.
#[derive(Debug, Clone)]
pub struct IdTokenVerifier {
    issuer: Issuer,
    jwks: Jwks,
    clock: Clock,
}

/// What such a token says.
#[derive(Debug, Clone, Deserialize)]
struct Claims {
    iss: String,
    aud: Audience,
    #[serde(default)]
    azp: Option<String>,
    sub: String,
    exp: i64,
    iat: i64,
    #[serde(default)]
    nbf: Option<i64>,
    #[serde(default)]
    nonce: Option<String>,
    #[serde(default)]
    email: Option<String>,
    #[serde(default, deserialize_with = "truth")]
    email_verified: bool,
    #[serde(default)]
    name: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

/// Apple says it as text.
fn truth<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    let value = serde_json::Value::deserialize(deserializer)?;
    Ok(value == true || value == "true")
}

impl Issuer {
    /// Whether `claims` are for us, of this request and good at `now`.
    fn accepts(&self, claims: &Claims, nonce: Option<&str>, now: Timestamp) -> bool {
        let now = now.as_seconds();
        let ours = |audience: &String| self.audiences.contains(audience);
        let for_us = match &claims.aud {
            Audience::One(audience) => ours(audience),
            // then it must say which of them asked for it
            Audience::Many(all) => all.iter().any(ours) && (all.len() == 1 || claims.azp.is_some()),
        };
        let begun = |at: i64| at <= now.saturating_add(SKEW);
        self.issuers.contains(&claims.iss)
            && for_us
            && claims.azp.as_ref().is_none_or(ours)
            && claims.exp.saturating_add(SKEW) > now
            && begun(claims.iat)
            && claims.nbf.is_none_or(begun)
            && claims.nonce.as_deref() == nonce
            && !claims.sub.is_empty()
            && claims.sub.len() <= 255
    }
}

impl IdTokenVerifier {
    /// For the tokens of `issuer`, whose keys are fetched at the first need.
    pub fn new(issuer: Issuer) -> Self {
        Self {
            jwks: Jwks::new(issuer.jwks_url.clone()),
            issuer,
            clock: Clock::system(),
        }
    }

    /// Who the token is about. A token with a nonce is good with that nonce alone, one without is good without. Costs nothing once the keys are there.
    ///
    /// # Errors
    /// 401 `invalid_id_token`; [`Error::Unavailable`] when the keys cannot be fetched.
    pub async fn verify(&self, token: &str, nonce: Option<&str>) -> Result<Identity, Error> {
        let header = decode_header(token).map_err(|_| refused())?;
        let kid = header.kid.filter(|_| ALGORITHMS.contains(&header.alg));
        let key = self.jwks.key(&kid.ok_or_else(refused)?).await?;
        let key = key.ok_or_else(refused)?;
        // the signature alone, and only by a key of the algorithm's own family: what is said is judged above
        let mut validation = Validation::new(header.alg);
        validation.validate_aud = false;
        validation.validate_exp = false;
        validation.required_spec_claims.clear();
        let claims = decode::<Claims>(token, &key.decoding, &validation);
        let claims = claims.map_err(|_| refused())?.claims;
        if !self.issuer.accepts(&claims, nonce, self.clock.now()) {
            return Err(refused().into());
        }
        Ok(Identity {
            subject: claims.sub,
            email_verified: claims.email_verified && claims.email.is_some(),
            email: claims.email,
            name: claims.name,
        })
    }
}

fn refused() -> Refusal {
    Refusal::unauthenticated(
        "invalid_id_token",
        "the ID token is not valid for this deployment",
    )
}

#[cfg(test)]
mod tests {
    use super::super::testing::{GOOD, KeyServer};
    use super::*;
    use jsonwebtoken::{EncodingKey, Header, encode};
    use serde_json::{Value, json};

    fn issuer(server: &KeyServer) -> Issuer {
        Issuer {
            issuers: vec!["https://issuer.example".to_owned()],
            audiences: vec!["client".to_owned(), "app".to_owned()],
            jwks_url: server.url(),
        }
    }

    fn claims() -> Value {
        let now = Clock::system().now().as_seconds();
        json!({ "iss": "https://issuer.example", "aud": "client", "sub": "s-1", "exp": now + 600, "iat": now,
            "email": "ann@example.com", "email_verified": true, "name": "Ann" })
    }

    fn with(name: &str, value: Value) -> Value {
        let mut claims = claims();
        claims[name] = value;
        claims
    }

    fn signed(algorithm: Algorithm, key: &EncodingKey, claims: &Value) -> String {
        let header = Header {
            kid: Some("good".to_owned()),
            ..Header::new(algorithm)
        };
        encode(&header, claims, key).unwrap()
    }

    fn good(claims: &Value) -> String {
        signed(Algorithm::RS256, &GOOD.encoding(), claims)
    }

    #[tokio::test]
    async fn what_is_taken() {
        let server = KeyServer::start().await;
        let verifier = IdTokenVerifier::new(issuer(&server));
        let identity = verifier.verify(&good(&claims()), None).await.unwrap();
        assert_eq!(
            (identity.subject.as_str(), identity.email_verified),
            ("s-1", true)
        );
        let nonce = good(&with("nonce", json!("n")));
        verifier.verify(&nonce, Some("n")).await.unwrap();
        let apple = good(&with("email_verified", json!("true")));
        assert!(verifier.verify(&apple, None).await.unwrap().email_verified);
        let mut several = with("aud", json!(["app", "other"]));
        several["azp"] = json!("app");
        verifier.verify(&good(&several), None).await.unwrap();
        for unverified in [json!(false), json!("yes"), Value::Null] {
            let token = good(&with("email_verified", unverified));
            assert!(!verifier.verify(&token, None).await.unwrap().email_verified);
        }
    }

    #[tokio::test]
    async fn every_other_is_refused() {
        let server = KeyServer::start().await;
        let verifier = IdTokenVerifier::new(issuer(&server));
        let now = Clock::system().now().as_seconds();
        let other = super::super::testing::Rsa::generate();
        let mut stranger = with("aud", json!(["app", "other"]));
        stranger["azp"] = json!("other");
        let table = [
            ("expired", good(&with("exp", json!(now - 61))), None),
            ("of the future", good(&with("iat", json!(now + 100))), None),
            ("not yet", good(&with("nbf", json!(now + 100))), None),
            (
                "another issuer",
                good(&with("iss", json!("https://issuer.example.evil"))),
                None,
            ),
            ("another audience", good(&with("aud", json!("other"))), None),
            (
                "several audiences",
                good(&with("aud", json!(["app", "other"]))),
                None,
            ),
            ("asked for by another", good(&stranger), None),
            ("no subject", good(&with("sub", json!(""))), None),
            ("without its nonce", good(&with("nonce", json!("n"))), None),
            ("with another nonce", good(&with("nonce", json!("n"))), Some("m")),
            ("with a nonce that is not in it", good(&claims()), Some("n")),
            (
                "another key",
                signed(Algorithm::RS256, &other.encoding(), &claims()),
                None,
            ),
            (
                "a stronger algorithm",
                signed(Algorithm::RS512, &GOOD.encoding(), &claims()),
                None,
            ),
            (
                "the public key as a secret",
                signed(
                    Algorithm::HS256,
                    &EncodingKey::from_secret(&GOOD.modulus()),
                    &claims(),
                ),
                None,
            ),
            ("nonsense", "a.b.c".to_owned(), None),
            ("nothing", String::new(), None),
        ];
        for (what, token, nonce) in table {
            let outcome = verifier.verify(&token, nonce).await;
            assert!(
                matches!(
                    outcome,
                    Err(Error::Refused(Refusal::Unauthenticated {
                        code: "invalid_id_token",
                        ..
                    }))
                ),
                "{what}"
            );
        }
    }
}
