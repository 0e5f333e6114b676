//! What the command says beside its results, on standard error: sentences, or JSON lines for machines.

use std::io::{IsTerminal, Write};

use clap::ValueEnum;

use crate::error::Error;
use crate::events::Receipt;

/// How messages are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(super) enum LogFormat {
    /// Sentences.
    #[default]
    Text,
    /// One JSON object a line: `level`, `message`.
    Json,
}

/// The channel of messages of one run.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Messages {
    pub(super) quiet: bool,
    pub(super) format: LogFormat,
}

impl Messages {
    /// Something good to know; silent with `--quiet`.
    pub(super) fn note(&self, text: &str) {
        if !self.quiet {
            self.write("note", text);
        }
    }

    /// Something the result depends on; silent with `--quiet`.
    pub(super) fn warning(&self, text: &str) {
        if !self.quiet {
            self.write("warning", text);
        }
    }

    /// Why the run failed.
    pub(super) fn error(&self, error: &Error) {
        self.write("error", &error.to_string());
    }

    /// The warnings of a receipt.
    pub(super) fn receipt(&self, receipt: &Receipt) {
        receipt.warnings.iter().for_each(|sentence| self.warning(sentence));
    }

    /// Whether a bar may be drawn.
    pub(super) fn wants_bar(&self) -> bool {
        !self.quiet && self.format == LogFormat::Text && std::io::stderr().is_terminal()
    }

    /// A line of progress where no bar can be drawn.
    pub(super) fn progress(&self, text: &str) {
        if !self.quiet {
            self.write("progress", text);
        }
    }

    /// A closed standard error is no reason to fail.
    fn write(&self, level: &str, text: &str) {
        let line = match self.format {
            LogFormat::Json => serde_json::json!({ "level": level, "message": text }).to_string(),
            LogFormat::Text if level == "progress" => text.to_owned(),
            LogFormat::Text => format!("laud: {level}: {text}"),
        };
        let _ = writeln!(std::io::stderr().lock(), "{line}");
    }
}
