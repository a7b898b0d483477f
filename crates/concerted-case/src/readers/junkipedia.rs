//! `junkipedia`: posts as Junkipedia's API answers.
//!
//! **Invariant:** the keys are those of the API's published examples; no file of it was at hand, so that
//! whatever else an answer holds is left alone. Its tables have columns that are not known and need a
//! mapping.

use std::borrow::Cow;

use super::{
    JsonReader, Opened, ReadOptions, customs::FromText, error::ReadError, json::Json, judge::Judge,
    place::Place, post::Draft, sample::Sample, spec::Spec, values::Layout,
};
use concerted_model::Platform;

pub(crate) static SPEC: Spec = Spec {
    name: "junkipedia",
    title: "Junkipedia API posts, JSON",
    caution: "built from the API's description and tried on no real file; its CSV needs --map",
    platform: Platform::UNKNOWN,
    mapping: &[
        ("platform", "attributes.search_data_fields.platform_name"),
        ("account", "attributes.search_data_fields.channel_data.channel_id"),
        ("handle", "attributes.search_data_fields.channel_data.channel_name"),
        ("id", "id"),
        ("time", "attributes.published_at"),
        ("text", "attributes.search_data_fields.sanitized_text | attributes.post_data.text"),
        ("urls", "in the text"),
        ("hashtags", "in the text"),
        ("mentions", "in the text"),
        ("media", "attributes.thumbnail_url"),
    ],
    from_text: FromText::ALL,
    layout: Some(Layout::Inside(&["data"])),
    ..Spec::PLAIN
};

/// How sure it is that this is such an answer.
pub(crate) fn detect(sample: &Sample<'_>) -> Option<u8> {
    let values = sample.values();
    let post = values.first()?.list("data").first()?;
    (post.has(&["attributes.search_data_fields"]) || post.has(&["attributes.post_data"]))
        .then_some(90)
}

/// Opens an answer, or several.
pub(crate) fn open(
    sample: &Sample<'_>,
    options: &ReadOptions,
    file: &str,
) -> Result<Opened, ReadError> {
    SPEC.open_json(sample, options, file, Box::new(Posts))
}

struct Posts;

impl JsonReader for Posts {
    fn record(&mut self, value: &Json<'_>, place: Place, judge: &mut Judge<'_>) {
        let Some(post) = value.get("attributes") else { return judge.no_post() };
        let one = |paths: &[&str]| post.any(paths).map(Cow::Borrowed);
        let channel = |key: &str| {
            let inside = format!("search_data_fields.channel_data.{key}");
            post.any(&[&inside, &format!("post_data.{key}"), key]).map(Cow::Borrowed)
        };
        judge.post(Draft {
            place,
            platform: one(&["search_data_fields.platform_name", "platform_name", "post_type"]),
            account: channel("channel_id").or_else(|| channel("channel_uid")),
            handle: channel("channel_name"),
            id: one(&["post_data.id", "search_data_fields.platform_id"])
                .or_else(|| value.text("id").map(Cow::Borrowed)),
            time: one(&["published_at", "published", "post_data.published"]),
            text: one(&["search_data_fields.sanitized_text", "post_data.text", "text"]),
            media: one(&["thumbnail_url"]).into_iter().collect(),
            ..Draft::default()
        });
    }
}
