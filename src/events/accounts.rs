//! What is declared of people: the tables of accounts and links.

use std::path::{Path, PathBuf};

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, UInt32Array};
use arrow::compute::{cast, take_record_batch};
use arrow::datatypes::DataType;
use arrow::row::{RowConverter, SortField};

use super::cell::{Value, is_id, number};
use super::frame::Column;
use super::identity::{Identity, Link};
use super::intern::Interner;
use super::layout::position;
use super::schema::shortened;
use super::source::Source;
use super::tally::Spot;
use super::time::{self, Clock, Magnitudes, Moment};
use super::{Accounts, NONE, Receipt, Role, whole};
use crate::error::{Error, Result};

/// Both tables, in numbers of an interner of their own.
pub(super) struct Tables {
    pub(super) ids: Interner,
    pub(super) declared: Declared,
}

/// What the tables say.
#[derive(Default)]
pub(super) struct Declared {
    accounts: Option<Rows>,
    links: Vec<Link>,
    receipt: Receipt,
}

/// The rows of the accounts that have an id.
struct Rows {
    ids: Vec<u32>,
    /// Numbers of persons, [`NONE`] where none is declared.
    persons: Vec<u32>,
    roles: Vec<Option<Role>>,
    verified: Option<Vec<bool>>,
    /// All other columns, if there are any.
    attributes: Option<RecordBatch>,
}

/// A table and the names of its columns.
struct Sheet {
    batch: RecordBatch,
    names: Vec<String>,
    path: PathBuf,
}

impl Sheet {
    fn read(source: Source, what: &str) -> Result<Sheet> {
        let (batch, path) = whole::read(source, what)?;
        let names = batch.schema().fields().iter().map(|field| field.name().clone()).collect();
        Ok(Sheet { batch, names, path })
    }

    fn find(&self, name: &str) -> Result<Option<usize>> {
        position(&self.names, name, &self.path)
    }

    fn array(&self, name: &str) -> Result<Option<ArrayRef>> {
        Ok(self.find(name)?.map(|at| self.batch.column(at).clone()))
    }

    fn required(&self, name: &str, what: &str) -> Result<Column> {
        let array = self.array(name)?.ok_or_else(|| {
            let names = self.names.join(", ");
            let path = self.path.display();
            Error::Schema(format!(
                "{path}: the {what} need a column `{name}`, the columns are {names}; rename one"
            ))
        })?;
        Column::new(&array)
    }
}

impl Tables {
    /// Reads the tables that are given.
    pub(super) fn read(accounts: Option<Source>, links: Option<Source>, clock: &Clock) -> Result<Tables> {
        let mut tables = Tables { ids: Interner::default(), declared: Declared::default() };
        if let Some(source) = accounts {
            let sheet = Sheet::read(source, "accounts")?;
            tables.declared.accounts = Some(tables.accounts(&sheet, clock)?);
        }
        if let Some(source) = links {
            let sheet = Sheet::read(source, "links")?;
            tables.declared.links = tables.links(&sheet, clock)?;
        }
        Ok(tables)
    }

