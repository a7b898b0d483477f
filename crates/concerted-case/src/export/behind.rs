//! What stands behind the network as a whole, as small tables: groups that were confirmed on days that had
//! no part in finding them, what was tested and how little would be seen, and what decoys gave.
//!
//! **Invariant:** numbers and words of ours alone, nothing of any account; each column of the table
//! `confirmations` is one here, whether or not this version knows what it means.

use arrow_array::{Int64Array, StringArray};
use concerted_model::tables::Table;

use super::{
    Material,
    graph::{Attribute, Column},
};
use crate::error::CaseError;

/// One of them.
pub(super) struct Behind {
    pub(super) name: &'static str,
    pub(super) columns: Vec<Attribute>,
    pub(super) rows: usize,
}

/// All of them, each with its rows in order.
pub(super) fn tables(material: &Material<'_>) -> Result<Vec<Behind>, CaseError> {
    let mut all = Vec::new();
    if let Some(confirmations) = material.confirmations {
        let batch = confirmations.to_batch().map_err(|error| CaseError::Encoding {
            path: "confirmations".into(),
            reason: error.to_string(),
        })?;
        let schema = batch.schema();
        let columns = schema.fields().iter().zip(batch.columns());
        all.push(Behind {
            name: "confirmations",
            columns: columns
                .filter_map(|(field, array)| {
                    Attribute::of_column(field.name(), array, material.lens)
                })
                .collect(),
            rows: batch.num_rows(),
        });
    }
    let tested = material.tested;
    let traces = StringArray::from_iter_values(tested.iter().map(|of| of.trace.as_str()));
    all.push(Behind {
        name: "tested",
        columns: vec![
            Attribute::new("trace", Column::Text(traces)),
            counts("accounts", tested.iter().map(|of| Some(of.accounts))),
            counts("hypotheses", tested.iter().map(|of| Some(of.hypotheses))),
            counts("pairs", tested.iter().map(|of| Some(of.pairs))),
            counts("strata", tested.iter().map(|of| Some(of.strata))),
            counts("edges", tested.iter().map(|of| Some(of.edges))),
            counts("least_detectable", tested.iter().map(|of| of.least_detectable)),
        ],
        rows: tested.len(),
    });
    let decoys = material.decoys;
    all.push(Behind {
        name: "decoys",
        columns: vec![
            counts("decoy", (1..).take(decoys.len()).map(Some)),
            counts("edges", decoys.iter().map(|of| Some(of.edges))),
            counts("groups", decoys.iter().map(|of| Some(of.groups))),
            counts("confirmed", decoys.iter().map(|of| Some(of.confirmed))),
        ],
        rows: decoys.len(),
    });
    Ok(all)
}

fn counts(name: &str, values: impl Iterator<Item = Option<u64>>) -> Attribute {
    let whole = |value: u64| i64::try_from(value).unwrap_or(i64::MAX);
    let values: Int64Array = values.map(|value| value.map(whole)).collect();
    Attribute::new(name, Column::Integer(values))
}

#[cfg(test)]
mod tests {
    use super::super::{Format, fixture::Fixture};
    use crate::disclosure::Level;

    #[test]
    fn confirmed_groups_what_was_tested_and_decoys_are_tables_of_their_own() {
        for level in [Level::ShareSafe, Level::Evidence] {
            let fixture = Fixture::at(level);
            let confirmations = fixture.exported(Format::Csv, "confirmations.csv");
            let (header, row) = confirmations.split_once('\n').unwrap();
            assert!(header.starts_with("group,members,trace,window_us,observed,expected,"));
            assert_eq!(row, "1,2,url,60000000,21,3.5,4.2,9.1,0.001,0.002,0.001\n");
            assert_eq!(
                fixture.exported(Format::Csv, "tested.csv"),
                "trace,accounts,hypotheses,pairs,strata,edges,least_detectable\n\
                 url,3,3,1,2,1,6\nhashtag,3,3,1,1,1,\n"
            );
            let decoys = fixture.exported(Format::Csv, "decoys.csv");
            assert_eq!(decoys, "decoy,edges,groups,confirmed\n1,0,0,0\n2,1,0,0\n");
        }
    }
}
