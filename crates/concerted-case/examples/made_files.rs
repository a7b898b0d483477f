//! Writes the small files that the tests make of every format, as seeds for the fuzzer:
//! `cargo run -p concerted-case --example made_files -- FOLDER`.

#[path = "../tests/made/mod.rs"]
mod made;

use std::{error::Error, fs, path::Path};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args().nth(1).ok_or("usage: made_files FOLDER")?;
    for (number, made) in made::MADE.iter().enumerate() {
        let seeds = Path::new(&folder).join(made.format);
        fs::create_dir_all(&seeds)?;
        let file = format!("{number}-{}-{}", made.posts, made.file);
        fs::write(seeds.join(file), made.content)?;
    }
    let mapped = Path::new(&folder).join("mapped");
    fs::create_dir_all(&mapped)?;
    fs::write(mapped.join("posts.csv"), "a,t,s\nu1,2024-05-01T12:00:00Z,words #Tag\n")?;
    Ok(())
}
