//! The options that every command which reads a log shares.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use arrow::array::AsArray;
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type};
use clap::Args;

use crate::cli::messages::{LogFormat, Messages};
use crate::error::{Error, Result};
use crate::events::{Columns, MaxBadRows, TimeUnit};
use crate::job::Job;
use crate::network::{HalfLife, Influencers, Ties};
use crate::table::Table;

/// What to read, how to read it, how to tie it together.
#[derive(Debug, Args)]
pub(super) struct Shared {
    /// Files, globs or folders: Parquet, CSV, NDJSON, Arrow; plain, gzip or zstd
    #[arg(required = true, value_name = "LOG")]
    log: Vec<PathBuf>,

    /// Names of the columns of a file that has no header line
    #[arg(long, value_delimiter = ',', value_name = "NAMES", help_heading = "Reading")]
    header: Option<Vec<String>>,

    /// What stands between columns (one character, or `tab`, `space`); detected unless given
    #[arg(long, value_name = "CHAR", value_parser = separator, help_heading = "Reading")]
    separator: Option<char>,

    /// Which source column is which: actor=user_id; a constant: target==Acme; ignore one: sentiment=
    #[arg(long, value_name = "FIELD=NAME", value_parser = pair, help_heading = "Reading")]
    column: Vec<(String, String)>,

    /// The kind of all rows of a file by a part of its name: 'a2q=answer,c2q=reply'
    #[arg(long, value_delimiter = ',', value_name = "PART=KIND", value_parser = pair, help_heading = "Reading")]
    kind_from_name: Vec<(String, String)>,

    /// Time zone of times that do not name one
    #[arg(long, value_name = "ZONE", help_heading = "Reading")]
    timezone: Option<String>,

    /// What integer times count (s, ms, us, ns); detected unless given
    #[arg(long, value_name = "UNIT", help_heading = "Reading")]
    time_unit: Option<TimeUnit>,

    /// Bad rows to skip before giving up: a count or a share such as 1%
    #[arg(long, value_name = "N|%", help_heading = "Reading")]
    max_bad_rows: Option<MaxBadRows>,

    /// Table of accounts: id, role, brand, person, verified and any attribute
    #[arg(long, value_name = "FILE", help_heading = "Reading")]
    accounts: Option<PathBuf>,

    /// Table of links between accounts of one person: account, other, valid_from
    #[arg(long, value_name = "FILE", help_heading = "Reading")]
    links: Option<PathBuf>,

    /// Brand ids; the first is the one that is ranked for
    #[arg(long, value_delimiter = ',', value_name = "ID", help_heading = "Ties")]
    pub(super) brand: Vec<String>,

    /// Product ids
    #[arg(long, value_delimiter = ',', value_name = "ID", help_heading = "Ties")]
    product: Vec<String>,

    /// Weights of kinds: 'like=0,share=2' (`laud kinds` shows the table)
    #[arg(long, value_delimiter = ',', value_name = "KIND=WEIGHT", value_parser = weight, help_heading = "Ties")]
    kinds: Vec<(String, f64)>,

    /// Channels to keep
    #[arg(long, value_delimiter = ',', value_name = "NAMES", help_heading = "Ties")]
    channels: Vec<String>,

    /// Factors by channel: 'forum=2'
    #[arg(long, value_delimiter = ',', value_name = "CHANNEL=FACTOR", value_parser = weight, help_heading = "Ties")]
    channel_weight: Vec<(String, f64)>,

    /// After how long an event counts half: 30d for all kinds, or 'purchase=90d,like=7d'; none never fades
    #[arg(long, value_name = "TIME", help_heading = "Ties")]
    half_life: Option<String>,

    /// The moment to look from; the newest event unless given
    #[arg(long, value_name = "TIME", help_heading = "Ties")]
    as_of: Option<String>,

    /// Leave out events before
    #[arg(long, value_name = "TIME", help_heading = "Ties")]
    since: Option<String>,

    /// Leave out events at or after
    #[arg(long, value_name = "TIME", help_heading = "Ties")]
    until: Option<String>,

    /// The most that the events of one kind between two people may add up to in a day
    #[arg(long, value_name = "WEIGHT", help_heading = "Ties")]
    cap: Option<f64>,

    /// Count log(1 + weight) of a finished tie
    #[arg(long, help_heading = "Ties")]
    log1p: bool,

    /// Leave staff out of the ties among people
    #[arg(long, help_heading = "Ties")]
    no_staff: bool,

    /// File of ids, one a line, that take no part (staff, already invited, opted out)
    #[arg(long, value_name = "FILE", help_heading = "Ties")]
    exclude: Option<PathBuf>,

    #[command(flatten)]
    pub(super) running: Running,
}

/// How a command runs and speaks.
#[derive(Debug, Args)]
pub(super) struct Running {
    /// Threads; one a core unless given. Results are the same for any number
    #[arg(long, default_value_t = 0, hide_default_value = true, value_name = "N", help_heading = "Running")]
    pub(super) threads: usize,

