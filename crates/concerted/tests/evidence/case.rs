//! A small case with four accounts that act together, made in a second.

use std::{
    fs,
    path::{Path, PathBuf},
};

use concerted::{
    Inputs, Investigation, Timestamp,
    export::{self, Format, KeyUse, Level, Request},
    pipeline,
    report::Viewing,
};
use tempfile::TempDir;

/// A case and its one input.
pub(crate) struct Small {
    pub(crate) folder: TempDir,
    pub(crate) root: PathBuf,
    pub(crate) input: PathBuf,
}

/// Ten words, so that texts are no rewordings of each other.
fn words(n: usize) -> String {
    const SYLLABLES: [&str; 13] =
        ["ka", "lo", "mi", "re", "su", "ta", "ve", "no", "pi", "du", "ge", "ha", "zo"];
    let syllable = |at: usize| SYLLABLES[at % SYLLABLES.len()];
    let word = |k: usize| {
        let seed = n * 31 + k * 17 + n * k;
        [syllable(seed), syllable(seed / 13), syllable(seed / 5 + k), "n"].concat()
    };
    (0..10).map(word).collect::<Vec<_>>().join(" ")
}

/// Handles, ids and texts that occur nowhere else by accident, and that try to do harm. The four take
/// turns at being first: who is always followed would belong to nobody.
pub(crate) fn posts() -> String {
    let mut csv = String::from("account,handle,id,time,text,url\n");
    for n in 0..40 {
        for member in 0..4 {
            let (day, hour, minute) = (1 + n % 9, n % 24, n / 24 * 20);
            let text = format!(
                "<script>window.__xss=1</script> every lantern along {} \u{202e}again",
                words(n)
            );
            csv += &format!(
                "member-55500{member},=handle_of_member_{member},post-777{n:03}{member},\
                 2024-05-0{day}T{hour:02}:{minute:02}:{:02}Z,\"{text}\",https://example.org/lantern-{n}\n",
                2 * ((member + n) % 4)
            );
        }
    }
    for n in 0..600 {
        let (who, day, hour) = (n % 90, 1 + n % 9, n % 24);
        csv += &format!(
            "person-{who:06},handle_of_person_{who:03},post-888{n:04},2024-05-0{day}T{hour:02}:30:00Z,\
             \"my own words about {} of this week\",\n",
            words(n + 100)
        );
    }
    csv
}

impl Small {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let input = folder.path().join("secret-name-of-a-file.csv");
        fs::write(&input, posts()).unwrap();
        let root = folder.path().join("case");
        let words = vec!["investigate".to_owned(), "secret-name-of-a-file.csv".to_owned()];
        let nobody = |_| {};
        let mut case = Investigation::open(&root, words, Timestamp::LATEST, &nobody).unwrap();
        let inputs = Inputs { files: vec![input.clone()], ..Inputs::default() };
        let outcome = pipeline::investigate(&mut case, &inputs).unwrap();
        assert_eq!(outcome.groups.len(), 1, "the four were not found: {outcome:?}");
        assert_eq!(outcome.groups[0].accounts, 4);
        Self { folder, root, input }
    }

    pub(crate) fn open<T>(&self, look: impl FnOnce(&Investigation<'_>) -> T) -> T {
        let nobody = |_| {};
        let case = Investigation::open_existing(&self.root, Vec::new(), Timestamp::LATEST, &nobody);
        look(&case.unwrap())
    }

    /// Exports everything that a level can have into a folder of its own.
    pub(crate) fn export(&self, level: Level, key: KeyUse, name: &str) -> PathBuf {
        let out = self.folder.path().join(name);
        let formats = Format::ALL.iter().copied();
        let request = Request {
            formats: formats
                .filter(|format| level.shows_accounts() || *format == Format::Figures)
                .collect(),
            level,
            key,
            raw_csv: false,
            viewing: Viewing::default(),
        };
        self.open(|case| export::write(case, &request, &out).unwrap());
        out
    }
}

/// Every file under a folder.
pub(crate) fn files_under(folder: &Path) -> Vec<PathBuf> {
    let (mut files, mut folders) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    files
}
