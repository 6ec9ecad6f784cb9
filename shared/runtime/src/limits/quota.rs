//! How much each class allows.

use super::class::RouteClass;
use std::str::FromStr;

const MINUTE_MICROS: i64 = 60_000_000;

/// So many requests a minute, all of which may come at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Quota {
    per_minute: u32,
}

impl Quota {
    /// At least one, at most a million.
    pub(crate) fn per_minute(requests: u32) -> Self {
        Self {
            per_minute: requests.clamp(1, 1_000_000),
        }
    }

    /// Requests a minute.
    pub(crate) const fn requests(self) -> u32 {
        self.per_minute
    }

    /// How long until the next token, in microseconds.
    pub(crate) fn interval_micros(self) -> i64 {
        MINUTE_MICROS / i64::from(self.per_minute)
    }

    /// How long an empty bucket takes to fill, in microseconds.
    pub(crate) fn capacity_micros(self) -> i64 {
        self.interval_micros() * i64::from(self.per_minute)
    }
}

/// What one class allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ClassQuota {
    /// Each person.
    pub(crate) user: Quota,
    /// Each address, which many people may share.
    pub(crate) address: Quota,
}

/// What every class allows: `read=600:6000 write=120:1200 auth=30:120 upload=30:120`, requests a minute of a person and of an address. Classes that
/// are not named keep their default.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Quotas {
    read: ClassQuota,
    write: ClassQuota,
    auth: ClassQuota,
    upload: ClassQuota,
}

impl Default for Quotas {
    fn default() -> Self {
        let of = |user, address| ClassQuota {
            user: Quota::per_minute(user),
            address: Quota::per_minute(address),
        };
        Self {
            read: of(600, 6_000),
            write: of(120, 1_200),
            auth: of(30, 120),
            upload: of(30, 120),
        }
    }
}

impl Quotas {
    /// What a class allows.
    pub(crate) const fn of(&self, class: RouteClass) -> ClassQuota {
        match class {
            RouteClass::Read => self.read,
            RouteClass::Write => self.write,
            RouteClass::Auth => self.auth,
            RouteClass::Upload => self.upload,
        }
    }

    fn set(&mut self, class: RouteClass, quota: ClassQuota) {
        match class {
            RouteClass::Read => self.read = quota,
            RouteClass::Write => self.write = quota,
            RouteClass::Auth => self.auth = quota,
            RouteClass::Upload => self.upload = quota,
        }
    }
}

impl FromStr for Quotas {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const FORM: &str = "`CLASS=USER:ADDRESS` of `read`, `write`, `auth` and `upload`, each 1 to 1000000 a minute, with spaces between";
        let mut quotas = Self::default();
        for part in text.split_whitespace() {
            let (name, limits) = part.split_once('=').ok_or(FORM)?;
            let (user, address) = limits.split_once(':').ok_or(FORM)?;
            let class = RouteClass::ALL.into_iter().find(|class| class.name() == name);
            let quota = |text: &str| match text.parse() {
                Ok(requests @ 1..=1_000_000) => Ok(Quota::per_minute(requests)),
                _ => Err(FORM),
            };
            quotas.set(
                class.ok_or(FORM)?,
                ClassQuota {
                    user: quota(user)?,
                    address: quota(address)?,
                },
            );
        }
        Ok(quotas)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotas_are_read_and_what_is_wrong_is_refused() {
        let quotas: Quotas = "auth=2:3  read=7:8".parse().unwrap();
        assert_eq!(quotas.of(RouteClass::Auth).address.requests(), 3);
        assert_eq!(quotas.of(RouteClass::Read).user.requests(), 7);
        assert_eq!(
            quotas.of(RouteClass::Write),
            Quotas::default().of(RouteClass::Write)
        );
        assert_eq!("".parse(), Ok(Quotas::default()));
        for wrong in [
            "read",
            "read=1",
            "read=0:1",
            "read=1:2000000",
            "chat=1:1",
            "read=1:x",
        ] {
            assert!(wrong.parse::<Quotas>().is_err(), "{wrong}");
        }
    }
}
