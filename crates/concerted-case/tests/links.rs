//! A user's own list of short links, while posts are read.

use concerted_case::{
    ingest::ingest,
    readers::{ReadOptions, ShortLinks},
};
use concerted_model::{Timestamp, tables::strings_in};

#[test]
fn short_addresses_become_the_long_ones_of_the_list_and_are_counted() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, content: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    };
    let links = write("links.csv", "short,long\nhttps://sho.rt/a,https://long.example/page\n");
    let posts = write(
        "posts.csv",
        "account,time,text,urls\n\
         u1,2024-05-01T12:00:00Z,see http://sho.rt/a,http://sho.rt/a\n\
         u2,2024-05-01T12:00:01Z,twice,https://long.example/page https://sho.rt/a\n\
         u3,2024-05-01T12:00:02Z,another,https://sho.rt/b\n",
    );
    let now = Timestamp::try_from_micros(1_798_761_600_000_000).unwrap();
    let links = Some(ShortLinks::of(&links).unwrap());
    let read = ingest(&[posts], &ReadOptions { links, ..ReadOptions::at(now) }, &|_| {}).unwrap();
    let urls = |row| strings_in(&read.posts[0].urls, row).collect::<Vec<_>>().join(" ");
    assert_eq!(urls(0), "https://long.example/page");
    assert_eq!(urls(1), "https://long.example/page", "the same address twice is one");
    assert_eq!(urls(2), "https://sho.rt/b", "what is not in the list stays as it is");
    assert_eq!(read.posts[0].text.value(0), "see http://sho.rt/a", "the text is as it was");
    let notes = &read.manifest.inputs[0].notes;
    assert!(notes.iter().any(|note| note.starts_with("2 short addresses were read")), "{notes:?}");
}
