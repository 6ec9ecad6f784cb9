//! Keys of service accounts: made on request as IAM's `keys.create` makes them, so that clients can sign on their own. What an account
//! signed holds against its own keys, or against the emulator's (`signBlob` signs with that for every account).

use crate::core::StartError;
use crate::db::Db;
use crate::oidc::Issuer;
use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{self, KeyPair as _};
use aws_lc_rs::{digest, rand};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use rusqlite::params;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

const TABLE: &str =
    "CREATE TABLE IF NOT EXISTS iam_keys (account TEXT, id TEXT, made INTEGER NOT NULL, public BLOB NOT NULL,
    PRIMARY KEY (account, id)) WITHOUT ROWID";

/// The public keys of accounts; who has a private one keeps it, the emulator does not.
#[derive(Debug)]
pub(crate) struct Accounts {
    keys: Mutex<BTreeMap<(String, String), Key>>,
}

#[derive(Debug, Clone)]
struct Key {
    /// Microseconds since 1970.
    made: i64,
    public: Vec<u8>,
}

/// Why a key was not made.
#[derive(Debug, thiserror::Error)]
pub(super) enum KeyError {
    #[error("a key could not be made")]
    Made,
    #[error("the database: {0}")]
    Database(#[from] rusqlite::Error),
}

impl Accounts {
    pub(crate) fn open(db: &Db) -> Result<Self, StartError> {
        let keys = db.write(|transaction| {
            transaction.execute_batch(TABLE)?;
            let mut statement = transaction.prepare("SELECT account, id, made, public FROM iam_keys")?;
            let rows = statement.query_map([], |row| {
                let key = Key {
                    made: row.get(2)?,
                    public: row.get(3)?,
                };
                Ok(((row.get(0)?, row.get(1)?), key))
            })?;
            rows.collect::<Result<_, rusqlite::Error>>()
        })?;
        Ok(Self {
            keys: Mutex::new(keys),
        })
    }

    /// Whether `account` signed `message` (RSASSA-PKCS1-v1_5 with SHA-256): with one of its keys, or through `signBlob`.
    pub(crate) fn verify(&self, issuer: &Issuer, account: &str, message: &[u8], signature: &[u8]) -> bool {
        let own = self.of(account);
        let holds = |(_, key): &(String, Key)| {
            signature::UnparsedPublicKey::new(&signature::RSA_PKCS1_2048_8192_SHA256, &key.public)
                .verify(message, signature)
                .is_ok()
        };
        issuer.verify(message, signature) || own.iter().any(holds)
    }

    /// A new key of `account`, as IAM answers it: with the private key, which nobody gets again.
    pub(super) fn create(&self, db: &Db, project: &str, account: &str, now: i64) -> Result<Value, KeyError> {
        let pair = KeyPair::generate(KeySize::Rsa2048).map_err(|_| KeyError::Made)?;
        let private: Pkcs8V1Der<'_> = pair.as_der().map_err(|_| KeyError::Made)?;
        let mut id = [0; 20];
        rand::fill(&mut id).map_err(|_| KeyError::Made)?;
        let id = id.map(|byte| format!("{byte:02x}")).concat();
        let key = Key {
            made: now,
            public: pair.public_key().as_ref().to_vec(),
        };
        db.write(|transaction| {
            let query = "INSERT INTO iam_keys (account, id, made, public) VALUES (?1, ?2, ?3, ?4)";
            transaction.execute(query, params![account, id, key.made, key.public])?;
            Ok::<_, rusqlite::Error>(())
        })?;
        let file = credentials_file(project, account, &id, private.as_ref());
        let mut answer = resource(project, account, &id, &key);
        answer["privateKeyType"] = "TYPE_GOOGLE_CREDENTIALS_FILE".into();
        answer["privateKeyData"] = BASE64_STANDARD.encode(file.to_string()).into();
        self.lock().insert((account.to_owned(), id), key);
        Ok(answer)
    }

    /// The keys of `account`, as IAM lists them.
    pub(super) fn list(&self, project: &str, account: &str) -> Vec<Value> {
        let own = self.of(account).into_iter();
        own.map(|(id, key)| resource(project, account, &id, &key))
            .collect()
    }

    /// One key, with its public half as PEM.
    pub(super) fn get(&self, project: &str, account: &str, id: &str) -> Option<Value> {
        let key = self.lock().get(&(account.to_owned(), id.to_owned())).cloned()?;
        let mut answer = resource(project, account, id, &key);
        let public =
            signature::ParsedPublicKey::new(&signature::RSA_PKCS1_2048_8192_SHA256, &key.public).ok()?;
        let der: PublicKeyX509Der<'_> = public.as_der().ok()?;
        answer["publicKeyData"] = BASE64_STANDARD.encode(pem("PUBLIC KEY", der.as_ref())).into();
        Some(answer)
    }

    /// Forgets a key: what it signed holds no longer. Answers whether it was there.
    pub(super) fn delete(&self, db: &Db, account: &str, id: &str) -> Result<bool, KeyError> {
        let mut keys = self.lock();
        db.write(|transaction| {
            let query = "DELETE FROM iam_keys WHERE account = ?1 AND id = ?2";
            transaction.execute(query, params![account, id])?;
            Ok::<_, rusqlite::Error>(())
        })?;
        Ok(keys.remove(&(account.to_owned(), id.to_owned())).is_some())
    }

    fn of(&self, account: &str) -> Vec<(String, Key)> {
        let keys = self.lock();
        let from = (account.to_owned(), String::new());
        let own = keys.range(from..).take_while(|((owner, _), _)| owner == account);
        own.map(|((_, id), key)| (id.clone(), key.clone())).collect()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<(String, String), Key>> {
        self.keys.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// <https://cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts.keys>
fn resource(project: &str, account: &str, id: &str, key: &Key) -> Value {
    let made = jiff::Timestamp::from_microsecond(key.made).unwrap_or_default();
    json!({
        "name": format!("projects/{project}/serviceAccounts/{account}/keys/{id}"),
        "keyAlgorithm": "KEY_ALG_RSA_2048",
        "keyOrigin": "GOOGLE_PROVIDED",
        "keyType": "USER_MANAGED",
        "validAfterTime": format!("{made:.0}"),
        "validBeforeTime": "9999-12-31T23:59:59Z",
    })
}

/// The file that `GOOGLE_APPLICATION_CREDENTIALS` names.
fn credentials_file(project: &str, account: &str, id: &str, private: &[u8]) -> Value {
    let hash = digest::digest(&digest::SHA256, account.as_bytes());
    let number = hash
        .as_ref()
        .iter()
        .take(8)
        .fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
    json!({
        "type": "service_account",
        "project_id": project,
        "private_key_id": id,
        "private_key": pem("PRIVATE KEY", private),
        "client_email": account,
        "client_id": format!("1{number:020}"),
        "auth_uri": "https://accounts.google.com/o/oauth2/auth",
        "token_uri": "https://oauth2.googleapis.com/token",
        "universe_domain": "googleapis.com",
    })
}

/// RFC 7468.
fn pem(kind: &str, der: &[u8]) -> String {
    let text = BASE64_STANDARD.encode(der);
    let mut out = format!("-----BEGIN {kind}-----\n");
    let mut rest = text.as_str();
    while !rest.is_empty() {
        let (line, tail) = rest.split_at(rest.len().min(64));
        out.push_str(line);
        out.push('\n');
        rest = tail;
    }
    out + "-----END " + kind + "-----\n"
}
