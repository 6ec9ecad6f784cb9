//! Secrets of a local Kith: made at its first start, kept in the data folder. In the cloud they come from Secret Manager.

use serde::{Deserialize, Serialize};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// What only the deployment knows.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Secrets {
    /// PKCS#8 keys in PEM that sign access tokens, the signing one first.
    pub signing_keys: String,
    /// Derives refresh tokens.
    pub refresh_key: String,
    /// Authenticates cursors.
    pub cursor_key: String,
    /// Signs the tickets and connection tokens of realtime.
    pub ticket_key: String,
}

/// Secrets could not be made, read or kept.
pub type SecretsError = Box<dyn std::error::Error + Send + Sync>;

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secrets")
    }
}

impl Secrets {
    /// New ones.
    ///
    /// # Errors
    /// The machine has no randomness.
    pub fn new() -> Result<Self, SecretsError> {
        let key = || {
            format!(
                "{}{}",
                uuid::Uuid::new_v4().simple(),
                uuid::Uuid::new_v4().simple()
            )
        };
        Ok(Self {
            signing_keys: auth::new_signing_key()?,
            refresh_key: key(),
            cursor_key: key(),
            ticket_key: key(),
        })
    }

    /// The signing keys in a file of their own beside `folder`'s secrets, where `scripts/rotate-keys` changes them; made when it is not there.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn keys_file(&self, folder: &Path) -> Result<PathBuf, SecretsError> {
        let file = folder.join("signing-keys.pem");
        if !file.exists() {
            write_privately(&file, self.signing_keys.as_bytes())?;
        }
        Ok(file)
    }

    /// Those kept in `file`, which is made when it is not there and only its owner can read.
    ///
    /// # Errors
    /// The file cannot be read, or is not ours.
    pub fn open(file: &Path) -> Result<Self, SecretsError> {
        if file.exists() {
            return Ok(serde_json::from_slice(&std::fs::read(file)?)?);
        }
        let secrets = Self::new()?;
        write_privately(file, &serde_json::to_vec_pretty(&secrets)?)?;
        Ok(secrets)
    }
}

/// For its owner alone; whole or not at all, also when the process dies here.
fn write_privately(file: &Path, content: &[u8]) -> std::io::Result<()> {
    let unfinished = file.with_extension("new");
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true).mode(0o600);
    let mut out = options.open(&unfinished)?;
    out.write_all(content)?;
    out.sync_all()?;
    std::fs::rename(unfinished, file)
}
