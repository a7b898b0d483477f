//! Published methods against what the published tools wrote, one table of comparisons.
//!
//! Small hand-made cases lie in `tests/golden/published`; larger ones in the folder beside this repository, and
//! are skipped by name where it is missing. **Invariant:** pairs, counts and flags agree exactly; means and
//! cosines to 1e-9.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on must fail")]

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use concerted_detect::published::{
    Directed, Shares,
    coortweet::{CoShare, CoTie, detect_groups, flag_fast, network, subgraph},
    coortweet_stats::{account_stats, object_stats},
    matrix::matrix,
    messages, similar_messages,
    similarity::cosines,
};
use concerted_methods::cosine::{Frequency, Rarity, join, unit_rows};
use concerted_model::recipe::Parameters;

/// Absolute error of means and cosines: the tools write 15 and 12 digits.
const DIGITS: f64 = 1e-9;

type Row = BTreeMap<String, String>;

fn own(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/published").join(name)
}

/// The folder of larger cases, if it is there.
fn shared() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/golden");
    // A worktree lies one folder deeper.
    let deeper = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../../shared/golden");
    [folder, deeper].into_iter().find(|folder| folder.is_dir())
}

fn skip(name: &str) {
    #[expect(clippy::print_stderr, reason = "a skipped comparison must say so")]
    {
        eprintln!("skipped: {name}: the folder of larger cases is not there");
    }
}

fn rows(path: &Path) -> Vec<Row> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_path(path).unwrap();
    let header = reader.headers().unwrap().clone();
    reader
        .records()
        .map(|record| {
            let record = record.unwrap();
            header.iter().map(str::to_owned).zip(record.iter().map(str::to_owned)).collect()
        })
        .collect()
}

/// A table of shares with its names, accounts numbered in order of their names.
struct Table {
    shares: Shares,
    accounts: Vec<String>,
    contents: Vec<String>,
}

impl Table {
    fn coortweet(path: &Path) -> Self {
        let rows = rows(path);
        let accounts: BTreeSet<&str> = rows.iter().map(|row| row["account_id"].as_str()).collect();
        let accounts: Vec<String> = accounts.into_iter().map(str::to_owned).collect();
        let mut numbers: BTreeMap<&str, u32> = BTreeMap::new();
        let mut contents = Vec::new();
        let columns: Vec<(&str, u32, u32, i64)> = rows
            .iter()
            .map(|row| {
                let content = *numbers.entry(&row["content_id"]).or_insert_with(|| {
                    contents.push(row["content_id"].clone());
                    contents.len() as u32 - 1
                });
                let account = accounts.binary_search(&row["account_id"]).unwrap() as u32;
                let seconds: f64 = row["timestamp_share"].parse().unwrap();
                let micros = (seconds * 1e6).round() as i64;
                (row["object_id"].as_str(), account, content, micros)
            })
            .collect();
        let mut shares = Shares::from_columns(columns);
        for (share, row) in shares.rows.iter_mut().zip(&rows) {
            share.is_object = row["object_id"] == row["content_id"];
        }
        Self { shares, accounts, contents }
    }

    fn pair(&self, a: u32, b: u32) -> (String, String) {
        (self.accounts[a as usize].clone(), self.accounts[b as usize].clone())
    }
}

/// Both ends of a row, in order of their names.
fn ends(row: &Row, one: &str, other: &str) -> (String, String) {
    let (one, other) = (row[one].clone(), row[other].clone());
    if one <= other { (one, other) } else { (other, one) }
}

fn number(text: &str) -> Option<f64> {
    (!text.is_empty() && text != "NA").then(|| text.parse().unwrap())
}

#[track_caller]
fn assert_close(found: f64, expected: f64, what: &str) {
    assert!((found - expected).abs() < DIGITS, "{what}: {found} is not {expected}");
}

/// A run of CooRTweet: name of its files, its input, window, participation.
struct Run {
    name: &'static str,
    input: &'static str,
    window: i64,
    participation: u32,
}

const fn run(name: &'static str, input: &'static str, window: i64, participation: u32) -> Run {
    Run { name, input, window, participation }
}

const HAND_MADE: [Run; 2] = [
    run("edgecases_w10_p1", "edgecases_coortweet.csv", 10, 1),
    run("edgecases_w10_p2", "edgecases_coortweet.csv", 10, 2),
];

