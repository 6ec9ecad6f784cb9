//! What a function's state is made from, and what the extractors use.

use crate::config::{Environment, Settings};
use crate::limits::Limiter;
use crate::token::{AccessVerifier, OidcVerifier};
use cloud::Cloud;
use contracts::Clock;
use std::sync::Arc;

/// What a function's state is made from. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Context {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    environment: Environment,
    settings: Settings,
    cloud: Cloud,
    access: AccessVerifier,
    oidc: OidcVerifier,
    limiter: Limiter,
}

/// A context could not be made.
pub type SetupError = Box<dyn std::error::Error + Send + Sync>;

impl Context {
    /// The context of `function` in `environment`.
    ///
    /// # Errors
    /// A variable is missing or wrong, or an address cannot be parsed.
    pub fn new(function: &'static str, environment: &Environment) -> Result<Self, SetupError> {
        let settings = Settings::read(environment)?;
        let cloud = Cloud::new(function, &settings.cloud, Clock::system())?;
        Ok(Self {
            inner: Arc::new(Inner {
                limiter: Limiter::new(cloud.cache().clone(), cloud.clock().clone()),
                cloud,
                access: AccessVerifier::new(&settings),
                oidc: OidcVerifier::new(&settings),
                environment: environment.clone(),
                settings,
            }),
        })
    }

    /// What every function is told.
    pub fn settings(&self) -> &Settings {
        &self.inner.settings
    }

    /// The variables, for what only this function is told.
    pub fn environment(&self) -> &Environment {
        &self.inner.environment
    }

    /// Documents, objects, cache, events, jobs.
    pub fn cloud(&self) -> &Cloud {
        &self.inner.cloud
    }

    /// Checks access tokens.
    pub fn access(&self) -> &AccessVerifier {
        &self.inner.access
    }

    pub(crate) fn oidc(&self) -> &OidcVerifier {
        &self.inner.oidc
    }

    pub(crate) fn limiter(&self) -> &Limiter {
        &self.inner.limiter
    }
}
