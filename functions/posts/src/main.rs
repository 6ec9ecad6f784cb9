//! The function `posts` as a process of its own.

fn main() -> std::process::ExitCode {
    runtime::main(posts::function())
}