const LARGE: [Run; 8] = [
    run("synth10k_capped", "inputs/capped-10000/coortweet.csv", 60, 2),
    run("russian_w60_p2", "russian_coord_tweets.csv", 60, 2),
    run("russian_w10_p5", "russian_coord_tweets.csv", 10, 5),
    run("synth10k_mixed_retweet_w300_p1", "inputs/mixed-10000/coortweet_retweet.csv", 300, 1),
    run("synth10k_mixed_url_w300_p1", "inputs/mixed-10000/coortweet_url.csv", 300, 1),
    run("synth10k_mixed_reply_w300_p1", "inputs/mixed-10000/coortweet_reply.csv", 300, 1),
    run("synth10k_mixed_text_w300_p1", "inputs/mixed-10000/coortweet_text.csv", 300, 1),
    run("synth10k_mixed_hashtag_w300_p1", "inputs/mixed-10000/coortweet_hashtag.csv", 300, 1),
];

fn coortweet(folder: &Path, run: &Run) {
    let table = Table::coortweet(&folder.join(run.input));
    let pairs = detect_groups(&table.shares, run.window * 1_000_000, run.participation);
    let ties = network(&pairs, None, 0.5);
    let file = |part: &str| rows(&folder.join(format!("{}_coortweet_{part}.csv", run.name)));
    same_pairs(&table, &pairs, &file("pairs"), run.name);
    same_ties(&table, &ties, &file("edges"), run.name);
    let mut expected: BTreeMap<String, Row> = file("account_stats_none")
        .into_iter()
        .map(|row| (row["account_id"].clone(), row))
        .collect();
    for found in account_stats(&pairs, &ties) {
        let row = expected.remove(&table.accounts[found.account as usize]).unwrap();
        assert_close(found.mean_gap, number(&row["avg_time_delta"]).unwrap(), run.name);
        assert_close(
            found.mean_symmetry,
            number(&row["avg_edge_symmetry_score"]).unwrap(),
            run.name,
        );
        assert_eq!(found.shares.to_string(), row["unique_shares_count"], "{}", run.name);
    }
    assert!(expected.is_empty(), "{}: accounts without statistics", run.name);
    let published: BTreeMap<String, String> = file("group_stats_none")
        .into_iter()
        .map(|row| (row["object_id"].clone(), row["num_accounts"].clone()))
        .collect();
    let counted = |as_published| -> BTreeMap<String, String> {
        object_stats(&pairs, as_published)
            .into_iter()
            .map(|o| (table.shares.keys[o.object as usize].clone(), o.accounts.to_string()))
            .collect()
    };
    assert_eq!(counted(true), published, "{}", run.name);
    let total = |counts: &BTreeMap<String, String>| {
        counts.values().map(|count| count.parse::<u64>().unwrap()).sum::<u64>()
    };
    assert!(total(&counted(false)) > total(&published), "{}: the original undercounts", run.name);
}

fn same_pairs(table: &Table, pairs: &[CoShare], expected: &[Row], name: &str) {
    let content = |number: u32| table.contents[number as usize].clone();
    let account = |number: u32| table.accounts[number as usize].clone();
    let mut found: Vec<_> = pairs
        .iter()
        .map(|pair| {
            (
                table.shares.keys[pair.object as usize].clone(),
                [content(pair.older), content(pair.newer)],
                [account(pair.older_account), account(pair.newer_account)],
                pair.gap_us,
            )
        })
        .collect();
    let mut expected: Vec<_> = expected
        .iter()
        .map(|row| {
            (
                row["object_id"].clone(),
                [row["content_id"].clone(), row["content_id_y"].clone()],
                [row["account_id"].clone(), row["account_id_y"].clone()],
                (number(&row["time_delta"]).unwrap() * 1e6).round() as i64,
            )
        })
        .collect();
    found.sort();
    expected.sort();
    assert_eq!(found.len(), expected.len(), "{name}");
    assert_eq!(found, expected, "{name}");
}

fn same_ties(table: &Table, ties: &[CoTie], expected: &[Row], name: &str) {
    let mut expected: BTreeMap<(String, String), &Row> =
        expected.iter().map(|row| (ends(row, "from", "to"), row)).collect();
    for tie in ties {
        let row = expected.remove(&table.pair(tie.a, tie.b)).unwrap();
        assert_eq!(tie.full.weight.to_string(), row["weight"], "{name}");
        assert_close(tie.full.mean_gap, number(&row["avg_time_delta"]).unwrap(), name);
        assert_eq!(tie.full.older_posts.to_string(), row["n_content_id"], "{name}");
        assert_eq!(tie.full.newer_posts.to_string(), row["n_content_id_y"], "{name}");
        assert_close(tie.full.symmetry(), number(&row["edge_symmetry_score"]).unwrap(), name);
        assert_eq!(u8::from(tie.full.above).to_string(), row["weight_threshold"], "{name}");
    }
    assert!(expected.is_empty(), "{name}: {} ties were not found", expected.len());
}

