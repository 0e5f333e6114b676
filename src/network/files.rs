//! A network as a folder: `nodes.parquet`, `edges.parquet`, `events.parquet`, `network.json`, and back.

use std::fs::{self, File};
use std::path::Path;

use arrow::array::RecordBatch;
use arrow::compute::concat_batches;
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::events::{Events, Ids, Receipt};
use crate::network::rows::{EventReader, EventWriter, accounts};
use crate::network::{Network, Ties};
use crate::table::{write_atomically, write_parquet};

const NODES: &str = "nodes.parquet";
const EDGES: &str = "edges.parquet";
const EVENTS: &str = "events.parquet";
const MANIFEST: &str = "network.json";

/// The layout of the folder; another number needs another laud.
const FORMAT: u32 = 1;

/// What `network.json` says: how the tables beside it were made.
#[derive(Serialize, Deserialize)]
struct Manifest {
    format: u32,
    laud: String,
    input: String,
    as_of: i64,
    parameters: Ties,
    kinds: Vec<String>,
    channels: Vec<String>,
    /// Columns of the nodes table and what they are called in the accounts.
    attributes: Vec<(String, String)>,
    receipt: Receipt,
}

impl Network {
    /// Writes the network into a folder, from which [`Network::load`] reads it back.
    ///
    /// The files are complete before they replace those of an earlier network, and `network.json`, without which
    /// nothing loads, goes first and comes last: a folder is never half old and half new. The receipt is written
    /// without its examples, which quote rows of the log.
    ///
    /// # Errors
    /// [`Error::Empty`] after [`Network::without_events`]; whatever the operating system refuses.
    pub fn save(&self, folder: impl AsRef<Path>) -> Result<()> {
        let folder = folder.as_ref();
        let writer = EventWriter::new(self).ok_or_else(|| {
            Error::Empty(
                "a network without its events cannot be saved: build it again from the log".to_owned(),
            )
        })?;
        let io = |error| Error::io(folder, error);
        fs::create_dir_all(folder).map_err(io)?;
        let stage = tempfile::Builder::new().prefix(".laud-").tempdir_in(folder).map_err(io)?;
        self.nodes().write(stage.path().join(NODES))?;
        self.arcs().write(stage.path().join(EDGES))?;
        write_atomically(&stage.path().join(EVENTS), |file| {
            write_parquet(writer.schema(), writer.batches(), file)
        })?;
        write_atomically(&stage.path().join(MANIFEST), |file| {
            Ok(serde_json::to_writer_pretty(file, &self.manifest())?)
        })?;
        match fs::remove_file(folder.join(MANIFEST)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(io(error)),
            _ => {}
        }
        for name in [NODES, EDGES, EVENTS, MANIFEST] {
            fs::rename(stage.path().join(name), folder.join(name)).map_err(io)?;
        }
        Ok(())
    }

    /// Reads a network that [`Network::save`] wrote; it gives the same results to the byte.
    ///
    /// The ties are added up again from the events, and the hash of the events must be the one that was written.
    ///
    /// # Errors
    /// [`Error::File`] for a folder that is not a whole network of this version; whatever the operating system
    /// refuses.
    pub fn load(folder: impl AsRef<Path>) -> Result<Network> {
        let folder = folder.as_ref();
        let manifest = Manifest::read(folder)?;
        manifest.parameters.check()?;
        let nodes = read_table(&folder.join(NODES))?;
        let broken = |problem: &str| Error::file(folder.join(NODES), format!("{problem}; {REBUILD}"));
        let ids = nodes
            .column_by_name("id")
            .and_then(Ids::from_sorted)
            .ok_or_else(|| broken("column `id` must be there, sorted and without repetitions"))?;
        let accounts = accounts(&nodes, &manifest.attributes)
            .ok_or_else(|| broken("a column is missing or mistyped"))?;
        let mut events = Events {
            ids,
            rows: Vec::new(),
            kinds: manifest.kinds,
            channels: manifest.channels,
            parents: None,
            item_of: None,
            items: Ids::default(),
            values: None,
            accounts,
            receipt: manifest.receipt,
        };
        let path = folder.join(EVENTS);
        let batches = open(&path)?.map(|batch| batch.map_err(|error| damaged(&path, error)));
        EventReader::read(batches, &mut events, |problem| damaged(&path, problem))?;
        let network = Network::assemble(events, manifest.as_of, manifest.parameters)?;
        if network.input != manifest.input {
            return Err(Error::file(folder, format!("its files do not belong together; {REBUILD}")));
        }
        Ok(network)
    }

    fn manifest(&self) -> Manifest {
        let mut receipt = self.receipt.clone();
        receipt.entries.values_mut().for_each(|entry| entry.examples.clear());
        Manifest {
            format: FORMAT,
            laud: env!("CARGO_PKG_VERSION").to_owned(),
            input: self.input.clone(),
            as_of: self.as_of,
            parameters: self.parameters.clone(),
            kinds: self.kinds.clone(),
            channels: self.channels.clone(),
            attributes: self.attribute_columns(),
            receipt,
        }
    }
}

const REBUILD: &str = "build the network again from the log";

impl Manifest {
    fn read(folder: &Path) -> Result<Manifest> {
        let path = folder.join(MANIFEST);
        let text = fs::read_to_string(&path).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => Error::file(
                folder,
                format!(
                    "there is no {MANIFEST}: no network was saved here, or saving was interrupted; {REBUILD}"
                ),
            ),
            _ => Error::io(&path, error),
        })?;
        #[derive(Deserialize)]
        struct Version {
            format: u32,
            laud: String,
        }
        let version: Version = serde_json::from_str(&text).map_err(|error| damaged(&path, error))?;
        if version.format != FORMAT {
            let (format, laud) = (version.format, version.laud);
            return Err(Error::file(
                &path,
                format!("laud {laud} wrote format {format}, this one reads {FORMAT}; {REBUILD}"),
            ));
        }
        serde_json::from_str(&text).map_err(|error| damaged(&path, error))
    }
}

fn damaged(path: &Path, problem: impl std::fmt::Display) -> Error {
    Error::file(path, format!("damaged: {problem}; {REBUILD}"))
}

fn open(path: &Path) -> Result<ParquetRecordBatchReader> {
    let file = File::open(path).map_err(|error| Error::io(path, error))?;
    let reader = ParquetRecordBatchReaderBuilder::try_new(file)
        .and_then(|builder| builder.with_batch_size(1 << 16).build());
    reader.map_err(|error| damaged(path, error))
}

fn read_table(path: &Path) -> Result<RecordBatch> {
    let reader = open(path)?;
    let schema = arrow::array::RecordBatchReader::schema(&reader);
    let batches: Vec<_> =
        reader.collect::<std::result::Result<_, _>>().map_err(|error| damaged(path, error))?;
    concat_batches(&schema, &batches).map_err(|error| damaged(path, error))
}
