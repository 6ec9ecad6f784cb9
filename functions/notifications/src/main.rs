//! The function `notifications` as a process of its own.

fn main() -> std::process::ExitCode {
    runtime::main(notifications::function())
}