    fn accounts(&mut self, sheet: &Sheet, clock: &Clock) -> Result<Rows> {
        let all = 0..sheet.batch.num_rows();
        let id = sheet.required("id", "accounts")?;
        let id = id.cells(all.clone(), clock);
        let kept: Vec<u32> = (0..id.len() as u32).filter(|row| is_id(id[*row as usize])).collect();
        let receipt = &mut self.declared.receipt;
        receipt.add("accounts read", sheet.batch.num_rows() as u64);
        receipt.add("accounts without id", (sheet.batch.num_rows() - kept.len()) as u64);
        let rows = kept.iter().map(|row| *row as usize);
        let ids = rows.clone().map(|row| number(&mut self.ids, id[row])).collect();
        let mut named = Interner::default();
        let persons = match sheet.array("person")? {
            None => vec![NONE; kept.len()],
            Some(array) => {
                let column = Column::new(&array)?;
                let cells = column.cells(all.clone(), clock);
                rows.clone().map(|row| number(&mut named, cells[row])).collect()
            }
        };
        let roles = match sheet.array("role")? {
            None => vec![None; kept.len()],
            Some(array) => {
                let column = Column::new(&array)?;
                let cells = column.cells(all, clock);
                rows.clone().map(|row| role(cells[row], row, &sheet.path)).collect::<Result<_>>()?
            }
        };
        let verified = match sheet.array("verified")? {
            None => None,
            Some(array) => {
                let truth = cast(&array, &DataType::Boolean).map_err(|_| {
                    let path = sheet.path.display();
                    Error::Schema(format!("{path}: column `verified` must hold true and false, or 1 and 0"))
                })?;
                let truth = truth.as_boolean();
                Some(rows.map(|row| truth.is_valid(row) && truth.value(row)).collect())
            }
        };
        let own = ["id", "person", "role", "verified"];
        let own = own.into_iter().map(|name| sheet.find(name)).collect::<Result<Vec<_>>>()?;
        let others: Vec<usize> = (0..sheet.names.len()).filter(|at| !own.contains(&Some(*at))).collect();
        let attributes = match others.is_empty() {
            true => None,
            false => Some(
                sheet
                    .batch
                    .project(&others)
                    .and_then(|batch| take_record_batch(&batch, &UInt32Array::from(kept)))
                    .map_err(|error| Error::file(&sheet.path, error.to_string()))?,
            ),
        };
        Ok(Rows { ids, persons, roles, verified, attributes })
    }

    fn links(&mut self, sheet: &Sheet, clock: &Clock) -> Result<Vec<Link>> {
        let account = sheet.required("account", "links")?;
        let other = sheet.required("other", "links")?;
        let since =
            sheet.array("valid_from")?.map(|array| Column::new(&array)).transpose()?.unwrap_or(Column::Null);
        let rows = sheet.batch.num_rows();
        let mut moments = Vec::with_capacity(rows);
        let mut magnitudes = Magnitudes::default();
        for (row, cell) in since.cells(0..rows, clock).into_iter().enumerate() {
            let moment = match cell {
                Value::Null => Some(Moment::Micros(i64::MIN)),
                cell => clock.moment(cell),
            };
            if let Some(Moment::Raw(raw)) = moment {
                magnitudes.add(raw, Spot { file: 0, line: row as u64 + 1 });
            }
            moments.push(moment);
        }
        let unit = magnitudes.unit()?;
        let (accounts, others) = (account.cells(0..rows, clock), other.cells(0..rows, clock));
        let mut links = Vec::with_capacity(rows);
        for (row, moment) in moments.into_iter().enumerate() {
            let valid_from = match (moment, unit) {
                (Some(Moment::Micros(micros)), _) => Some(micros),
                (Some(Moment::Raw(raw)), Some(unit)) => time::plausible(raw, unit),
                _ => None,
            };
            let (account, other) = (accounts[row], others[row]);
            match valid_from.filter(|_| is_id(account) && is_id(other)) {
                Some(valid_from) => links.push(Link {
                    valid_from,
                    account: number(&mut self.ids, account),
                    other: number(&mut self.ids, other),
                }),
                None => self.declared.receipt.add("bad links", 1),
            }
        }
        self.declared.receipt.add("links read", rows as u64);
        Ok(links)
    }
}

fn role(cell: Value, row: usize, path: &Path) -> Result<Option<Role>> {
    let text = match cell {
        Value::Text(text) | Value::Untyped(text) => text.trim_ascii(),
        Value::Null => return Ok(None),
        _ => b"a number",
    };
    let roles = [Role::Customer, Role::Influencer, Role::Brand, Role::Product, Role::Staff];
    match roles.into_iter().find(|role| text.eq_ignore_ascii_case(role.name().as_bytes())) {
        Some(role) => Ok(Some(role)),
        None if text.is_empty() => Ok(None),
        None => Err(Error::Schema(format!(
            "{}: row {}: `role` must be customer, influencer, brand, product, staff or empty, got {:?}",
            path.display(),
            row + 1,
            shortened(text)
        ))),
    }
}

