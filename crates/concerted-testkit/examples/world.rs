//! Writes a world with known truth to a folder: `posts.csv` and `truth.json`.
//!
//! `cargo run --release -p concerted-testkit --example world -- demo FOLDER [SEED]`

use std::{
    env,
    error::Error,
    fs::{self, File},
    io::BufWriter,
    path::Path,
    process::ExitCode,
};

use concerted_testkit::{Study, generate, write_csv, write_truth_json};

const USAGE: &str = "usage: world STUDY FOLDER [SEED]";

#[expect(clippy::print_stderr, reason = "an example talks to whoever runs it")]
fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match run(&arguments) {
        Ok(said) => {
            eprintln!("{said}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error}\n{USAGE}\nstudies: {}", Study::WORDS.join(", "));
            ExitCode::from(2)
        }
    }
}

fn run(arguments: &[String]) -> Result<String, Box<dyn Error>> {
    let (study, folder, seed) = match arguments {
        [study, folder] => (study, folder, "1"),
        [study, folder, seed] => (study, folder, seed.as_str()),
        _ => return Err("two or three arguments are needed".into()),
    };
    let world = generate(&study.parse::<Study>()?.plan(seed.parse()?));
    let folder = Path::new(folder);
    fs::create_dir_all(folder)?;
    write_csv(&world, BufWriter::new(File::create(folder.join("posts.csv"))?))?;
    write_truth_json(&world, BufWriter::new(File::create(folder.join("truth.json"))?))?;
    Ok(format!("{} posts in {}", world.posts.len(), folder.display()))
}
