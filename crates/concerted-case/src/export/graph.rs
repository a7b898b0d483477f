//! The network as other programs think of it: nodes and edges, each with named attributes.
//!
//! **Invariant:** a node is an account with an edge or in a group, an edge a row of the table `network`, in its order;
//! each column of that table is an attribute, whether or not this version knows what it means. Keys of
//! nodes differ even where ids do not. Ids, names and times have passed the [`Lens`].

use std::{collections::BTreeSet, sync::Arc};

use arrow_array::{
    Array, ArrayRef, BooleanArray, Float64Array, Int64Array, ListArray, StringArray,
    TimestampMicrosecondArray, UInt32Array, UInt64Array, cast::AsArray,
};
use arrow_schema::DataType;
use concerted_model::tables::{Network, Table, strings_in, times};
use rustc_hash::FxHashMap;

use super::{Material, places};
use crate::{disclosure::Lens, error::CaseError};

/// Columns of the network that say which accounts an edge joins.
const ENDS: [&str; 6] = ["a", "b", "source_platform", "source_id", "target_platform", "target_id"];

/// What an attribute's values are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Integer,
    Number,
    Truth,
    Moment,
}

/// A value of an attribute.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Value<'a> {
    Text(&'a str),
    Integer(i64),
    Number(f64),
    Truth(bool),
    /// Microseconds since 1970 UTC.
    Moment(i64),
}

/// A named column of values, of which some may be absent.
pub(super) struct Attribute {
    pub(super) name: String,
    pub(super) kind: Kind,
    column: Column,
}

pub(super) enum Column {
    Text(StringArray),
    Integer(Int64Array),
    Number(Float64Array),
    Truth(BooleanArray),
    Moment(TimestampMicrosecondArray),
}

/// Nodes, edges and what is known of them.
pub(super) struct Graph {
    /// A key for each node, no two alike: `platform:id`.
    pub(super) keys: Vec<String>,
    /// The name, or the id where there is none.
    pub(super) labels: Vec<String>,
    pub(super) of_nodes: Vec<Attribute>,
    /// Where each node stands in the drawing.
    pub(super) places: Vec<places::Place>,
    /// The group of each node, if it is in one.
    pub(super) groups: Vec<Option<u32>>,
    /// The nodes that each edge joins.
    pub(super) ends: Vec<(usize, usize)>,
    pub(super) of_edges: Vec<Attribute>,
    /// Distinct things that the ends of each edge acted on together.
    pub(super) weights: Vec<u32>,
    /// First and last co-action of each edge, in microseconds.
    pub(super) spans: Vec<(i64, i64)>,
    /// The kind of behaviour of each edge.
    pub(super) traces: StringArray,
}