impl Declared {
    /// Which accounts are one person; `ranks` are those of the tables' ids.
    pub(super) fn identity(
        &self,
        ranks: &[u32],
        max_cluster: usize,
        ids: &super::Ids,
        receipt: &mut Receipt,
    ) -> Identity {
        receipt.merge(self.receipt.clone());
        let rank = |number: u32| ranks[number as usize];
        let links = self.links.iter().map(|link| Link {
            account: rank(link.account),
            other: rank(link.other),
            valid_from: link.valid_from,
        });
        let mut persons: Vec<(u32, u32)> = self.accounts.iter().flat_map(Rows::persons).collect();
        persons.iter_mut().for_each(|(account, _)| *account = rank(*account));
        // The order of rows decides nothing.
        persons.sort_unstable();
        Identity::new(links.collect(), &persons, max_cluster, ids, receipt)
    }

    /// Whom the rows of the accounts name, once resolved.
    pub(super) fn named(&self, ranks: &[u32], identity: &Identity) -> impl Iterator<Item = u32> {
        let ids = self.accounts.iter().flat_map(|rows| &rows.ids);
        ids.map(|number| identity.resolve(ranks[*number as usize], i64::MAX))
    }

    /// What is declared of each of `nodes` (ascending ranks).
    ///
    /// Of several rows about one person the person's own counts before those of other accounts, and of several
    /// about one account the least.
    pub(super) fn of(
        self,
        nodes: impl Iterator<Item = u32>,
        ranks: &[u32],
        identity: &Identity,
        receipt: &mut Receipt,
    ) -> Result<Accounts> {
        let Some(rows) = self.accounts else { return Ok(Accounts::default()) };
        let mut order: Vec<(u32, u32, Vec<u8>, usize)> = Vec::with_capacity(rows.ids.len());
        for (row, bytes) in rows.bytes()?.into_iter().enumerate() {
            let account = ranks[rows.ids[row] as usize];
            order.push((identity.resolve(account, i64::MAX), account, bytes, row));
        }
        order.sort_unstable();
        for same in order.chunk_by(|a, b| a.1 == b.1).filter(|same| same.len() > 1) {
            receipt.add("duplicate accounts", same.len() as u64 - 1);
            receipt.add("conflicting accounts", same.iter().filter(|row| row.2 != same[0].2).count() as u64);
        }
        order.dedup_by_key(|(person, ..)| *person);
        let row_of = |node: u32| {
            let at = order.binary_search_by_key(&node, |(person, ..)| *person).ok()?;
            Some(order[at].3)
        };
        let chosen: Vec<Option<usize>> = nodes.map(row_of).collect();
        let indices: UInt32Array = chosen.iter().map(|row| row.map(|row| row as u32)).collect();
        let attributes =
            rows.attributes.map(|attributes| take_record_batch(&attributes, &indices)).transpose();
        let attributes =
            attributes.map_err(|error| Error::Schema(format!("the accounts cannot be joined: {error}")))?;
        Ok(Accounts {
            roles: chosen.iter().map(|row| rows.roles[(*row)?]).collect(),
            declared: chosen.iter().map(Option::is_some).collect(),
            verified: rows.verified.map_or_else(Vec::new, |verified| {
                chosen.iter().map(|row| row.is_some_and(|row| verified[row])).collect()
            }),
            attributes,
        })
    }
}

impl Rows {
    /// Accounts and persons, where a person is declared.
    fn persons(&self) -> impl Iterator<Item = (u32, u32)> {
        self.ids.iter().copied().zip(self.persons.iter().copied()).filter(|(_, person)| *person != NONE)
    }

    /// What each row says, as bytes that have an order of their own, whatever order the rows came in.
    fn bytes(&self) -> Result<Vec<Vec<u8>>> {
        let own = |row: usize| {
            let role = self.roles[row].map_or(0, |role| 1 + role as u8);
            vec![role, self.verified.as_ref().map_or(0, |verified| u8::from(verified[row]))]
        };
        let Some(attributes) = &self.attributes else { return Ok((0..self.ids.len()).map(own).collect()) };
        let schema = attributes.schema();
        let fields = schema.fields().iter().map(|field| SortField::new(field.data_type().clone())).collect();
        let attributes = RowConverter::new(fields)
            .and_then(|converter| converter.convert_columns(attributes.columns()))
            .map_err(|error| {
                Error::Schema(format!("a column of the accounts cannot be compared: {error}"))
            })?;
        Ok((0..self.ids.len()).map(|row| [&own(row), attributes.row(row).data()].concat()).collect())
    }
}
