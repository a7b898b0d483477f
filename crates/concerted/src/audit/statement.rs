//! The statement of reasons: what was tested, what was found and how to contest it, for platform and accused.
//!
//! **Invariant:** one content in two forms, Markdown and HTML, from the words of the catalogue; every
//! text of the data is made visible and escaped; no script, no request.

use std::{fmt::Write, path::Path};

use concerted_case::{
    disclosure::{Lens, Level},
    export,
};

use super::{
    Audit, Claim, Member, Order,
    drawing::{Dot, Drawing, WIDTH, drawing},
};
use crate::{
    Error, Investigation,
    export::{KeyUse, lens},
    report::{Language, Texts, count, moment::moment, shown, visible},
};

/// How it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// For people and version control.
    Markdown,
    /// A page that needs nothing else.
    Html,
}

enum Block {
    Heading(String),
    Lead(String),
    Item(String),
    /// What a page shows and a text cannot.
    Drawing(Drawing),
}

/// The statement.
#[must_use]
pub fn statement(audit: &Audit, language: Language, form: Form, lens: &Lens) -> String {
    let texts = Texts::of(language);
    let blocks = blocks(&audit.seen(lens), texts, lens.level());
    match form {
        Form::Markdown => markdown(texts.get("statement.title"), &blocks),
        Form::Html => html(texts, &blocks),
    }
}

/// Writes it to a file for passing on, whose ending says the form: `.html`, else Markdown.
///
/// # Errors
/// [`Error::Case`] if the disk refuses it.
pub fn write_statement(
    case: &Investigation<'_>,
    audit: &Audit,
    language: Language,
    (level, key): (Level, KeyUse),
    file: &Path,
) -> Result<(), Error> {
    let lens = lens(case, level, key)?;
    let is_page = file.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("html"));
    let form = if is_page { Form::Html } else { Form::Markdown };
    Ok(export::page(file, &statement(audit, language, form, &lens))?)
}

/// A claim's name, its verdict, and why, as sentences.
#[must_use]
pub fn sentences(claim: &Claim, language: Language) -> (String, String, Vec<String>) {
    sentences_at(claim, language, Level::Evidence)
}

fn sentences_at(claim: &Claim, language: Language, level: Level) -> (String, String, Vec<String>) {
    let texts = Texts::of(language);
    let count = |number: u64| shown(number, level);
    let say = |section: &str, word: &str| texts.get(&format!("{section}.{word}")).to_owned();
    let mut why: Vec<String> =
        claim.reasons.iter().map(|reason| say("reasons", &word(reason))).collect();
    if let Some(effect) = claim.effect {
        let number = |value: f64| format!("{value:.2}");
        why.push(texts.say(
            "statement.effect",
            &[
                ("ratio", &number(effect.ratio)),
                ("low", &number(effect.low)),
                ("high", &number(effect.high)),
                ("p", &claim.p.map_or("–".into(), |p| format!("{p:.2}"))),
            ],
        ));
    }
    if let Some(power) = claim.power {
        why.push(texts.say("statement.power", &[("power", &format!("{power:.2}"))]));
    }
    if let Some([accused, accused_all, control, control_all]) = claim.counts
        && control_all > 0
    {
        why.push(texts.say(
            "statement.counts",
            &[
                ("accused_all", &count(accused_all)),
                ("control_all", &count(control_all)),
                ("accused", &count(accused)),
                ("control", &count(control)),
            ],
        ));
    }
    if let Some(rate) = &claim.control {
        let [per, low, high] = rate.per_1000.map(|value| format!("{value:.1}"));
        why.push(texts.say(
            "statement.rate",
            &[
                ("accused", &count(rate.accounts_accused)),
                ("accounts", &count(rate.accounts)),
                ("per", &per),
                ("low", &low),
                ("high", &high),
            ],
        ));
        for right in &rate.right {
            let percent = |share: f64| format!("{:.0}", 100.0 * share);
            why.push(texts.say(
                "statement.right",
                &[
                    ("one_in", &format!("{:.0}", 1.0 / right.prevalence)),
                    ("about", &percent(right.about)),
                    ("least", &percent(right.at_least)),
                ],
            ));
        }
    }
    (say("claims", &word(&claim.claim)), say("verdicts", &word(&claim.verdict)), why)
}

