//! What all benchmarks use: medians, tables, what the kernel counts.

pub(crate) mod kernel;
pub(crate) mod machine;
mod program;
pub(crate) mod scratch;
mod table;

pub(crate) use program::Program;
pub(crate) use table::Table;

/// What ends a benchmark is told to the person who ran it.
pub(crate) type Outcome<T = ()> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// The middle of `values`, or of its two middle ones; not a number when there are none.
pub(crate) fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let half = sorted.len() / 2;
    match sorted[..] {
        [] => f64::NAN,
        _ if sorted.len().is_multiple_of(2) => f64::midpoint(sorted[half - 1], sorted[half]),
        _ => sorted[half],
    }
}

/// What `percent` (1 to 100) of a hundred of `values` are not above; not a number when there are none.
pub(crate) fn percentile(values: &[f64], percent: usize) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let place = (sorted.len() * percent).div_ceil(100);
    place
        .checked_sub(1)
        .and_then(|place| sorted.get(place))
        .copied()
        .unwrap_or(f64::NAN)
}

/// The one line that a script can look for.
pub(crate) fn print_ratio(name: &str, ratio: f64, of_what: &str) {
    println!("RATIO {name}: {ratio:.2} ({of_what})");
}