impl Attribute {
    pub(super) fn value(&self, row: usize) -> Option<Value<'_>> {
        Some(match &self.column {
            Column::Text(column) if column.is_valid(row) => Value::Text(column.value(row)),
            Column::Integer(column) if column.is_valid(row) => Value::Integer(column.value(row)),
            Column::Number(column) if column.is_valid(row) => Value::Number(column.value(row)),
            Column::Truth(column) if column.is_valid(row) => Value::Truth(column.value(row)),
            Column::Moment(column) if column.is_valid(row) => Value::Moment(column.value(row)),
            _ => return None,
        })
    }

    /// The column for Arrow and Parquet.
    pub(super) fn array(&self) -> ArrayRef {
        match &self.column {
            Column::Text(column) => Arc::new(column.clone()),
            Column::Integer(column) => Arc::new(column.clone()),
            Column::Number(column) => Arc::new(column.clone()),
            Column::Truth(column) => Arc::new(column.clone()),
            Column::Moment(column) => Arc::new(column.clone()),
        }
    }

    pub(super) fn new(name: &str, column: Column) -> Self {
        let kind = match &column {
            Column::Text(_) => Kind::Text,
            Column::Integer(_) => Kind::Integer,
            Column::Number(_) => Kind::Number,
            Column::Truth(_) => Kind::Truth,
            Column::Moment(_) => Kind::Moment,
        };
        Self { name: name.to_owned(), kind, column }
    }

    /// An attribute from a column of a table, if its type is one that other programs know.
    pub(super) fn of_column(name: &str, array: &ArrayRef, lens: &Lens) -> Option<Self> {
        let integers = |values: Vec<Option<i64>>| Column::Integer(Int64Array::from(values));
        let column = match array.data_type() {
            DataType::UInt32 => {
                let array: &UInt32Array = array.as_primitive();
                integers(array.iter().map(|value| value.map(i64::from)).collect())
            }
            DataType::UInt64 => {
                let array: &UInt64Array = array.as_primitive();
                let whole = |value| i64::try_from(value).unwrap_or(i64::MAX);
                integers(array.iter().map(|value| value.map(whole)).collect())
            }
            DataType::Int64 => Column::Integer(array.as_primitive().clone()),
            DataType::Float64 => Column::Number(array.as_primitive().clone()),
            DataType::Boolean => Column::Truth(array.as_boolean().clone()),
            DataType::Utf8 => Column::Text(array.as_string().clone()),
            DataType::Timestamp(..) => {
                let array: &TimestampMicrosecondArray = array.as_primitive();
                let seen = array.iter().map(|micros| micros.map(|micros| lens.moment(micros)));
                let seen = TimestampMicrosecondArray::from(seen.collect::<Vec<_>>());
                Column::Moment(seen.with_timezone("UTC"))
            }
            DataType::List(_) => {
                let lists: &ListArray = array.as_list();
                let joined = (0..lists.len())
                    .map(|row| strings_in(lists, row).collect::<Vec<_>>().join(" "));
                Column::Text(StringArray::from_iter_values(joined))
            }
            _ => return None,
        };
        Some(Self::new(name, column))
    }
}

impl Graph {
    pub(super) fn of(material: &Material<'_>) -> Result<Self, CaseError> {
        let Material { network, groups, accounts, lens, .. } = *material;
        let ends = network.a.values().iter().chain(network.b.values());
        // A group whose members take turns need not show in any pair.
        let ends = ends.chain(groups.account.values());
        let rows: Vec<u32> = ends.copied().collect::<BTreeSet<u32>>().into_iter().collect();
        if let Some(row) = rows.iter().find(|&&row| row as usize >= accounts.len()) {
            return Err(contradiction(format!(
                "an edge or group is of account {row}, which is not"
            )));
        }
        let node_of: FxHashMap<u32, usize> =
            rows.iter().enumerate().map(|(node, &row)| (row, node)).collect();
        let member: FxHashMap<u32, usize> =
            groups.account.values().iter().enumerate().map(|(row, &of)| (of, row)).collect();
        let in_group: Vec<Option<usize>> =
            rows.iter().map(|row| member.get(row).copied()).collect();
        let of_group = |column: &UInt32Array| -> Column {
            let values = in_group.iter().map(|row| row.map(|row| i64::from(column.value(row))));
            Column::Integer(values.collect())
        };
        let roles: StringArray =
            in_group.iter().map(|row| row.map(|row| groups.role.value(row))).collect();
        let at = |row: &u32| *row as usize;
        let instance = |row: usize| accounts.instance.value(row);
        let ids: Vec<String> = rows
            .iter()
            .map(at)
            .map(|row| {
                let (platform, id) = (accounts.platform.value(row), accounts.id.value(row));
                lens.account(platform, instance(row), id).into_owned()
            })
            .collect();
        let handles: StringArray = rows
            .iter()
            .map(at)
            .map(|row| {
                let known = accounts.handle.is_valid(row).then(|| accounts.handle.value(row));
                lens.handle(known)
            })
            .collect();
        let platforms =
            StringArray::from_iter_values(rows.iter().map(|row| accounts.platform.value(at(row))));
        let instances =
            StringArray::from_iter_values(rows.iter().map(|row| lens.instance(instance(at(row)))));
        let keys = keys(&platforms, &instances, &ids);
        let labels = ids
            .iter()
            .enumerate()
            .map(|(node, id)| {
                let name = handles.is_valid(node).then(|| handles.value(node));
                name.unwrap_or(id).to_owned()
            })
            .collect();
        let numbers: Vec<Option<u32>> =
            in_group.iter().map(|row| row.map(|row| groups.group.value(row))).collect();
        Ok(Self {
            keys,
            labels,
            places: places::arrange(&in_group, groups),
            of_nodes: vec![
                Attribute::new("platform", Column::Text(platforms)),
                Attribute::new("instance", Column::Text(instances)),
                Attribute::new("account_id", Column::Text(StringArray::from_iter_values(&ids))),
                Attribute::new("handle", Column::Text(handles)),
                Attribute::new("group", of_group(&groups.group)),
                Attribute::new("part", of_group(&groups.part)),
                Attribute::new("actions", of_group(&groups.actions)),
                Attribute::new("ties", of_group(&groups.ties)),
                Attribute::new("role", Column::Text(roles)),
            ],
            groups: numbers.clone(),
            ends: (0..network.len())
                .map(|row| (node_of[&network.a.value(row)], node_of[&network.b.value(row)]))
                .collect(),
            of_edges: of_edges(network, &numbers, &node_of, lens)?,
            weights: network.co_actions.values().to_vec(),
            spans: (0..network.len())
                .map(|row| {
                    let (first, last) = (network.first.value(row), network.last.value(row));
                    (lens.moment(first), lens.moment(last))
                })
                .collect(),
            traces: network.trace.clone(),
        })
    }