#[test]
fn coortweet_is_reproduced_on_hand_made_cases() {
    for run in &HAND_MADE {
        coortweet(&own(""), run);
    }
}

#[test]
fn coortweet_is_reproduced_on_large_cases() {
    let Some(folder) = shared() else { return skip("coortweet_is_reproduced_on_large_cases") };
    for run in &LARGE {
        coortweet(&folder, run);
    }
}

#[test]
fn coortweets_fast_network_and_subgraphs_are_reproduced() {
    let Some(folder) = shared() else {
        return skip("coortweets_fast_network_and_subgraphs_are_reproduced");
    };
    let url =
        run("synth10k_mixed_url_w300_f60_p2_q90", "inputs/mixed-10000/coortweet_url.csv", 300, 2);
    let russian = run("russian_w60_f10_p2_q50", "russian_coord_tweets.csv", 60, 2);
    for (run, narrow, quantile) in [(url, 60, 0.9), (russian, 10, 0.5)] {
        let table = Table::coortweet(&folder.join(run.input));
        let pairs = detect_groups(&table.shares, run.window * 1_000_000, run.participation);
        let fast = flag_fast(&table.shares, &pairs, narrow * 1_000_000, run.participation);
        if run.name.starts_with("russian") {
            let post = |number: u32| table.contents[number as usize].clone();
            let flag = |pair: &CoShare| u8::from(fast.contains(&(pair.older, pair.newer)));
            let mut found: Vec<_> = pairs
                .iter()
                .map(|pair| [post(pair.older), post(pair.newer), flag(pair).to_string()])
                .collect();
            let mut flagged: Vec<_> =
                rows(&folder.join("russian_w60_p2_fast10_coortweet_pairs.csv"))
                    .iter()
                    .map(|row| {
                        ["content_id", "content_id_y", "time_window_10"].map(|c| row[c].clone())
                    })
                    .collect();
            found.sort();
            flagged.sort();
            assert!(found == flagged, "{}: other pairs are fast", run.name);
        }
        let ties = network(&pairs, Some(&fast), quantile);
        let file = |part: &str| rows(&folder.join(format!("{}_{part}.csv", run.name)));
        let mut expected: BTreeMap<_, Row> =
            file("fast_sub0").into_iter().map(|row| (ends(&row, "from", "to"), row)).collect();
        for tie in &ties {
            let row = expected.remove(&table.pair(tie.a, tie.b)).unwrap();
            for (statistics, suffix) in [(Some(tie.full), "full"), (tie.fast, "fast")] {
                let cell = |column: &str| number(&row[&format!("{column}_{suffix}")]);
                let number =
                    |value: fn(&concerted_detect::published::coortweet::PairStatistics) -> f64| {
                        statistics.as_ref().map(value)
                    };
                assert_eq!(number(|s| f64::from(s.weight)), cell("weight"));
                assert_eq!(number(|s| f64::from(s.older_posts)), cell("n_content_id"));
                assert_eq!(number(|s| f64::from(s.newer_posts)), cell("n_content_id_y"));
                assert_eq!(number(|s| f64::from(u8::from(s.above))), cell("weight_threshold"));
                if let (Some(statistics), Some(gap)) = (statistics, cell("avg_time_delta")) {
                    assert_close(statistics.mean_gap, gap, run.name);
                    assert_close(
                        statistics.symmetry(),
                        cell("edge_symmetry_score").unwrap(),
                        run.name,
                    );
                }
            }
        }
        assert!(expected.is_empty(), "{}", run.name);
        for (level, part) in [(1, "sub1"), (2, "fast_sub2"), (3, "fast_sub3")] {
            let (kept, core) = subgraph(&ties, level);
            let found: BTreeSet<_> = ties
                .iter()
                .zip(kept)
                .filter(|(_, kept)| *kept)
                .map(|(tie, _)| table.pair(tie.a, tie.b))
                .collect();
            let expected: BTreeSet<_> =
                file(part).iter().map(|row| ends(row, "from", "to")).collect();
            assert_eq!(found, expected, "{} {part}", run.name);
            if level == 3 {
                for row in file("fast_sub3_vertices") {
                    let account = table.accounts.binary_search(&row["name"]).unwrap() as u32;
                    assert_eq!(row["color_v"] == "1", core.contains(&account), "{}", run.name);
                }
            }
        }
    }
}

