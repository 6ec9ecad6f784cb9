//! Unix cron expressions, as <https://cloud.google.com/scheduler/docs/configuring/cron-job-schedules> has them: five fields, names of months and
//! days, lists, ranges, steps; a day matches when either day field does, unless one of them is `*`.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};

/// How far ahead a time is looked for: the 29th of February, across a century that has none.
const HORIZON_DAYS: i32 = 9 * 366;

/// A parsed expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cron {
    minutes: Set,
    hours: Set,
    days: Set,
    months: Set,
    weekdays: Set,
    /// Neither day field is `*`: then one of them is enough.
    either_day: bool,
}

/// Numbers below 64, one bit each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Set(u64);

impl Set {
    fn has(self, number: i8) -> bool {
        u32::try_from(number)
            .ok()
            .and_then(|shift| self.0.checked_shr(shift))
            .is_some_and(|bits| bits & 1 == 1)
    }
}

/// What is wrong with an expression.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum CronError {
    #[error("a schedule has five fields (minute, hour, day of month, month, day of week), not {0}")]
    Fields(usize),
    #[error("{0:?} is no {1}")]
    Field(String, &'static str),
}

struct Field {
    name: &'static str,
    least: u8,
    most: u8,
    /// Names that stand for numbers, from `least` on.
    names: &'static [&'static str],
}

const MONTHS: [&str; 12] = [
    "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC",
];
const WEEKDAYS: [&str; 7] = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];
const FIELDS: [Field; 5] = [
    Field {
        name: "minute",
        least: 0,
        most: 59,
        names: &[],
    },
    Field {
        name: "hour",
        least: 0,
        most: 23,
        names: &[],
    },
    Field {
        name: "day of month",
        least: 1,
        most: 31,
        names: &[],
    },
    Field {
        name: "month",
        least: 1,
        most: 12,
        names: &MONTHS,
    },
    // Sunday is 0 and 7
    Field {
        name: "day of week",
        least: 0,
        most: 7,
        names: &WEEKDAYS,
    },
];

impl Cron {
    /// Reads an expression.
    pub(crate) fn parse(text: &str) -> Result<Self, CronError> {
        let parts: Vec<&str> = text.split_whitespace().collect();
        let [minute, hour, day, month, weekday] = parts[..] else {
            return Err(CronError::Fields(parts.len()));
        };
        let [minutes, hours, days, months, weekdays] = &FIELDS;
        let sunday_twice = |set: Set| Set(set.0 | (set.0 >> 7 & 1));
        Ok(Self {
            minutes: minutes.parse(minute)?,
            hours: hours.parse(hour)?,
            days: days.parse(day)?,
            months: months.parse(month)?,
            weekdays: sunday_twice(weekdays.parse(weekday)?),
            either_day: !day.starts_with('*') && !weekday.starts_with('*'),
        })
    }

    /// The first time after `after` that matches on the clocks of `zone`; none within nine years is none at all. A time that a zone's clocks
    /// skip comes when they have skipped it, and one that they show twice comes the first time.
    pub(crate) fn next(&self, after: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        let start = after.to_zoned(zone.clone()).datetime();
        let mut date = start.date();
        for _ in 0..HORIZON_DAYS {
            if self.on(date) {
                let times = self.times(date);
                let found = times
                    .filter_map(|time| zone.to_timestamp(time).ok())
                    .find(|time| *time > after);
                if found.is_some() {
                    return found;
                }
            }
            date = date.checked_add(1.day()).ok()?;
        }
        None
    }

    fn on(&self, date: Date) -> bool {
        let (day, weekday) = (
            self.days.has(date.day()),
            self.weekdays.has(date.weekday().to_sunday_zero_offset()),
        );
        self.months.has(date.month())
            && if self.either_day {
                day || weekday
            } else {
                day && weekday
            }
    }

    fn times(&self, date: Date) -> impl Iterator<Item = DateTime> {
        let minutes = self.minutes;
        let hours = (0..24).filter(|hour| self.hours.has(*hour));
        hours.flat_map(move |hour| {
            (0..60)
                .filter(move |minute| minutes.has(*minute))
                .map(move |minute| date.at(hour, minute, 0, 0))
        })
    }
}

impl Field {
    fn parse(&self, text: &str) -> Result<Set, CronError> {
        let wrong = || CronError::Field(text.to_owned(), self.name);
        let mut bits = 0;
        for part in text.split(',') {
            let (range, step) = match part.split_once('/') {
                Some((range, step)) => (
                    range,
                    Some(
                        step.parse::<u8>()
                            .ok()
                            .filter(|step| *step > 0)
                            .ok_or_else(wrong)?,
                    ),
                ),
                None => (part, None),
            };
            let (from, to) = self.range(range, step.is_some()).ok_or_else(wrong)?;
            for number in (from..=to).step_by(usize::from(step.unwrap_or(1))) {
                bits |= 1_u64 << number;
            }
        }
        Ok(Set(bits))
    }

