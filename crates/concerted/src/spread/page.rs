//! The page of a spread, ready to be written: no formula, no decision.
//!
//! **Invariant:** no script, no request; every text of the data is made visible and escaped.

use askama::Template;
use concerted_detect::copies::{self, Part};

use super::{
    Spread,
    account::{Follows, Leads, Place},
    chart::{Bars, HEIGHT, Hour, WIDTH, bars, hours},
};
use crate::{
    Error,
    report::{count, visible},
};

#[derive(Template)]
#[template(path = "spread.html")]
struct Page<'a> {
    version: &'static str,
    spread: &'a Spread,
    posts: String,
    accounts: String,
    bars: Bars,
    hours: Vec<Hour>,
    template: Option<Shown>,
    width: f64,
    height: f64,
}

/// A template in words.
struct Shown {
    parts: Vec<ShownPart>,
    fitting: usize,
    others: usize,
}

struct ShownPart {
    common: String,
    fillings: Vec<(String, usize)>,
    more: usize,
}

/// The page, as HTML.
pub(super) fn html(spread: &Spread) -> Result<String, Error> {
    let drawn = &spread.drawn;
    let page = Page {
        version: env!("CARGO_PKG_VERSION"),
        spread,
        posts: count(spread.posts),
        accounts: count(spread.accounts),
        bars: bars(&drawn.dots),
        hours: hours(&drawn.dots, &drawn.names),
        template: drawn.template.as_ref().map(shown),
        width: WIDTH,
        height: HEIGHT,
    };
    Ok(page.render()?)
}

fn shown(template: &copies::Template) -> Shown {
    let parts = template.parts.iter().map(|part| match part {
        Part::Common(text) => ShownPart { common: visible(text), fillings: Vec::new(), more: 0 },
        Part::Slot(slot) => ShownPart {
            common: String::new(),
            fillings: slot.fillings.iter().map(|one| (visible(&one.text), one.texts)).collect(),
            more: slot.different - slot.fillings.len(),
        },
    });
    Shown { parts: parts.collect(), fitting: template.fitting, others: template.others }
}

impl Page<'_> {
    fn visible(&self, text: &str) -> String {
        visible(text)
    }

    fn grouped(&self, number: &u64) -> String {
        count(*number)
    }

    fn percent(&self, share: &f64) -> String {
        format!("{:.0} %", 100.0 * share)
    }

    fn early(&self) -> Vec<&Leads> {
        self.spread.leads.iter().filter(|one| one.low > 0.5).collect()
    }

    fn late(&self) -> Vec<&Leads> {
        self.spread.leads.iter().filter(|one| one.high < 0.5).collect()
    }

    fn follows(&self) -> &[Follows] {
        &self.spread.follows
    }

    fn places(&self) -> [(&'static str, &[Place]); 2] {
        [("platform", &self.spread.platforms), ("site linked to", &self.spread.sites)]
    }
}