/// The word of a value, as it is in JSON.
pub(super) fn word(value: &impl serde::Serialize) -> String {
    serde_json::to_value(value)
        .ok()
        .and_then(|value| value.as_str().map(str::to_owned))
        .unwrap_or_default()
}

fn blocks(audit: &Audit, texts: &Texts, level: Level) -> Vec<Block> {
    let mut blocks = Vec::new();
    let number = |value: usize| shown(value as u64, level);
    if let Some(claim) = &audit.claim {
        blocks.push(Block::Lead(texts.say("statement.claim", &[("claim", &visible(claim))])));
    }
    blocks.push(Block::Lead(texts.say(
        "statement.lead",
        &[
            ("accused", &number(audit.accused)),
            ("supported", &number(audit.supported.len())),
            ("without", &number(audit.without_support.len())),
            ("untestable", &number(audit.untestable.len())),
        ],
    )));
    if !audit.unknown.is_empty() {
        let names = audit.unknown.iter().filter(|_| level.shows_names());
        let mut names: Vec<String> = names.map(|name| visible(name)).collect();
        if names.is_empty() {
            names.push("–".to_owned());
        }
        let values = [("number", number(audit.unknown.len())), ("names", names.join(", "))];
        let values = [(values[0].0, values[0].1.as_str()), (values[1].0, values[1].1.as_str())];
        blocks.push(Block::Lead(texts.say("statement.unknown", &values)));
    }
    let heading = |key: &str| Block::Heading(texts.get(&format!("statement.{key}")).to_owned());
    let lead = |key: &str| Block::Lead(texts.get(&format!("statement.{key}")).to_owned());
    members(audit, texts, level, &mut blocks);
    blocks.push(heading("found"));
    for claim in &audit.claims {
        let (name, verdict, why) = sentences_at(claim, texts.language(), level);
        blocks.push(Block::Item(format!("{name}: {verdict}. {}", why.join(" "))));
    }
    blocks.push(heading("networks"));
    let sizes = &audit.unity.sizes;
    blocks.push(Block::Lead(match sizes.as_slice() {
        [] => texts.get("statement.none").to_owned(),
        [largest, ..] if audit.unity.one => {
            texts.say("statement.one", &[("size", &number(*largest))])
        }
        [only] => texts.say("statement.part", &[("size", &number(*only))]),
        many => {
            let sizes: Vec<String> = many.iter().map(|&size| number(size)).collect();
            let values = [("networks", number(many.len())), ("sizes", sizes.join(", "))];
            texts.say("statement.several", &values.each_ref().map(|(k, v)| (*k, v.as_str())))
        }
    }));
    blocks.extend(drawing(audit).map(Block::Drawing));
    tested(audit, texts, level, &mut blocks);
    blocks.push(heading("data"));
    if audit.used.unsaid {
        blocks.push(lead("unsaid"));
    }
    if let Some(since) = audit.used.since_seconds {
        let since = moment((since * 1e6) as i64);
        blocks.push(Block::Lead(texts.say("statement.since", &[("since", &since)])));
    }
    if !audit.used.without.is_empty() {
        let kinds: Vec<&str> = audit.used.without.iter().map(|trace| trace.as_str()).collect();
        blocks.push(Block::Lead(
            texts.say("statement.without_kinds", &[("kinds", &kinds.join(", "))]),
        ));
    }
    if audit.used.by_hashtag {
        blocks.push(lead("by_hashtag"));
    }
    for (head, keys) in [
        ("contest", &["contest_one", "contest_two", "contest_three"][..]),
        ("limits", &["limits_one", "limits_two"][..]),
    ] {
        blocks.push(heading(head));
        keys.iter().for_each(|key| {
            blocks.push(Block::Item(texts.get(&format!("statement.{key}")).to_owned()));
        });
    }
    blocks.push(Block::Lead(texts.say("footer.made", &[("version", audit.version)])));
    blocks.push(Block::Lead(texts.get(&format!("footer.{level}")).to_owned()));
    blocks
}