    /// `*`, `a-b` or `a`, which with a step goes on to the end.
    fn range(&self, text: &str, stepped: bool) -> Option<(u8, u8)> {
        // the second Sunday is no day of its own for a star
        let last = if self.most == 7 { 6 } else { self.most };
        let (from, to) = match text.split_once('-') {
            _ if text == "*" => (self.least, last),
            Some((from, to)) => (self.number(from)?, self.number(to)?),
            None if stepped => (self.number(text)?, last),
            None => (self.number(text)?, self.number(text)?),
        };
        (from <= to).then_some((from, to))
    }

    fn number(&self, text: &str) -> Option<u8> {
        let named = self.names.iter().position(|name| name.eq_ignore_ascii_case(text));
        let number = match named {
            Some(index) => u8::try_from(index).ok()? + self.least,
            None if text.bytes().all(|b| b.is_ascii_digit()) => text.parse().ok()?,
            None => return None,
        };
        (self.least..=self.most).contains(&number).then_some(number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn next(cron: &str, after: &str, zone: &str) -> String {
        let zone = TimeZone::get(zone).unwrap();
        let found = Cron::parse(cron).unwrap().next(after.parse().unwrap(), &zone);
        found.map_or("never".to_owned(), |time| time.to_string())
    }

    #[test]
    fn times_as_cron_has_them() {
        let table = [
            ("* * * * *", "2026-11-21T10:00:00Z", "2026-11-21T10:01:00Z"),
            ("* * * * *", "2026-11-21T10:00:59.9Z", "2026-11-21T10:01:00Z"),
            ("*/15 * * * *", "2026-11-21T10:50:00Z", "2026-11-21T11:00:00Z"),
            ("5/20 3 * * *", "2026-11-21T03:26:00Z", "2026-11-21T03:45:00Z"),
            ("0 9 * * 1-5", "2026-11-21T10:00:00Z", "2026-11-23T09:00:00Z"),
            ("0 9 * * MON,wed", "2026-11-23T09:00:00Z", "2026-11-25T09:00:00Z"),
            ("0 0 * * 7", "2026-11-21T10:00:00Z", "2026-11-22T00:00:00Z"),
            ("0 0 1 1 *", "2026-11-21T10:00:00Z", "2027-01-01T00:00:00Z"),
            ("0 0 31 * *", "2026-11-21T10:00:00Z", "2026-12-31T00:00:00Z"),
            ("0 0 29 FEB *", "2026-11-21T10:00:00Z", "2028-02-29T00:00:00Z"),
            ("0 0 30 2 *", "2026-11-21T10:00:00Z", "never"),
            // either the thirteenth or a Friday
            ("0 0 13 * FRI", "2026-11-21T10:00:00Z", "2026-11-27T00:00:00Z"),
            ("0 0 13 * FRI", "2026-12-12T10:00:00Z", "2026-12-13T00:00:00Z"),
            // every second day, and a Sunday: a star with a step is a star still
            ("0 0 */2 * SUN", "2026-11-21T10:00:00Z", "2026-11-29T00:00:00Z"),
        ];
        for (cron, after, expected) in table {
            assert_eq!(next(cron, after, "UTC"), expected, "{cron} after {after}");
        }
    }

    #[test]
    fn what_is_no_expression_is_refused() {
        let wrong = [
            "",
            "* * * *",
            "* * * * * *",
            "60 * * * *",
            "* 24 * * *",
            "* * 0 * *",
            "* * * 13 *",
            "* * * * 8",
            "5-1 * * * *",
        ];
        for cron in wrong.into_iter().chain([
            "*/0 * * * *",
            "a * * * *",
            "every 5 minutes",
            "1,,2 * * * *",
            "-1 * * * *",
            "+1 * * * *",
        ]) {
            assert!(Cron::parse(cron).is_err(), "{cron}");
        }
    }

    proptest! {
        /// The next time is the first minute that matches, found by looking at all of them.
        #[test]
        fn no_minute_before_the_next_time_matches(
            minute in "(\\*|\\*/7|[0-5][0-9]|3-40/9)", hour in "(\\*|\\*/5|2[0-3]|1-4)",
            day in "(\\*|[12][0-9]|1-7)", weekday in "(\\*|[0-7]|MON-FRI)", after in 1_700_000_000_i64..1_800_000_000,
        ) {
            let cron = Cron::parse(&format!("{minute} {hour} {day} * {weekday}")).unwrap();
            let zone = TimeZone::UTC;
            let matches = |time: Timestamp| {
                let at = time.to_zoned(zone.clone()).datetime();
                cron.on(at.date()) && cron.hours.has(at.hour()) && cron.minutes.has(at.minute())
            };
            let after = Timestamp::from_second(after).unwrap();
            let first = Timestamp::from_second((after.as_second() / 60 + 1) * 60).unwrap();
            let slow = (0..60 * 24 * 40_i64).map(|m| first + m.minutes()).find(|time| matches(*time));
            let fast = cron.next(after, &zone);
            match slow {
                Some(slow) => prop_assert_eq!(fast, Some(slow)),
                None => prop_assert!(fast.is_some_and(|fast| fast > first + (60 * 24 * 40_i64 - 1).minutes())),
            }
        }
    }
}
