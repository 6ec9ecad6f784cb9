//! What the kernel counts of a process (`proc(5)`).

use super::Outcome;

/// `/proc/PID/stat` counts in `USER_HZ`, which Linux fixes at a hundred a second for programs.
const TICKS_PER_SECOND: f64 = 100.0;

/// Seconds of processor time, the kernel's share included.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cpu {
    /// Of the process itself.
    pub(crate) own: f64,
    /// Of its children that have ended, and theirs.
    pub(crate) children: f64,
}

impl Cpu {
    /// Of the process `id`, so far, to a hundredth of a second.
    pub(crate) fn of(id: u32) -> Outcome<Self> {
        let stat = std::fs::read_to_string(format!("/proc/{id}/stat"))?;
        // the second field, a name in parentheses, may hold anything; the third is the first after it
        let (_, rest) = stat.rsplit_once(')').ok_or("a strange /proc/PID/stat")?;
        let fields: Vec<&str> = rest.split_whitespace().collect();
        let seconds = |number: usize| -> Outcome<f64> {
            let ticks: f64 = fields.get(number - 3).ok_or("a short /proc/PID/stat")?.parse()?;
            Ok(ticks / TICKS_PER_SECOND)
        };
        Ok(Self {
            own: seconds(14)? + seconds(15)?,
            children: seconds(16)? + seconds(17)?,
        })
    }

    /// Of both.
    pub(crate) fn all(self) -> f64 {
        self.own + self.children
    }
}

/// Kilobytes (of 1024) of the process `id` that are in memory, shared pages of its program included.
pub(crate) fn resident_kilobytes(id: u32) -> Outcome<f64> {
    let status = std::fs::read_to_string(format!("/proc/{id}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let number = line.and_then(|line| line.split_whitespace().next());
    Ok(number.ok_or("a strange /proc/PID/status")?.parse()?)
}
