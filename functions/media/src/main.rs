//! The function `media` as a process of its own.

fn main() -> std::process::ExitCode {
    runtime::main(media::function())
}
