//! Nodes, edges and evidence as Parquet: the way into DuckDB, Polars, pandas and R.
//!
//! **Invariant:** ids are strings, times are microseconds UTC, compression is zstd; the file's metadata
//! name the run and the level of disclosure. Evidence is written batch by batch.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use arrow_array::{ArrayRef, Float64Array, RecordBatch, StringArray};
use arrow_schema::{ArrowError, Field, Schema};
use concerted_model::tables::Evidence;
use parquet::{
    arrow::ArrowWriter,
    basic::{Compression, ZstdLevel},
    errors::ParquetError,
    file::{metadata::KeyValue, properties::WriterProperties},
};

use super::{Material, Trouble, behind, csv::edge_of, file, graph::Graph, graph::moments, words};
use crate::{durable::Draft, error::CaseError};

/// Rows that are written together.
const BATCH: usize = 65_536;

impl From<ParquetError> for Trouble {
    fn from(error: ParquetError) -> Self {
        Self::Disk(std::io::Error::other(error))
    }
}

impl From<ArrowError> for Trouble {
    fn from(error: ArrowError) -> Self {
        Self::Disk(std::io::Error::other(error))
    }
}

pub(super) fn write(
    material: &Material<'_>,
    graph: &Graph,
    out: &Path,
) -> Result<Vec<PathBuf>, CaseError> {
    let keys = |node: usize| graph.keys[node].as_str();
    let mut nodes: Vec<(&str, ArrayRef)> = vec![
        ("key", Arc::new(StringArray::from_iter_values(&graph.keys))),
        ("label", Arc::new(StringArray::from_iter_values(&graph.labels))),
    ];
    nodes.extend(graph.of_nodes.iter().map(|of| (of.name.as_str(), of.array())));
    let axis = |axis: fn(&super::places::Place) -> f64| -> ArrayRef {
        Arc::new(Float64Array::from_iter_values(graph.places.iter().map(axis)))
    };
    nodes.push(("x", axis(|place| place.x)));
    nodes.push(("y", axis(|place| place.y)));

    let end = |pick: fn(&(usize, usize)) -> usize| -> ArrayRef {
        Arc::new(StringArray::from_iter_values(graph.ends.iter().map(pick).map(keys)))
    };
    let mut edges = vec![("source", end(|ends| ends.0)), ("target", end(|ends| ends.1))];
    edges.extend(graph.of_edges.iter().map(|of| (of.name.as_str(), of.array())));

    let mut written = vec![
        file(out.join("nodes.parquet"), |out| whole(out, material, nodes))?,
        file(out.join("edges.parquet"), |out| whole(out, material, edges))?,
        file(out.join("evidence.parquet"), |out| evidence(out, material, graph))?,
    ];
    for table in behind::tables(material)? {
        let columns = table.columns.iter().map(|of| (of.name.as_str(), of.array())).collect();
        let path = out.join(format!("{}.parquet", table.name));
        written.push(file(path, |out| whole(out, material, columns))?);
    }
    Ok(written)
}

fn whole(
    out: &mut Draft,
    material: &Material<'_>,
    columns: Vec<(&str, ArrayRef)>,
) -> Result<(), Trouble> {
    let batch = batch(columns)?;
    let mut parquet = ArrowWriter::try_new(out, batch.schema(), Some(properties(material)?))?;
    for start in (0..batch.num_rows()).step_by(BATCH) {
        parquet.write(&batch.slice(start, BATCH.min(batch.num_rows() - start)))?;
    }
    parquet.close()?;
    Ok(())
}

fn evidence(out: &mut Draft, material: &Material<'_>, graph: &Graph) -> Result<(), Trouble> {
    let mut parquet: Option<ArrowWriter<&mut Draft>> = None;
    let mut out = Some(out);
    let mut push = |batch: RecordBatch| -> Result<(), Trouble> {
        if let Some(out) = out.take() {
            let properties = properties(material)?;
            parquet = Some(ArrowWriter::try_new(out, batch.schema(), Some(properties))?);
        }
        if let Some(parquet) = &mut parquet {
            parquet.write(&batch)?;
        }
        Ok(())
    };
    let mut any = false;
    for table in (material.evidence)()? {
        push(co_actions(material, graph, &table?)?)?;
        any = true;
    }
    if !any {
        push(batch_of_nothing()?)?;
    }
    if let Some(parquet) = parquet {
        parquet.close()?;
    }
    Ok(())
}

fn co_actions(
    material: &Material<'_>,
    graph: &Graph,
    evidence: &Evidence,
) -> Result<RecordBatch, Trouble> {
    let lens = material.lens;
    let edges: Vec<usize> =
        (0..evidence.len()).map(|row| edge_of(graph, evidence, row)).collect::<Result<_, _>>()?;
    let strings = |values: Vec<String>| -> ArrayRef { Arc::new(StringArray::from(values)) };
    let end = |pick: fn(&(usize, usize)) -> usize| {
        edges.iter().map(|&edge| graph.keys[pick(&graph.ends[edge])].clone()).collect()
    };
    let rows = || 0..evidence.len();
    let times =
        |row| lens.moments(evidence.source_time.value(row), evidence.target_time.value(row));
    let object = |row| lens.object(evidence.trace.value(row), evidence.key.value(row)).into_owned();
    let source = |row| lens.post(evidence.source_post_id.value(row)).into_owned();
    let target = |row| lens.post(evidence.target_post_id.value(row)).into_owned();
    batch(vec![
        ("source", strings(end(|ends| ends.0))),
        ("target", strings(end(|ends| ends.1))),
        ("trace", Arc::new(evidence.trace.clone())),
        ("object", strings(rows().map(object).collect())),
        ("source_time", moments(rows().map(|row| times(row).0))),
        ("target_time", moments(rows().map(|row| times(row).1))),
        ("gap_seconds", Arc::new(evidence.gap_seconds.clone())),
        ("source_post_id", strings(rows().map(source).collect())),
        ("target_post_id", strings(rows().map(target).collect())),
    ])
}

fn batch_of_nothing() -> Result<RecordBatch, Trouble> {
    let none = || -> ArrayRef { Arc::new(StringArray::from(Vec::<&str>::new())) };
    batch(vec![("source", none()), ("target", none()), ("trace", none()), ("object", none())])
}

fn batch(columns: Vec<(&str, ArrayRef)>) -> Result<RecordBatch, Trouble> {
    let fields: Vec<Field> = columns
        .iter()
        .map(|(name, array)| Field::new(*name, array.data_type().clone(), true))
        .collect();
    let arrays = columns.into_iter().map(|(_, array)| array).collect();
    Ok(RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays)?)
}

fn properties(material: &Material<'_>) -> Result<WriterProperties, Trouble> {
    let pair = |key: &str, value: &str| KeyValue::new(key.to_owned(), value.to_owned());
    Ok(WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(3)?))
        .set_key_value_metadata(Some(vec![
            pair("concerted.run", material.run_sha256),
            pair("concerted.level", material.level().as_str()),
            pair("concerted.about", &words::about(material)),
        ]))
        .build())
}
