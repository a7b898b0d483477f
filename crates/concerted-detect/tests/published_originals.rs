//! Published methods against what their authors' own code finds in one small world: `tests/golden/originals`.
//!
//! The world, the outputs and their generator are committed, so that this needs nothing but the repository. Where
//! no code of an original is public, the output is a restatement of its words by other means; the README beside
//! the files says which. **Invariant:** the pairs are the same ones, counts exact, cosines and p-values to [`DIGITS`].

#![expect(clippy::unwrap_used, reason = "a test that cannot go on must fail")]

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use arrow_array::{Int64Array, StringArray, TimestampMicrosecondArray, UInt32Array};
use concerted_detect::published::{Found, Source, estimate_window, find, recipes, shares_of};
use concerted_model::{
    Platform, Recipe,
    recipe::Keep,
    tables::{Accounts, AccountsColumns, Posts, PostsColumns, list_of_strings, times},
};

/// Relative error of cosines, p-values and means: the files have 15 digits.
const DIGITS: f64 = 1e-9;

/// Absolute error of centralities: networkx stops iterating at 1e-6 an account.
const ITERATED: f64 = 1e-4;

type Row = BTreeMap<String, String>;
type Pair = (String, String);

fn rows(name: &str) -> Vec<Row> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/originals").join(name);
    let mut reader = csv::Reader::from_path(path).unwrap();
    reader.deserialize().map(Result::unwrap).collect()
}

/// The posts of the world and its accounts in order of their names.
struct World {
    posts: [Posts; 1],
    accounts: Accounts,
}

impl World {
    fn read() -> Self {
        let rows = rows("posts.csv");
        let text = |column: &str| StringArray::from_iter_values(rows.iter().map(|r| &r[column]));
        let optional = |column: &str| -> StringArray {
            let value = |row: &'_ Row| Some(row[column].clone()).filter(|value| !value.is_empty());
            rows.iter().map(value).collect()
        };
        let lists =
            |column: &str| list_of_strings(rows.iter().map(|r| r[column].split_whitespace()));
        let micros = |value: &str| value.parse::<i64>().ok().map(|seconds| seconds * 1_000_000);
        let moments: Vec<i64> = rows.iter().map(|row| micros(&row["time"]).unwrap()).collect();
        let none = || StringArray::new_null(rows.len());
        let never =
            || TimestampMicrosecondArray::from(vec![None::<i64>; rows.len()]).with_timezone("UTC");
        let same = |word: &'static str| StringArray::from(vec![word; rows.len()]);
        let posts = Posts::try_new(PostsColumns {
            platform: same(Platform::X),
            instance: same(""),
            account: text("account"),
            handle: none(),
            id: text("id"),
            kind: text("kind"),
            time: times(moments.clone()),
            clock: same("file"),
            resolution_us: Int64Array::from(vec![1_000_000; rows.len()]),
            text: optional("text"),
            language: none(),
            client: none(),
            repost_of: optional("repost_of"),
            repost_of_account: optional("repost_of_account"),
            repost_of_born: rows
                .iter()
                .map(|row| micros(&row["repost_of_time"]))
                .collect::<TimestampMicrosecondArray>()
                .with_timezone("UTC"),
            reply_to: optional("reply_to"),
            reply_to_account: none(),
            reply_to_born: never(),
            quote_of: none(),
            quote_of_born: never(),
            urls: lists("urls"),
            hashtags: lists("hashtags"),
            mentions: lists("mentions"),
            media: list_of_strings(rows.iter().map(|_| [].into_iter())),
        })
        .unwrap();
        let names: BTreeSet<&String> = rows.iter().map(|row| &row["account"]).collect();
        let accounts = Accounts::try_new(AccountsColumns {
            platform: StringArray::from(vec![Platform::X; names.len()]),
            instance: StringArray::from(vec![""; names.len()]),
            id: StringArray::from_iter_values(&names),
            handle: StringArray::new_null(names.len()),
            handles: UInt32Array::from(vec![0; names.len()]),
            posts: UInt32Array::from(vec![1; names.len()]),
            first: times(vec![moments[0]; names.len()]),
            last: times(vec![moments[rows.len() - 1]; names.len()]),
        })
        .unwrap();
        Self { posts: [posts], accounts }
    }

    fn find(&self, recipe: &Recipe, as_published: bool) -> Found {
        let source = Source { posts: &self.posts, accounts: &self.accounts, order: None };
        find(recipe, &shares_of(source, recipe, as_published), as_published).unwrap()
    }

    fn name(&self, account: u32) -> String {
        self.accounts.id.value(account as usize).to_owned()
    }

    fn pair(&self, a: u32, b: u32) -> Pair {
        (self.name(a), self.name(b))
    }
}

fn recipe(name: &str, settings: &[&str]) -> Recipe {
    let recipe = Recipe::named(&recipes().unwrap(), name).unwrap().clone();
    settings.iter().fold(recipe, |recipe, pair| recipe.set(pair).unwrap())
}

