//! The keys of the deployment as they are at the moment: they may be changed while `auth` runs.

use super::Signer;
use super::signing::KeyError;
use contracts::{Clock, Timestamp};
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

/// Gives out the signer of the moment. With a file, as Secret Manager mounts one, that is read again after a while; should it be unreadable then, the keys
/// stay as they are.
#[derive(Debug, Clone)]
pub(crate) struct Keyring {
    file: Option<Arc<Path>>,
    every: Duration,
    clock: Clock,
    known: Arc<RwLock<Known>>,
}

#[derive(Debug)]
struct Known {
    signer: Signer,
    text: String,
    since: Timestamp,
}

impl Keyring {
    /// With `keys`, or with those of `file`, which is looked at again after `every`.
    pub(crate) fn new(keys: String, file: Option<PathBuf>, every: Duration) -> Result<Self, KeyError> {
        let clock = Clock::system();
        let text = match &file {
            Some(file) => std::fs::read_to_string(file)?,
            None => keys,
        };
        let known = Known {
            signer: Signer::new(&text)?,
            text,
            since: clock.now(),
        };
        Ok(Self {
            file: file.map(Into::into),
            every,
            clock,
            known: Arc::new(RwLock::new(known)),
        })
    }

    /// The signer of the moment.
    pub(crate) fn signer(&self) -> Signer {
        if let Some(file) = &self.file
            && self.is_old()
        {
            self.look(file);
        }
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.signer.clone()
    }

    fn is_old(&self) -> bool {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        self.clock.now().since(known.since) >= self.every
    }

    fn look(&self, file: &Path) {
        let read = std::fs::read_to_string(file);
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        known.since = self.clock.now();
        let outcome = match read {
            Ok(text) if text == known.text => return,
            Ok(text) => Signer::new(&text).map(|signer| (signer, text)),
            Err(error) => Err(error.into()),
        };
        match outcome {
            Ok((signer, text)) => {
                tracing::info!(
                    keys = signer.published().keys.len(),
                    "the signing keys have changed"
                );
                known.signer = signer;
                known.text = text;
            }
            Err(error) => {
                tracing::error!(%error, "the signing keys cannot be read and stay as they are");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::new_signing_key;
    use super::*;

    #[test]
    fn keys_change_while_it_runs_and_nonsense_changes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("keys.pem");
        let (old, new) = (new_signing_key().unwrap(), new_signing_key().unwrap());
        std::fs::write(&file, &old).unwrap();
        let keyring = Keyring::new(String::new(), Some(file.clone()), Duration::ZERO).unwrap();
        let count = || keyring.signer().published().keys.len();
        assert_eq!(count(), 1);
        std::fs::write(&file, format!("{new}{old}")).unwrap();
        assert_eq!(count(), 2);
        std::fs::write(&file, "nonsense").unwrap();
        assert_eq!(count(), 2);
        std::fs::remove_file(&file).unwrap();
        assert_eq!(count(), 2);
    }
}
