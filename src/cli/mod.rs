//! The command: one file a subcommand, options they share, results on standard output, all else on standard error.

mod backtest;
mod communities;
mod compare;
mod explain;
mod inspect;
mod kinds;
mod measure;
mod messages;
mod network;
mod objectives;
mod options;
mod output;
mod progress;
mod rank;
mod select;
mod settings;
mod simulate;

use std::ffi::OsString;
use std::io::Write;
use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};

use crate::error::{Error, Result};
use messages::Messages;

const AFTER_HELP: &str = "\
Examples:
  laud inspect shop.parquet
  laud rank shop.parquet --brand acme -o advocates.csv
  laud rank tweets.txt.gz --header actor,target,time,kind -k 20
  laud measure logs/*.csv.gz --measure pagerank,core -o people.parquet

Exit status: 0 done, 1 failed (one sentence says why), 2 wrong usage, 130 interrupted.";

/// Who matters, who belongs together, whom to invite: answers from interaction logs.
#[derive(Parser)]
#[command(name = "laud", version, long_version = concat!(env!("CARGO_PKG_VERSION"), " (", env!("LAUD_BUILD"), ")"))]
#[command(after_help = AFTER_HELP, arg_required_else_help = true, propagate_version = true)]
struct Command {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    Inspect(inspect::Inspect),
    Rank(rank::Rank),
    Backtest(backtest::Backtest),
    Measure(measure::Measure),
    Communities(communities::Communities),
    Compare(compare::Compare),
    Explain(explain::Explain),
    Select(select::Select),
    Network(network::Network),
    Simulate(simulate::Simulate),
    Kinds(kinds::Kinds),
    Objectives(objectives::ShowObjectives),
    Completions(Completions),
}

/// Print a completion script for your shell.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  laud completions bash > ~/.local/share/bash-completion/completions/laud")]
struct Completions {
    shell: clap_complete::Shell,
}

/// Runs the command with `arguments` (the first is its own name) and says how it ended.
pub fn run(arguments: impl IntoIterator<Item = impl Into<OsString> + Clone>) -> ExitCode {
    let command = match Command::try_parse_from(arguments) {
        Ok(command) => command,
        Err(usage) => {
            let _ = usage.print();
            return ExitCode::from(usage.exit_code() as u8);
        }
    };
    let messages = command.task.messages();
    match command.task.run(&messages) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            messages.error(&error);
            ExitCode::from(if matches!(error, Error::Cancelled) { 130 } else { 1 })
        }
    }
}

impl Task {
    fn messages(&self) -> Messages {
        match self {
            Task::Inspect(task) => task.shared.running.messages(),
            Task::Rank(task) => task.shared.running.messages(),
            Task::Backtest(task) => task.shared.running.messages(),
            Task::Measure(task) => task.shared.running.messages(),
            Task::Communities(task) => task.shared.running.messages(),
            Task::Compare(task) => task.running.messages(),
            Task::Explain(task) => task.shared.running.messages(),
            Task::Select(task) => task.shared.running.messages(),
            Task::Network(task) => task.shared.running.messages(),
            Task::Simulate(task) => task.running.messages(),
            Task::Kinds(_) | Task::Objectives(_) | Task::Completions(_) => Messages::default(),
        }
    }

    fn run(&self, messages: &Messages) -> Result<()> {
        match self {
            Task::Inspect(task) => task.run(messages),
            Task::Rank(task) => task.run(messages),
            Task::Backtest(task) => task.run(messages),
            Task::Measure(task) => task.run(messages),
            Task::Communities(task) => task.run(messages),
            Task::Compare(task) => task.run(messages),
            Task::Explain(task) => task.run(messages),
            Task::Select(task) => task.run(messages),
            Task::Network(task) => task.run(messages),
            Task::Simulate(task) => task.run(messages),
            Task::Kinds(task) => task.run(messages),
            Task::Objectives(task) => task.run(),
            Task::Completions(task) => {
                let mut script = Vec::new();
                clap_complete::generate(task.shell, &mut Command::command(), "laud", &mut script);
                output::to_stdout(|out| out.write_all(&script))
            }
        }
    }
}
