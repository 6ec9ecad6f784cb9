//! The function `videos` as a process of its own.

fn main() -> std::process::ExitCode {
    runtime::main(videos::function())
}