#[test]
fn coortweets_stacked_network_of_addresses_and_images_is_reproduced() {
    let Some(folder) = shared() else {
        return skip("coortweets_stacked_network_of_addresses_and_images_is_reproduced");
    };
    let tables: Vec<Table> = ["url", "image"]
        .iter()
        .map(|kind| Table::coortweet(&folder.join(format!("german_{kind}_input_coortweet.csv"))))
        .collect();
    let accounts: BTreeSet<&String> = tables.iter().flat_map(|table| &table.accounts).collect();
    let accounts: Vec<String> = accounts.into_iter().cloned().collect();
    let contents: BTreeSet<&String> = tables.iter().flat_map(|table| &table.contents).collect();
    let contents: Vec<String> = contents.into_iter().cloned().collect();
    let mut stacked: Vec<CoShare> = Vec::new();
    for (table, kind) in tables.iter().zip(["url", "image"]) {
        let mut pairs = detect_groups(&table.shares, 30_000_000, 2);
        let file = rows(&folder.join(format!("german_{kind}_w30_p2_coortweet_pairs.csv")));
        same_pairs(table, &pairs, &file, kind);
        for pair in &mut pairs {
            let account =
                |number: u32| accounts.binary_search(&table.accounts[number as usize]).unwrap();
            let content =
                |number: u32| contents.binary_search(&table.contents[number as usize]).unwrap();
            pair.older_account = account(pair.older_account) as u32;
            pair.newer_account = account(pair.newer_account) as u32;
            pair.older = content(pair.older) as u32;
            pair.newer = content(pair.newer) as u32;
            pair.place.0 += if kind == "image" { 1_000_000 } else { 0 };
        }
        stacked.append(&mut pairs);
    }
    let table = Table { shares: Shares::default(), accounts, contents };
    let file = rows(&folder.join("german_urlimage_w30_p2_coortweet_edges.csv"));
    same_ties(&table, &network(&stacked, None, 0.5), &file, "german url and image");
}

/// The toolkit's table, its first row a message, as shares of one of its networks.
fn toolkit_shares(path: &Path, net: &str) -> (Shares, Vec<String>) {
    let mut reader = csv::ReaderBuilder::new().from_path(path).unwrap();
    let records: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let mut seen = BTreeSet::new();
    let messages: Vec<&csv::StringRecord> =
        records.iter().filter(|record| seen.insert(record[0].to_owned())).collect();
    let accounts: BTreeSet<&str> = messages.iter().map(|message| &message[1]).collect();
    let accounts: Vec<String> = accounts.into_iter().map(str::to_owned).collect();
    let mut columns: Vec<(String, u32, u32, i64)> = Vec::new();
    let mut texts = Vec::new();
    let mut words: BTreeMap<String, u32> = BTreeMap::new();
    for (content, message) in (0..).zip(&messages) {
        let account = accounts.binary_search(&message[1].to_owned()).unwrap() as u32;
        let time = (message[6].parse::<f64>().unwrap() * 1e6).round() as i64;
        let (repost, reply, text) = (&message[3], &message[4], &message[5]);
        let mut add = |key: &str| columns.push((key.to_owned(), account, content, time));
        match net {
            "co_retweet" if !repost.is_empty() => add(repost),
            "co_post" => add(""),
            _ if !repost.is_empty() => {}
            "co_tweet" => add(&concerted_detect::published::toolkit_key(text)),
            "co_reply" if !reply.is_empty() => add(reply),
            "co_link" => {
                let urls: BTreeSet<&str> = message[7].split(' ').collect();
                urls.into_iter().for_each(&mut add);
            }
            "co_similar_tweet" => {
                add("");
                let mut numbers: Vec<u32> = concerted_detect::published::toolkit_words(text)
                    .into_iter()
                    .map(|word| {
                        let next = words.len() as u32;
                        *words.entry(word).or_insert(next)
                    })
                    .collect();
                numbers.sort_unstable();
                numbers.dedup();
                texts.push(numbers);
            }
            _ => {}
        }
    }
    let mut shares = Shares::from_columns(
        columns
            .iter()
            .map(|(key, account, content, time)| (key.as_str(), *account, *content, *time)),
    );
    shares.texts = texts;
    (shares, accounts)
}

