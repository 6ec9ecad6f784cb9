//! The function `profiles` as a process of its own.

fn main() -> std::process::ExitCode {
    runtime::main(profiles::function())
}
