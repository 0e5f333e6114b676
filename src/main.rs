//! The command `laud`.

fn main() -> std::process::ExitCode {
    laud::cli::run(std::env::args_os())
}