fn toolkit(input: &Path, output: &Path, net: &str, window: i64, least: u32) {
    let (shares, accounts) = toolkit_shares(input, net);
    let window = window * 1_000_000;
    let directed: Vec<Directed> = if net == "co_similar_tweet" {
        similar_messages(&shares, window, 0.8, 1)
    } else {
        messages(&shares, window)
    };
    let found: BTreeMap<(String, String), String> = directed
        .iter()
        .filter(|tie| tie.posts >= least)
        .map(|tie| {
            let name = |account: u32| accounts[account as usize].clone();
            ((name(tie.from), name(tie.to)), tie.posts.to_string())
        })
        .collect();
    let expected: BTreeMap<(String, String), String> = rows(output)
        .into_iter()
        .map(|row| ((row["source"].clone(), row["target"].clone()), row["weight"].clone()))
        .collect();
    assert_eq!(found.len(), expected.len(), "{net} of {}", input.display());
    assert_eq!(found, expected, "{net} of {}", input.display());
}

const NETWORKS: [&str; 6] =
    ["co_retweet", "co_tweet", "co_reply", "co_link", "co_post", "co_similar_tweet"];

#[test]
fn the_toolkits_networks_are_reproduced_on_hand_made_cases() {
    for net in NETWORKS {
        let output = own(&format!("edgecases_cnt_{net}_w10.csv"));
        toolkit(&own("edgecases_cnt.csv"), &output, net, 10, 1);
    }
}

#[test]
fn the_toolkits_networks_are_reproduced_on_large_cases() {
    let Some(folder) = shared() else {
        return skip("the_toolkits_networks_are_reproduced_on_large_cases");
    };
    for net in NETWORKS {
        let output = folder.join(format!("synth10k_mixed_cnt_{net}_w300.csv"));
        toolkit(&folder.join("inputs/mixed-10000/cnt.csv"), &output, net, 300, 1);
    }
    let capped = folder.join("inputs/capped-10000/cnt.csv");
    let russian = folder.join("russian_coord_tweets_cnt.csv");
    let file = |name: &str| folder.join(format!("{name}.csv"));
    toolkit(&capped, &file("synth10k_capped_cnt_co_retweet_w60"), "co_retweet", 60, 1);
    toolkit(&russian, &file("russian_w60_cnt_co_retweet"), "co_retweet", 60, 1);
    toolkit(&russian, &file("russian_w60_m2_cnt_co_retweet"), "co_retweet", 60, 2);
}

#[test]
fn cosines_of_coordinationz_and_scikit_learn_are_reproduced() {
    let Some(folder) = shared() else {
        return skip("cosines_of_coordinationz_and_scikit_learn_are_reproduced");
    };
    let table = Table::coortweet(&folder.join("inputs/capped-10000/coortweet.csv"));
    let all = matrix(&table.shares, &Parameters::default()).unwrap();
    let held = Parameters { min_holders: Some(2), ..Parameters::default() };
    let tfidf = cosines(&matrix(&table.shares, &held).unwrap(), &held, None).unwrap().0;
    let weighted =
        |rarity, above| join(&unit_rows(&all.counts, Frequency::Count, rarity).unwrap(), above);
    let cases = [
        ("coordinationz_smoothlog_min03", "similarity", 0.3, weighted(Rarity::SmoothLog, 0.3)),
        ("coordinationz_noidf_min03", "similarity", 0.3, weighted(Rarity::None, 0.3)),
        ("pante_tfidf_cosine", "weight", 0.0, tfidf),
    ];
    // Accounts left by the two settings differ; names tell them apart.
    let held = matrix(&table.shares, &held).unwrap();
    for (name, column, bar, found) in cases {
        let accounts = if bar > 0.0 { &all.accounts } else { &held.accounts };
        let found: BTreeMap<(String, String), f64> = found
            .iter()
            .map(|p| (table.pair(accounts[p.a as usize], accounts[p.b as usize]), p.cosine))
            .collect();
        let expected: BTreeMap<(String, String), f64> =
            rows(&folder.join(format!("synth10k_capped_{name}.csv")))
                .iter()
                .map(|row| (ends(row, "source", "target"), number(&row[column]).unwrap()))
                .collect();
        for (pair, cosine) in &expected {
            match found.get(pair) {
                Some(found) => assert_close(*found, *cosine, name),
                None => assert_close(*cosine, bar, "a pair that is exactly at the bar"),
            }
        }
        let beyond = found.iter().filter(|(pair, _)| !expected.contains_key(*pair));
        beyond.for_each(|(_, cosine)| assert_close(*cosine, bar, "a pair exactly at the bar"));
        assert!(expected.len() > 10, "{name}");
    }
}
