//! The job `transcode` as a process of its own.

fn main() -> std::process::ExitCode {
    transcode::main()
}
