//! The files that a command reads, as arguments.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use concerted::{
    EncodingErrors, ImageFolders, ImageSource, Inputs, Mapping, Plan, ShortLinks, Spooled,
};

use crate::exit::Failure;

/// Files of posts.
#[derive(Args)]
pub(crate) struct InputArgs {
    /// Files of posts, folders of them, patterns such as "exports/*.csv", zip archives, or - for standard
    /// input
    ///
    /// Plain or packed with gzip, zstd, xz or bzip2. What each file is, is told from its content; several
    /// kinds may be mixed. In a folder or archive, what is no data is left out and named.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Read the files as this format instead of detecting it; see `concerted formats`
    #[arg(long, value_name = "NAME")]
    format: Option<String>,
    /// Say which column or key is which, for files in no known format
    ///
    /// At least account and time, for example: account=user_id,time=created,text=body,url=link
    #[arg(long, value_name = "FIELD=COLUMN,…")]
    map: Option<String>,
    /// What short addresses stand for: a file of short and long ones, CSV or JSON
    ///
    /// Two columns, short and long, or {"https://sho.rt/x": "https://long.example/page"}. No request is ever
    /// made: a short address that is not in the file stays as it is.
    #[arg(long, value_name = "FILE")]
    short_links: Option<PathBuf>,
    /// A folder of the images that posts name, to see which show the same; a zip archive will do
    ///
    /// A file is found for a post's media by the end of its path, whatever its ending. Copies that were
    /// scaled, brightened or encoded anew count as one image. May be given several times.
    #[arg(long, value_name = "FOLDER")]
    images: Vec<PathBuf>,
    /// What to do with text that is not UTF-8
    #[arg(long, value_name = "HOW")]
    encoding_errors: Option<Encoding>,
    /// The form of times, in strftime signs, where it cannot be told: %m/%d/%Y %H:%M
    #[arg(long, value_name = "FORM")]
    time_format: Option<String>,
    /// Minutes that times without a zone are ahead of UTC
    #[arg(long, value_name = "MINUTES", allow_negative_numbers = true)]
    utc_offset: Option<i32>,
    /// The largest share of rows that may be refused, from 0 to 1
    #[arg(long, value_name = "SHARE")]
    max_rejects: Option<f64>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Encoding {
    /// Stop at the first byte that is not UTF-8
    Stop,
    /// Read the file as windows-1252
    #[value(name = "windows-1252")]
    Windows1252,
    /// Put U+FFFD for what cannot be read
    Replace,
}

impl InputArgs {
    /// The plan with what the command line says of reading.
    pub(crate) fn plan(&self, mut plan: Plan) -> Plan {
        let reading = &mut plan.ingest;
        if let Some(encoding) = self.encoding_errors {
            reading.encoding_errors = match encoding {
                Encoding::Stop => EncodingErrors::Stop,
                Encoding::Windows1252 => EncodingErrors::Windows1252,
                Encoding::Replace => EncodingErrors::Replace,
            };
        }
        reading.time_format = self.time_format.clone().or(reading.time_format.take());
        reading.utc_offset_minutes = self.utc_offset.unwrap_or(reading.utc_offset_minutes);
        reading.max_rejects = self.max_rejects.unwrap_or(reading.max_rejects);
        plan
    }

    /// The files, and what came in by standard input, which must be held as long as it is read.
    pub(crate) fn inputs(&self) -> Result<(Inputs, Option<Spooled>), Failure> {
        let mapping = self.map.as_deref().map(str::parse::<Mapping>).transpose();
        let mapping = mapping.map_err(|error| Failure::Usage(format!("--map: {error}")))?;
        let mut files = self.files.clone();
        let is_standard = |file: &PathBuf| file.as_os_str() == "-";
        if files.iter().filter(|file| is_standard(file)).count() > 1 {
            return Err(Failure::Usage("standard input (-) can be read once only".to_owned()));
        }
        let mut spooled = None;
        if let Some(file) = files.iter_mut().find(|file| is_standard(file)) {
            let taken = Spooled::of(std::io::stdin().lock()).map_err(concerted::Error::from)?;
            *file = taken.path().to_owned();
            spooled = Some(taken);
        }
        let links = self.short_links.as_deref().map(ShortLinks::of).transpose();
        let links = links.map_err(concerted::Error::from)?;
        let images = match self.images.as_slice() {
            [] => None,
            folders => {
                let found = ImageFolders::find(folders).map_err(concerted::Error::from)?;
                Some(ImageSource::Folders(found))
            }
        };
        Ok((Inputs { files, format: self.format.clone(), mapping, links, images }, spooled))
    }
}

/// A language model, by which rewordings are looked for.
#[derive(Args)]
pub(crate) struct ModelArg {
    /// A folder with a language model, to look for rewordings and translations by; never downloaded
    ///
    /// A model2vec model, or one of the BERT family: config.json, tokenizer.json, model.safetensors. What it
    /// finds are candidates: docs/copies.md says what it cannot see. As model under [copies] in case.toml it is
    /// used in each run.
    #[arg(long, value_name = "FOLDER")]
    model: Option<PathBuf>,
}

impl ModelArg {
    /// The plan with the model that the command line names.
    pub(crate) fn plan(&self, mut plan: Plan) -> Result<Plan, Failure> {
        if let Some(folder) = &self.model {
            let whole = std::path::absolute(folder).map_err(|error| {
                Failure::Usage(format!("--model {}: {error}", folder.display()))
            })?;
            plan.copies.model = Some(whole.to_string_lossy().into_owned());
        }
        Ok(plan)
    }
}
