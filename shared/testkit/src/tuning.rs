//! How tests try: in which form of Kith, and how hard. The short form by default, the long one in `scripts/conformance`.

use runtime::Environment;

/// The seed of everything that is left to chance, `KITH_SEED`, printed so that a failure can be repeated.
pub fn seed() -> u64 {
    let seed = Environment::from_process().reader().or("KITH_SEED", 7);
    println!("KITH_SEED={seed}");
    seed
}

/// How often a test of endurance goes round, `KITH_ROUNDS`.
pub fn rounds() -> u32 {
    Environment::from_process().reader().or("KITH_ROUNDS", 1)
}

/// `KITH_FORM=processes`: every function, and the emulator, is a process of its own.
pub fn processes_wanted() -> bool {
    Environment::from_process()
        .reader()
        .or("KITH_FORM", String::new())
        == "processes"
}
