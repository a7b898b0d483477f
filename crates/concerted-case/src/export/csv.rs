//! Edges, members of groups and evidence as CSV.
//!
//! **Invariant:** ids are verbatim; text that people wrote cannot become a formula; the same tables
//! give the same bytes. Lines end in LF, times are RFC 3339 in UTC, and a number reads back as the
//! number that it was.

use std::{
    borrow::Cow,
    path::{Path, PathBuf},
};

use arrow_array::{Array, StringArray, TimestampMicrosecondArray};
use concerted_model::tables::{Evidence, Groups, Network};
use rustc_hash::FxHashMap;

use super::{folder_for_files, spreadsheet};
use crate::{
    durable::{self, Draft},
    error::CaseError,
};

type Rows<'d> = csv::Writer<&'d mut Draft>;

/// Writes `edges.csv`, `groups.csv` and `evidence.csv` into the folder `out`, which is made if there
/// is none, and returns where they are.
///
/// The `group` of an edge is empty unless both of its ends are in the same one.
///
/// # Errors
/// [`CaseError`] if `out` is a file or the folder of a case, or the disk refuses it.
pub fn csv(
    network: &Network,
    groups: &Groups,
    evidence: &Evidence,
    out: &Path,
) -> Result<Vec<PathBuf>, CaseError> {
    folder_for_files(out)?;
    Ok(vec![
        write(out.join("edges.csv"), |rows| edges(rows, network, groups))?,
        write(out.join("groups.csv"), |rows| members(rows, groups))?,
        write(out.join("evidence.csv"), |rows| co_actions(rows, network, evidence))?,
    ])
}

fn write(
    path: PathBuf,
    fill: impl FnOnce(&mut Rows<'_>) -> Result<(), csv::Error>,
) -> Result<PathBuf, CaseError> {
    durable::replace_with(&path, |draft| {
        let mut rows = csv::WriterBuilder::new().from_writer(&mut *draft);
        let written = fill(&mut rows).and_then(|()| Ok(rows.flush()?));
        drop(rows);
        written.map_err(|error| draft.error(error))
    })?;
    Ok(path)
}

fn edges(rows: &mut Rows<'_>, network: &Network, groups: &Groups) -> Result<(), csv::Error> {
    rows.write_record([
        "source_platform",
        "source_id",
        "target_platform",
        "target_id",
        "trace",
        "co_actions",
        "expected",
        "p",
        "q",
        "group",
    ])?;
    let members = groups.account.values().iter().copied();
    let group_of: FxHashMap<u32, u32> =
        members.zip(groups.group.values().iter().copied()).collect();
    for row in 0..network.len() {
        let [source, target] =
            [&network.a, &network.b].map(|end| group_of.get(&end.value(row)).copied());
        let group = source.filter(|_| source == target);
        rows.write_record([
            network.source_platform.value(row),
            network.source_id.value(row),
            network.target_platform.value(row),
            network.target_id.value(row),
            network.trace.value(row),
            &network.co_actions.value(row).to_string(),
            &number(network.expected.value(row)),
            &number(network.p.value(row)),
            &number(network.q.value(row)),
            &group.map(|group| group.to_string()).unwrap_or_default(),
        ])?;
    }
    Ok(())
}

fn members(rows: &mut Rows<'_>, groups: &Groups) -> Result<(), csv::Error> {
    rows.write_record(["group", "platform", "account_id", "handle", "actions", "ties"])?;
    for row in 0..groups.len() {
        rows.write_record([
            groups.group.value(row).to_string().as_str(),
            groups.platform.value(row),
            groups.account_id.value(row),
            &handle(&groups.handle, row),
            &groups.actions.value(row).to_string(),
            &groups.ties.value(row).to_string(),
        ])?;
    }
    Ok(())
}

fn co_actions(
    rows: &mut Rows<'_>,
    network: &Network,
    evidence: &Evidence,
) -> Result<(), csv::Error> {
    rows.write_record([
        "source_platform",
        "source_id",
        "target_platform",
        "target_id",
        "trace",
        "object",
        "source_time",
        "target_time",
        "gap_seconds",
        "source_post_id",
        "target_post_id",
    ])?;
    for row in 0..evidence.len() {
        let edge = evidence.edge.value(row) as usize;
        if edge >= network.len() {
            return Err(no_table(format!("evidence row {row} is of edge {edge}, which is not")));
        }
        rows.write_record([
            network.source_platform.value(edge),
            network.source_id.value(edge),
            network.target_platform.value(edge),
            network.target_id.value(edge),
            evidence.trace.value(row),
            &spreadsheet::inert(evidence.key.value(row)),
            &time(&evidence.source_time, row)?,
            &time(&evidence.target_time, row)?,
            &number(evidence.gap_seconds.value(row)),
            evidence.source_post_id.value(row),
            evidence.target_post_id.value(row),
        ])?;
    }
    Ok(())
}

fn handle(handles: &StringArray, row: usize) -> Cow<'_, str> {
    if handles.is_null(row) { "".into() } else { spreadsheet::handle(handles.value(row)) }
}