    /// The text of a node's attribute, empty where it is absent.
    pub(super) fn text_of_node(&self, attribute: &str, node: usize) -> &str {
        let found = self.of_nodes.iter().find(|other| other.name == attribute);
        match found.and_then(|attribute| attribute.value(node)) {
            Some(Value::Text(text)) => text,
            _ => "",
        }
    }
}

fn of_edges(
    network: &Network,
    group_of: &[Option<u32>],
    node_of: &FxHashMap<u32, usize>,
    lens: &Lens,
) -> Result<Vec<Attribute>, CaseError> {
    let batch = network.to_batch().map_err(|error| contradiction(error.to_string()))?;
    let schema = batch.schema();
    let columns = schema.fields().iter().zip(batch.columns());
    let mut attributes: Vec<Attribute> = columns
        .filter(|(field, _)| !ENDS.contains(&field.name().as_str()))
        .filter_map(|(field, array)| Attribute::of_column(field.name(), array, lens))
        .collect();
    let group = (0..network.len()).map(|row| {
        let [a, b] = [&network.a, &network.b].map(|end| group_of[node_of[&end.value(row)]]);
        a.filter(|_| a == b).map(i64::from)
    });
    attributes.push(Attribute::new("group", Column::Integer(group.collect())));
    Ok(attributes)
}

/// `platform:id`, with `@instance` where there is one; a key that is taken gets a number.
fn keys(platforms: &StringArray, instances: &StringArray, ids: &[String]) -> Vec<String> {
    let mut taken = rustc_hash::FxHashSet::default();
    ids.iter()
        .enumerate()
        .map(|(node, id)| {
            let instance = instances.value(node);
            let at = if instance.is_empty() { "" } else { "@" };
            let plain = format!("{}:{id}{at}{instance}", platforms.value(node));
            let mut key = plain.clone();
            let mut copy = 1;
            while !taken.insert(key.clone()) {
                copy += 1;
                key = format!("{plain}#{copy}");
            }
            key
        })
        .collect()
}

fn contradiction(reason: String) -> CaseError {
    CaseError::Encoding { path: "export".into(), reason }
}

/// A column of moments, seen through a lens.
pub(super) fn moments(micros: impl Iterator<Item = i64>) -> ArrayRef {
    Arc::new(times(micros.collect()))
}