fn tested(audit: &Audit, texts: &Texts, level: Level, blocks: &mut Vec<Block>) {
    blocks.push(Block::Heading(texts.get("statement.tested").to_owned()));
    let claim = audit.claims.first();
    let of = |value: fn(&Claim) -> f64| claim.map_or(String::new(), |c| format!("{}", value(c)));
    let (ratio, test_level) = (of(|claim| claim.least_ratio), of(|claim| claim.level));
    let values = [("ratio", ratio.as_str()), ("level", test_level.as_str())];
    blocks.push(Block::Lead(texts.say("statement.rule", &values)));
    let mut kinds: Vec<&str> = audit.cells.iter().map(|cell| cell.trace.as_str()).collect();
    kinds.dedup();
    let windows: Vec<String> =
        audit.windows_seconds.iter().map(|seconds| format!("{seconds} s")).collect();
    let (kinds, windows) = (count(kinds.len() as u64), windows.join(", "));
    let values = [("kinds", kinds.as_str()), ("windows", windows.as_str())];
    blocks.push(Block::Lead(texts.say("statement.cells", &values)));
    if let Some(control) = audit.control {
        let values = [("control", &*shown(control.control, level))];
        blocks.push(Block::Lead(texts.say("statement.control", &values)));
        if audit.grouped_left_out_of_control > 0 {
            let left_out = shown(audit.grouped_left_out_of_control, level);
            let values = [("left_out", &*left_out)];
            blocks.push(Block::Lead(texts.say("statement.control_groups", &values)));
        }
    }
}

fn members(audit: &Audit, texts: &Texts, level: Level, blocks: &mut Vec<Block>) {
    let mut add = |key: &str, lead: String, members: &[Member]| {
        if members.is_empty() {
            return;
        }
        blocks.push(Block::Heading(texts.get(&format!("statement.{key}")).to_owned()));
        blocks.push(Block::Lead(lead));
        if level.shows_accounts() {
            blocks.extend(members.iter().map(|member| Block::Item(told(member, texts))));
        }
    };
    let lead = |key: &str| texts.get(&format!("statement.{key}_lead")).to_owned();
    add("without", lead("without"), &audit.without_support);
    add("untestable", lead("untestable"), &audit.untestable);
    add("supported", lead("supported"), &audit.supported);
    let (number, tested) =
        (shown(audit.outsiders.len() as u64, level), shown(audit.outsiders_tested, level));
    let values = [("number", number.as_str()), ("tested", tested.as_str())];
    add("outsiders", texts.say("statement.outsiders_lead", &values), &audit.outsiders);
}

fn told(member: &Member, texts: &Texts) -> String {
    let handle = member.handle.as_ref().map(|h| format!(" ({h})")).unwrap_or_default();
    let name = visible(&format!("{}{handle}", member.account));
    let share = &member.share;
    if share.order == Order::OthersFollow {
        return texts.say("statement.followed", &[("name", &name)]);
    }
    let Some(trace) = share.trace.filter(|_| share.sittings > 0) else {
        return texts.say("statement.member_none", &[("name", &name)]);
    };
    texts.say(
        "statement.member",
        &[
            ("name", &name),
            ("kind", trace.as_str()),
            ("sittings", &count(share.sittings)),
            ("expected", &format!("{:.2}", share.expected)),
            ("q", &format!("{:.1e}", share.q)),
        ],
    )
}