#[track_caller]
fn assert_close(found: f64, expected: f64, what: &str) {
    let error = (found - expected).abs();
    assert!(error <= DIGITS * expected.abs().max(1.0), "{what}: {found} is not {expected}");
}

/// What is compared with the column `weight`.
#[derive(Clone, Copy, PartialEq)]
enum Number {
    Weight,
    /// The adjusted p-value.
    P,
}

/// Which ties the file has.
#[derive(Clone, Copy, PartialEq)]
enum Has {
    /// Every tie; a column says which are kept, if there is one.
    Every,
    /// Those that are kept.
    Kept,
}

/// A file, and the recipe that it is compared with: settings, layer if only one is walked.
struct Case {
    file: &'static str,
    method: &'static str,
    settings: &'static [&'static str],
    layer: Option<usize>,
    number: Number,
    has: Has,
}

const fn case(file: &'static str, method: &'static str, settings: &'static [&'static str]) -> Case {
    Case { file, method, settings, layer: None, number: Number::Weight, has: Has::Every }
}

const fn layer(file: &'static str, place: usize) -> Case {
    Case { layer: Some(place), ..case(file, "luceri2024", &[]) }
}

const CASES: [Case; 14] = [
    Case {
        has: Has::Kept,
        ..case("pacheco2021-co-retweet", "pacheco2021-co-retweet", &["share=0.2"])
    },
    Case {
        has: Has::Kept,
        ..case("pacheco2021-synchrony", "pacheco2021-synchrony", &["share=0.2"])
    },
    case("pacheco2021-hashtag-sequence", "pacheco2021-hashtag-sequence", &[]),
    layer("luceri2024-repost", 0),
    layer("luceri2024-url", 1),
    layer("luceri2024-hashtag-sequence", 2),
    layer("luceri2024-fast-repost", 3),
    case("magelinski2022", "magelinski2022", &[]),
    Case { number: Number::P, ..case("svn2011", "svn2011", &[]) },
    Case { number: Number::P, ..case("svn2011-all", "svn2011", &["by_popularity=false"]) },
    case("nizzoli2021", "nizzoli2021", &["most_active=0.5"]),
    case("schoch2022", "schoch2022", &[]),
    case("vishnuprasad2024", "vishnuprasad2024", &[]),
    case("coornet-60s", "coornet", &["window=60s"]),
];

fn compare(world: &World, case: &Case) {
    let mut recipe = recipe(case.method, case.settings);
    if let Some(place) = case.layer {
        recipe.layers = vec![recipe.layers[place].clone()];
        recipe.keep = Keep::All;
    }
    let found = world.find(&recipe, true);
    let mut expected: BTreeMap<Pair, Row> = rows(&format!("{}.csv", case.file))
        .into_iter()
        .map(|row| ((row["a"].clone(), row["b"].clone()), row))
        .collect();
    assert!(expected.len() > 2, "{}", case.file);
    for edge in found.edges.iter().filter(|edge| case.has == Has::Every || edge.kept) {
        let pair = world.pair(edge.a, edge.b);
        let what = format!("{} {pair:?}", case.file);
        let row = expected.remove(&pair);
        assert!(row.is_some(), "{what} is not in the file: {edge:?}");
        let row = row.unwrap();
        let number = if case.number == Number::P { edge.p.unwrap() } else { edge.weight };
        assert_close(number, row["weight"].parse().unwrap(), &what);
        if let Some(kept) = row.get("kept") {
            assert_eq!(edge.kept, kept == "1", "{what}");
        }
    }
    let first = expected.first_key_value();
    assert!(expected.is_empty(), "{}: {} were not found: {first:?}", case.file, expected.len());
}

#[test]
fn originals_find_the_same_pairs_with_the_same_numbers() {
    let world = World::read();
    for case in &CASES {
        compare(&world, case);
    }
}

#[test]
fn coornets_bins_are_whole_seconds_and_its_window_is_the_same() {
    let world = World::read();
    compare(&world, &case("coornet-23.5s", "coornet", &["window=23500ms"]));
    let source = Source { posts: &world.posts, accounts: &world.accounts, order: None };
    let shares = shares_of(source, &recipe("coornet", &[]), true).remove(0);
    for row in rows("coornet-intervals.csv") {
        let number = |column: &str| row[column].parse::<f64>().unwrap();
        let window = estimate_window(&shares, number("quickest"), number("reached")).unwrap();
        assert_close(window as f64 / 1e6, number("seconds"), "window");
    }
}

