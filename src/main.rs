//! The command `laud`.

mod allocator;

fn main() -> std::process::ExitCode {
    allocator::give_back_early();
    laud::cli::run(std::env::args_os())
}
