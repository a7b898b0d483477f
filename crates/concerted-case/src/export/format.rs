//! The formats by name: what each is for, and who writes it.
//!
//! **Invariant:** every format is in [`Format::ALL`] once, under one name.

use std::{
    fmt,
    path::{Path, PathBuf},
    str::FromStr,
};

use concerted_model::UnknownWord;

use super::{
    Material, bag, csv, cx2, figures, gephi, gephi_lite, gexf, graph::Graph, graph_of, graphml,
    graphology, indicators, misp, parquet, prov, rocrate, stix, xlsx,
};
use crate::error::CaseError;

macro_rules! formats {
    ($($(#[$doc:meta])* $item:ident = $word:literal, $about:literal;)+) => {
        /// A format to export to.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Format {
            $($(#[$doc])* $item,)+
        }

        impl Format {
            /// Every format.
            pub const ALL: &'static [Self] = &[$(Self::$item,)+];
            /// Their names, in the same order.
            pub const WORDS: &'static [&'static str] = &[$($word,)+];
            /// What each is for, in the same order.
            pub const ABOUT: &'static [&'static str] = &[$($about,)+];
        }
    };
}

formats! {
    /// Plain tables.
    Csv = "csv", "edges, groups, evidence, confirmations, tested, decoys: plain tables";
    /// Parquet.
    Parquet = "parquet", "the same with nodes as Parquet, for DuckDB, Polars, pandas, R";
    /// Excel.
    Xlsx = "xlsx", "concerted.xlsx: ids as text, so that no spreadsheet rounds them";
    /// GraphML.
    Graphml = "graphml", "network.graphml, for igraph, networkx, yEd, Gephi";
    /// GEXF 1.3.
    Gexf = "gexf", "network.gexf, GEXF 1.3 with places, for Gephi";
    /// GEXF 1.3 with time.
    GexfDynamic = "gexf-dynamic", "network_dynamic.gexf, GEXF 1.3 with a timeline";
    /// graphology.
    Graphology = "graphology", "graphology.json, for graphology, sigma, Gephi Lite";
    /// A Gephi Lite workspace.
    GephiLite = "gephi-lite", "gephi-lite.json, a workspace of Gephi Lite";
    /// Gephi's import of tables.
    GephiCsv = "gephi-csv", "gephi_nodes.csv, gephi_edges.csv, for Gephi's table import";
    /// Cytoscape.
    Cx2 = "cx2", "network.cx2, for Cytoscape and NDEx";
    /// STIX 2.1.
    Stix = "stix", "bundle.stix21.json: a grouping and notes for each group";
    /// MISP.
    Misp = "misp", "event.misp.json: one event, nothing for detection systems";
    /// Indicators as platforms publish them.
    Indicators = "indicators", "indicators.csv: accounts of groups, in the columns that Meta publishes";
    /// W3C PROV.
    Prov = "prov", "prov.json: what was made from what, W3C PROV";
    /// RO-Crate.
    RoCrate = "ro-crate", "rocrate/: report, tables and network as RO-Crate 1.1 with Process Run Crate";
    /// BagIt.
    Bagit = "bagit", "bag/: the same as a BagIt bag with hashes.txt, checked by concerted verify";
    /// Counts alone.
    Figures = "figures", "figures.csv: counts alone, the only format at level S0";
}

impl Format {
    /// The name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        Self::WORDS[self as usize]
    }

    /// What it is for.
    #[must_use]
    pub fn about(self) -> &'static str {
        Self::ABOUT[self as usize]
    }

    /// Whether single accounts appear in it.
    #[must_use]
    pub(super) fn shows_accounts(self) -> bool {
        self != Self::Figures
    }

    pub(super) fn write(
        self,
        material: &Material<'_>,
        graph: &mut Option<Graph>,
        out: &Path,
    ) -> Result<Vec<PathBuf>, CaseError> {
        let name = |file: &str| out.join(file);
        Ok(match self {
            Self::Csv => csv::write(material, graph_of(material, graph)?, out)?,
            Self::Parquet => parquet::write(material, graph_of(material, graph)?, out)?,
            Self::Xlsx => {
                vec![xlsx::write(material, graph_of(material, graph)?, name("concerted.xlsx"))?]
            }
            Self::Graphml => {
                vec![graphml::write(material, graph_of(material, graph)?, name("network.graphml"))?]
            }
            Self::Gexf => {
                let path = name("network.gexf");
                vec![gexf::write(material, graph_of(material, graph)?, gexf::Mode::Static, path)?]
            }
            Self::GexfDynamic => {
                let path = name("network_dynamic.gexf");
                vec![gexf::write(material, graph_of(material, graph)?, gexf::Mode::Dynamic, path)?]
            }
            Self::Graphology => {
                let path = name("graphology.json");
                vec![graphology::write(material, graph_of(material, graph)?, path)?]
            }
            Self::GephiLite => {
                let path = name("gephi-lite.json");
                vec![gephi_lite::write(material, graph_of(material, graph)?, path)?]
            }
            Self::GephiCsv => gephi::write(material, graph_of(material, graph)?, out)?,
            Self::Cx2 => {
                vec![cx2::write(material, graph_of(material, graph)?, name("network.cx2"))?]
            }
            Self::Stix => vec![stix::write(material, name("bundle.stix21.json"))?],
            Self::Misp => vec![misp::write(material, name("event.misp.json"))?],
            Self::Indicators => vec![indicators::write(material, name("indicators.csv"))?],
            Self::Prov => vec![prov::write(material, name("prov.json"))?],
            Self::RoCrate => rocrate::write(material, graph, &name("rocrate"))?,
            Self::Bagit => bag::write(material, graph, &name("bag"))?,
            Self::Figures => vec![figures::write(material, name("figures.csv"))?],
        })
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Format {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        let place = Self::WORDS.iter().position(|known| *known == word);
        place
            .map(|place| Self::ALL[place])
            .ok_or_else(|| UnknownWord::among("format to export to", word, Self::WORDS))
    }
}