/// The shortest digits that read back as the same number; `1e-12` rather than a row of zeros.
fn number(number: f64) -> String {
    format!("{number:?}")
}

/// RFC 3339 in UTC: to the second if it is a whole one, else to the microsecond.
fn time(times: &TimestampMicrosecondArray, row: usize) -> Result<String, csv::Error> {
    let micros = times.value(row);
    let time = jiff::Timestamp::from_microsecond(micros)
        .map_err(|error| no_table(format!("row {row}: {error}")))?;
    Ok(if micros % 1_000_000 == 0 { format!("{time:.0}") } else { format!("{time:.6}") })
}

fn no_table(reason: String) -> csv::Error {
    std::io::Error::other(reason).into()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use arrow_array::{Float64Array, UInt32Array, UInt64Array};
    use concerted_model::tables::{EvidenceColumns, GroupsColumns, NetworkColumns, times};

    use super::*;

    /// 2024-05-01T12:00:00Z
    const NOON: i64 = 1_714_564_800_000_000;

    fn network() -> Network {
        let x = StringArray::from(vec!["x", "x"]);
        Network::try_new(NetworkColumns {
            a: UInt32Array::from(vec![0, 0]),
            b: UInt32Array::from(vec![1, 2]),
            source_platform: x.clone(),
            source_id: StringArray::from(vec!["0042", "0042"]),
            target_platform: x,
            target_id: StringArray::from(vec!["42", "1,2\"3"]),
            trace: StringArray::from(vec!["url", "hashtag"]),
            window_us: UInt64Array::from(vec![60_000_000, 60_000_000]),
            co_actions: UInt32Array::from(vec![7, 3]),
            episodes: UInt32Array::from(vec![5, 3]),
            expected: Float64Array::from(vec![0.1 + 0.2, 3.0]),
            ratio_low: Float64Array::from(vec![5.4, 0.2]),
            ratio_high: Float64Array::from(vec![38.9, 2.9]),
            p: Float64Array::from(vec![1e-300, 0.0005]),
            q: Float64Array::from(vec![2.5e-12, 1.0]),
            p_timing: Float64Array::from(vec![None::<f64>; 2]),
            p_jitter: Float64Array::from(vec![None::<f64>; 2]),
            p_selection: Float64Array::from(vec![Some(0.01), None]),
            nulls: StringArray::from(vec!["joint selection", "joint"]),
            source_first: UInt32Array::from(vec![4, 1]),
            target_first: UInt32Array::from(vec![3, 2]),
            direction: StringArray::from(vec!["mutual", "mutual"]),
            first: times(vec![NOON, NOON]),
            last: times(vec![NOON, NOON]),
        })
        .unwrap()
    }

    fn groups() -> Groups {
        Groups::try_new(GroupsColumns {
            group: UInt32Array::from(vec![1, 1, 2]),
            part: UInt32Array::from(vec![1, 1, 1]),
            component: UInt32Array::from(vec![1, 1, 1]),
            account: UInt32Array::from(vec![0, 1, 2]),
            platform: StringArray::from(vec!["x", "x", "x"]),
            account_id: StringArray::from(vec!["0042", "42", "1,2\"3"]),
            handle: StringArray::from(vec![Some("=cmd()"), None, Some("@anna")]),
            actions: UInt32Array::from(vec![9, 8, 7]),
            ties: UInt32Array::from(vec![1, 1, 0]),
            role: StringArray::from(vec!["periphery"; 3]),
            x: Float64Array::from(vec![0.0; 3]),
            y: Float64Array::from(vec![0.0; 3]),
        })
        .unwrap()
    }

    fn evidence() -> Evidence {
        Evidence::try_new(EvidenceColumns {
            edge: UInt32Array::from(vec![0, 1]),
            object: UInt32Array::from(vec![0, 1]),
            trace: StringArray::from(vec!["url", "hashtag"]),
            key: StringArray::from(vec!["https://example.org/a", "+1"]),
            source_time: times(vec![NOON, NOON + 250_000]),
            target_time: times(vec![NOON + 12_000_000, NOON]),
            gap_seconds: Float64Array::from(vec![12.0, -0.25]),
            source_post: UInt32Array::from(vec![0, 1]),
            target_post: UInt32Array::from(vec![2, 3]),
            source_post_id: StringArray::from(vec!["0001", "-2"]),
            target_post_id: StringArray::from(vec!["3", "4"]),
        })
        .unwrap()
    }

    fn exported(name: &str) -> String {
        let out = tempfile::tempdir().unwrap();
        csv(&network(), &groups(), &evidence(), out.path()).unwrap();
        fs::read_to_string(out.path().join(name)).unwrap()
    }

    #[test]
    fn edges_keep_ids_and_numbers_and_have_a_group_if_both_ends_share_it() {
        assert_eq!(
            exported("edges.csv"),
            "source_platform,source_id,target_platform,target_id,trace,co_actions,expected,p,q,group\n\
             x,0042,x,42,url,7,0.30000000000000004,1e-300,2.5e-12,1\n\
             x,0042,x,\"1,2\"\"3\",hashtag,3,3.0,0.0005,1.0,\n"
        );
    }

    #[test]
    fn members_have_handles_that_are_no_formulas() {
        assert_eq!(
            exported("groups.csv"),
            "group,platform,account_id,handle,actions,ties\n\
             1,x,0042,'=cmd(),9,1\n\
             1,x,42,,8,1\n\
             2,x,\"1,2\"\"3\",anna,7,0\n"
        );
    }

    #[test]
    fn evidence_has_moments_in_utc_and_microseconds_only_where_there_are_some() {
        assert_eq!(
            exported("evidence.csv"),
            "source_platform,source_id,target_platform,target_id,trace,object,\
             source_time,target_time,gap_seconds,source_post_id,target_post_id\n\
             x,0042,x,42,url,https://example.org/a,\
             2024-05-01T12:00:00Z,2024-05-01T12:00:12Z,12.0,0001,3\n\
             x,0042,x,\"1,2\"\"3\",hashtag,'+1,\
             2024-05-01T12:00:00.250000Z,2024-05-01T12:00:00Z,-0.25,-2,4\n"
        );
    }

    #[test]
    fn the_folder_of_a_case_and_a_file_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("case.toml"), "").unwrap();
        for place in [folder.path().to_owned(), folder.path().join("case.toml")] {
            let refused = csv(&network(), &groups(), &evidence(), &place);
            assert!(matches!(refused, Err(CaseError::NoPlace { .. })), "{refused:?}");
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn evidence_of_no_edge_is_refused() {
        let columns = EvidenceColumns {
            edge: UInt32Array::from(vec![0, 2]),
            ..std::ops::Deref::deref(&evidence()).clone()
        };
        let evidence = Evidence::try_new(columns).unwrap();
        let out = tempfile::tempdir().unwrap();
        let refused = csv(&network(), &groups(), &evidence, out.path()).unwrap_err();
        assert_eq!(refused.kind(), crate::ErrorKind::Bug);
        assert!(!out.path().join("evidence.csv").exists());
    }
}
