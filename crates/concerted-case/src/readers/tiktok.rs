//! `tiktok`: videos as TikTok's Research API answers.
//!
//! **Invariant:** ids are JSON numbers and are kept digit for digit. Accounts are names: the API gives no
//! ids. Comments name no author and are refused for that.

use std::borrow::Cow;

use concerted_model::{Span, provenance::RejectReason};

use super::{
    JsonReader, Opened, ReadOptions, customs::FromText, error::ReadError, json::Json, judge::Judge,
    place::Place, post::Draft, sample::Sample, spec::Spec, values::Layout,
};

pub(crate) static SPEC: Spec = Spec {
    name: "tiktok",
    title: "TikTok Research API videos, JSON",
    caution: "comments name no author, so that nothing can be said of who commented together",
    platform: "tiktok",
    mapping: &[
        ("account", "username"),
        ("handle", "username"),
        ("id", "id"),
        ("time", "create_time"),
        ("text", "video_description"),
        ("urls", "in video_description"),
        ("hashtags", "hashtag_names[] | hashtag_info_list[].hashtag_name"),
        ("mentions", "video_mention_list[]"),
        ("media", "music_id, effect_ids[]"),
    ],
    from_text: FromText { mentions: true, ..FromText::URLS },
    names: true,
    coarsest: Span::seconds(1),
    layout: Some(Layout::Inside(&[
        "data.videos",
        "data.comments",
        "data.reposted_videos",
        "videos",
    ])),
    ..Spec::PLAIN
};

/// How sure it is that this is such an answer.
pub(crate) fn detect(sample: &Sample<'_>) -> Option<u8> {
    let values = sample.values();
    let first = values.first()?;
    let lists = ["data.videos", "data.comments", "data.reposted_videos", "videos"];
    let record = lists.iter().find_map(|list| first.list(list).first())?;
    let known = record.has(&["create_time", "id"]) || record.has(&["video_id", "text"]);
    known.then_some(100)
}

/// Opens an answer, or several.
pub(crate) fn open(
    sample: &Sample<'_>,
    options: &ReadOptions,
    file: &str,
) -> Result<Opened, ReadError> {
    SPEC.open_json(sample, options, file, Box::new(Videos))
}

struct Videos;

impl JsonReader for Videos {
    fn record(&mut self, value: &Json<'_>, place: Place, judge: &mut Judge<'_>) {
        if value.get("username").is_none() && value.get("video_id").is_some() {
            let detail = "a comment, and the API does not say by whom".to_owned();
            return judge.refuse(place, RejectReason::NoAccount, detail);
        }
        let one = |path: &str| value.text(path).map(Cow::Borrowed);
        let many = |list: &str, key: &str| -> Vec<Cow<'_, str>> {
            value.texts(list, key).map(Cow::Borrowed).collect()
        };
        let names = many("hashtag_names", "");
        let music = value.text("music_id").filter(|id| *id != "0");
        let effects = value.texts("effect_ids", "").filter(|id| *id != "0" && !id.is_empty());
        let media = music.map(|id| format!("music:{id}")).into_iter();
        let media = media.chain(effects.map(|id| format!("effect:{id}")));
        judge.post(Draft {
            place,
            account: one("username"),
            handle: one("username"),
            id: one("id"),
            time: one("create_time"),
            text: one("video_description"),
            hashtags: if names.is_empty() {
                many("hashtag_info_list", "hashtag_name")
            } else {
                names
            },
            mentions: many("video_mention_list", ""),
            media: media.map(Cow::Owned).collect(),
            ..Draft::default()
        });
    }
}