#[test]
fn luceris_fused_network_and_its_central_accounts_are_the_scripts() {
    let world = World::read();
    // The fifth layer compares texts, for which the scripts need a model.
    let mut recipe = recipe("luceri2024", &[]);
    recipe.layers.truncate(4);
    let found = world.find(&recipe, true);
    let fused: BTreeMap<Pair, f64> = rows("luceri2024-fused.csv")
        .iter()
        .map(|row| ((row["a"].clone(), row["b"].clone()), row["weight"].parse().unwrap()))
        .collect();
    assert_eq!(found.edges.len(), fused.len());
    for edge in &found.edges {
        let pair = world.pair(edge.a, edge.b);
        assert_close(edge.weight, fused[&pair], &format!("{pair:?}"));
    }
    let central: BTreeMap<String, f64> = rows("luceri2024-centrality.csv")
        .iter()
        .map(|row| (row["account"].clone(), row["centrality"].parse().unwrap()))
        .collect();
    assert_eq!(found.accounts.len(), central.len());
    for account in &found.accounts {
        let (name, value) = (world.name(account.account), account.centrality.unwrap());
        let error = (value - central[&name]).abs();
        assert!(error < ITERATED, "{name}: {value} is not {}", central[&name]);
    }
    let above = |name: &String| central[name] > 0.01 + ITERATED;
    let below = |name: &String| central[name] < 0.01 - ITERATED;
    for edge in &found.edges {
        let (a, b) = world.pair(edge.a, edge.b);
        assert!(!(edge.kept && (below(&a) || below(&b))), "{a} {b} is kept");
        assert!(edge.kept || !(above(&a) && above(&b)), "{a} {b} is not kept");
    }
}

#[test]
fn the_toolkits_networks_are_those_of_the_toolkit() {
    let world = World::read();
    for net in ["retweet", "tweet", "reply", "link", "post", "similar-tweet"] {
        let recipe = recipe(&format!("cnt-co-{net}"), &["min_weight=1"]);
        let mut found: BTreeMap<Pair, f64> = BTreeMap::new();
        for edge in world.find(&recipe, true).edges {
            let (a, b) = world.pair(edge.a, edge.b);
            found.insert((a.clone(), b.clone()), edge.weight);
            found.insert((b, a), edge.back.unwrap());
        }
        found.retain(|_, posts| *posts > 0.0);
        let file = format!("toolkit_co_{}.csv", net.replace('-', "_"));
        let expected: BTreeMap<Pair, f64> = rows(&file)
            .iter()
            .map(|row| ((row["from"].clone(), row["to"].clone()), row["weight"].parse().unwrap()))
            .collect();
        assert!(!expected.is_empty(), "{net}");
        assert_eq!(found, expected, "{net}");
    }
}

#[test]
fn coortweets_fast_network_and_subgraphs_are_those_of_its_description() {
    let world = World::read();
    let settings = ["traces=url", "window=60s", "narrow_window=10s"];
    let file: BTreeMap<Pair, Row> = rows("coortweet_fast.csv")
        .into_iter()
        .map(|row| ((row["a"].clone(), row["b"].clone()), row))
        .collect();
    assert!(file.values().any(|row| row["level2"] == "1" && row["level1"] == "0"));
    for level in ["1", "2", "3"] {
        let recipe = recipe("coortweet", &settings).set(&format!("subgraph={level}")).unwrap();
        let found = world.find(&recipe, false);
        assert_eq!(found.statistics.len(), file.len());
        for (edge, tie) in found.edges.iter().zip(&found.statistics) {
            let pair = world.pair(tie.a, tie.b);
            let row = &file[&pair];
            assert_eq!(edge.kept, row[&format!("level{level}")] == "1", "{pair:?} {level}");
            for (statistics, prefix) in [(Some(tie.full), ""), (tie.fast, "fast_")] {
                let cell = |column: &str| row[&format!("{prefix}{column}")].parse::<f64>().ok();
                let what = format!("{pair:?} {prefix}");
                let count = |value: u32| f64::from(value);
                assert_eq!(statistics.map(|s| count(s.weight)), cell("weight"), "{what}");
                assert_eq!(statistics.map(|s| count(s.older_posts)), cell("older"), "{what}");
                assert_eq!(statistics.map(|s| count(s.newer_posts)), cell("newer"), "{what}");
                assert_eq!(
                    statistics.map(|s| f64::from(u8::from(s.above))),
                    cell("above"),
                    "{what}"
                );
                if let (Some(statistics), Some(gap)) = (statistics, cell("mean_gap")) {
                    assert_close(statistics.mean_gap, gap, &what);
                }
            }
        }
    }
}

#[test]
fn every_recipe_walks_through_on_nothing() {
    use concerted_model::tables::Table as _;
    let empty = arrow_array::RecordBatch::new_empty(Accounts::schema());
    let accounts = Accounts::from_batch(&empty).unwrap();
    let source = Source { posts: &[], accounts: &accounts, order: None };
    for recipe in recipes().unwrap() {
        for as_published in [false, true] {
            let shares = shares_of(source, &recipe, as_published);
            let found = find(&recipe, &shares, as_published).unwrap();
            assert_eq!(found.edges, [], "{}", recipe.name);
        }
    }
}