/// A text as Markdown shows it: signs that would be read as form are escaped.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for sign in text.chars() {
        if matches!(sign, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '#' | '!') {
            out.push('\\');
        }
        out.push(sign);
    }
    out
}

fn markdown(title: &str, blocks: &[Block]) -> String {
    let mut out = format!("# {}\n", plain(title));
    let mut in_list = false;
    for block in blocks.iter().filter(|block| !matches!(block, Block::Drawing(_))) {
        let item = matches!(block, Block::Item(_));
        if !(item && in_list) {
            out.push('\n');
        }
        in_list = item;
        // Writing to a string does not fail.
        let _ = match block {
            Block::Heading(text) => writeln!(out, "## {}", plain(text)),
            Block::Lead(text) => writeln!(out, "{}", plain(text)),
            Block::Item(text) => writeln!(out, "- {}", plain(text)),
            Block::Drawing(_) => Ok(()),
        };
    }
    out
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(sign),
        }
    }
    out
}

const STYLE: &str = "body{font:1rem/1.6 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;\
color:#1a1a1a;background:#fff}h1{font-size:1.6rem}h2{font-size:1.2rem;margin-top:2rem}li{margin:.3rem 0;\
overflow-wrap:anywhere}figure{margin:1rem 0}figcaption{font-size:.9rem}svg{width:100%}\
svg line{stroke:#8a94a0;stroke-opacity:.4}svg circle{fill:#0b7285}@media(prefers-color-scheme:dark){body{color:#eee;background:#151515}}";

fn html(texts: &Texts, blocks: &[Block]) -> String {
    let title = escaped(texts.get("statement.title"));
    let mut out = format!(
        "<!doctype html>\n<html lang=\"{}\" dir=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n",
        escaped(texts.get("page.language")),
        escaped(texts.get("page.direction")),
    );
    let mut in_list = false;
    for block in blocks {
        let item = matches!(block, Block::Item(_));
        if item != in_list {
            out.push_str(if item { "<ul>\n" } else { "</ul>\n" });
        }
        in_list = item;
        // Writing to a string does not fail.
        let _ = match block {
            Block::Heading(text) => writeln!(out, "<h2>{}</h2>", escaped(text)),
            Block::Lead(text) => writeln!(out, "<p>{}</p>", escaped(text)),
            Block::Item(text) => writeln!(out, "<li>{}</li>", escaped(text)),
            Block::Drawing(drawing) => draw(drawing, texts.get("statement.drawn"), &mut out),
        };
    }
    if in_list {
        out.push_str("</ul>\n");
    }
    out.push_str("</main>\n</body>\n</html>\n");
    out
}

fn draw(drawing: &Drawing, label: &str, out: &mut String) -> std::fmt::Result {
    let label = escaped(label);
    let (dots, height) = (&drawing.dots, drawing.height);
    writeln!(
        out,
        "<figure><svg viewBox=\"0 0 {WIDTH:.0} {height:.0}\" role=\"img\" aria-label=\"{label}\">"
    )?;
    for &(one, other) in &drawing.lines {
        let (one, other) = (&dots[one], &dots[other]);
        writeln!(
            out,
            "<line x1=\"{:.1}\" y1=\"{:.1}\" x2=\"{:.1}\" y2=\"{:.1}\"/>",
            one.x, one.y, other.x, other.y
        )?;
    }
    for Dot { x, y, name } in dots {
        let name = escaped(&visible(name));
        writeln!(
            out,
            "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4\"><title>{name}</title></circle>"
        )?;
    }
    writeln!(out, "</svg><figcaption>{label}</figcaption></figure>")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_data_says_is_never_form() {
        let blocks = [Block::Item("<script>x</script> [a](b) *c*".into())];
        let page = html(Texts::of(Language::En), &blocks);
        assert!(!page.contains("<script>") && page.contains("&lt;script&gt;"));
        assert!(markdown("t", &blocks).contains(r"\<script\>x\</script\> \[a\](b) \*c\*"));
    }
}
