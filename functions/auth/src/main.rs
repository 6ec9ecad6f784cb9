//! The function `auth` as a process of its own.

fn main() -> std::process::ExitCode {
    runtime::main(auth::function())
}