    /// Say nothing but results and errors
    #[arg(short, long, help_heading = "Running")]
    quiet: bool,

    /// How messages on standard error are written
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT", help_heading = "Running")]
    log_format: LogFormat,
}

impl Running {
    pub(super) fn messages(&self) -> Messages {
        Messages { quiet: self.quiet, format: self.log_format }
    }
}

impl Shared {
    /// The options as a job.
    pub(super) fn job(&self) -> Result<Job> {
        let columns = Columns {
            map: collect("column", &self.column)?,
            header: self.header.clone(),
            separator: self.separator,
            kind_from_name: collect("kind-from-name", &self.kind_from_name)?,
            timezone: self.timezone.clone(),
            time_unit: self.time_unit,
            max_bad_rows: self.max_bad_rows,
            ..Columns::default()
        };
        let time =
            |name, text: &Option<String>| text.as_deref().map(|text| columns.moment(name, text)).transpose();
        let ties = Ties {
            kinds: collect("kinds", &self.kinds)?,
            channels: self.channels.clone(),
            channel_weights: collect("channel-weight", &self.channel_weight)?,
            half_life: self.half_life()?,
            as_of: time("as-of", &self.as_of)?,
            since: time("since", &self.since)?,
            until: time("until", &self.until)?,
            cap: self.cap,
            log1p: self.log1p,
            brands: self.brand.clone(),
            products: self.product.clone(),
            exclude: self.exclude.as_deref().map(read_ids).transpose()?.unwrap_or_default(),
            staff: self.no_staff.then_some(false),
            influencers: Influencers::default(),
        };
        Ok(Job {
            log: self.log.clone(),
            accounts: self.accounts.clone(),
            links: self.links.clone(),
            columns,
            ties,
        })
    }

    fn half_life(&self) -> Result<HalfLife> {
        let Some(text) = self.half_life.as_deref() else { return Ok(HalfLife::Table) };
        if !text.contains('=') {
            return Ok(HalfLife::All(text.to_owned()));
        }
        let changes: Vec<(String, String)> = text
            .split(',')
            .map(|part| pair(part).map_err(|rule| Error::parameter("half-life", rule, part)))
            .collect::<Result<_>>()?;
        Ok(HalfLife::Kinds(collect("half-life", &changes)?))
    }
}

/// `name=value`, split at the first `=`.
fn pair(text: &str) -> std::result::Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or_else(|| format!("NAME=VALUE, got {text:?}"))?;
    Ok((name.trim().to_owned(), value.to_owned()))
}

fn weight(text: &str) -> std::result::Result<(String, f64), String> {
    let (name, value) = pair(text)?;
    let value = value.trim().parse().map_err(|_| format!("NAME=NUMBER, got {text:?}"))?;
    Ok((name, value))
}

fn separator(text: &str) -> std::result::Result<char, String> {
    match text {
        "tab" | "\\t" => return Ok('\t'),
        "space" => return Ok(' '),
        _ => {}
    }
    let mut characters = text.chars();
    match (characters.next(), characters.next()) {
        (Some(separator), None) if separator.is_ascii() => Ok(separator),
        _ => Err("one ASCII character, `tab` or `space`".to_owned()),
    }
}

/// Pairs as a map; a name given twice is a slip somebody should hear of.
fn collect<T: Clone>(option: &'static str, pairs: &[(String, T)]) -> Result<BTreeMap<String, T>> {
    let mut map = BTreeMap::new();
    for (name, value) in pairs {
        if map.insert(name.clone(), value.clone()).is_some() {
            return Err(Error::parameter(option, "given once a name", name));
        }
    }
    Ok(map)
}

/// Ids one a line; blank lines are skipped.
fn read_ids(path: &Path) -> Result<Vec<String>> {
    let text = std::fs::read_to_string(path).map_err(|error| Error::io(path, error))?;
    Ok(text.lines().map(|line| line.trim().to_owned()).filter(|id| !id.is_empty()).collect())
}

/// A column of numbers of a table by its column `id`; those of an id that stands twice add. Nothing without a table.
pub(super) fn numbers_by_id(path: Option<&Path>, column: &str) -> Result<BTreeMap<String, f64>> {
    let Some(path) = path else { return Ok(BTreeMap::new()) };
    let table = Table::read(path)?;
    let of = |name: &str, data_type: &DataType| {
        let values = table.column(name).ok_or_else(|| {
            Error::file(path, format!("the table has no column `{name}`; it needs `id` and `{column}`"))
        })?;
        cast(values, data_type).map_err(|problem| Error::file(path, format!("column `{name}`: {problem}")))
    };
    let (ids, values) = (of("id", &DataType::Utf8)?, of(column, &DataType::Float64)?);
    let mut numbers = BTreeMap::new();
    for (id, value) in ids.as_string::<i32>().iter().zip(values.as_primitive::<Float64Type>()) {
        if let (Some(id), Some(value)) = (id, value) {
            *numbers.entry(id.to_owned()).or_insert(0.0) += value;
        }
    }
    Ok(numbers)
}
