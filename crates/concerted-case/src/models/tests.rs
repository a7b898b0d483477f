use concerted_testkit::tiny_model::{File, Weights, model, static_model};
use serde_json::json;

use super::*;

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

fn write(folder: &Path, files: Vec<File>) {
    files.into_iter().for_each(|(name, bytes)| std::fs::write(folder.join(name), bytes).unwrap());
}

fn cosine(vectors: &Vectors, one: usize, other: usize) -> f64 {
    let row = |text: usize| &vectors.numbers[text * vectors.dim..(text + 1) * vectors.dim];
    let dot = |l: usize, r: usize| -> f64 {
        row(l).iter().zip(row(r)).map(|(l, r)| f64::from(*l) * f64::from(*r)).sum()
    };
    dot(one, other) / (dot(one, one) * dot(other, other)).sqrt()
}

#[test]
fn a_static_model_puts_synonyms_near_and_knows_nothing_of_other_words() {
    let folder = tempfile::tempdir().unwrap();
    let words = [
        ("bridge", vec![1.0, 0.0, 0.0]),
        ("pont", vec![1.0, 0.0, 0.0]),
        ("open", vec![0.0, 1.0, 0.0]),
        ("ouvert", vec![0.0, 1.0, 0.0]),
        ("goose", vec![0.0, 0.0, 1.0]),
    ];
    write(folder.path(), static_model(&words));
    let model = LanguageModel::find(folder.path()).unwrap();
    let vectors =
        model.vectors(&texts(&["Bridge open", "pont OUVERT", "goose", "wholly unknown"])).unwrap();
    assert_eq!(vectors.dim, 3);
    assert!(cosine(&vectors, 0, 1) > 0.999);
    assert!(cosine(&vectors, 0, 2).abs() < 0.001);
    assert_eq!(vectors.numbers[9..], [0.0; 3]);

    let digest = model.digest().to_owned();
    std::fs::write(folder.path().join("config.json"), "{\"normalize\": false}").unwrap();
    assert_ne!(LanguageModel::find(folder.path()).unwrap().digest(), digest);
}

const WORDS: [&str; 4] = ["the", "old", "bridge", "sleeps"];
const HIDDEN: usize = 6;
const WIDE: usize = 10;
const HEADS: usize = 2;
const LAYERS: usize = 2;

/// Invented weights between -0.5 and 0.5.
fn weights() -> Vec<(String, Vec<usize>, Vec<f32>)> {
    let mut state = 1_u64;
    let mut next = move || {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f32 / (1_u32 << 24) as f32 - 0.5
    };
    let mut all = Vec::new();
    let mut add = |name: String, shape: Vec<usize>| {
        let count = shape.iter().product();
        all.push((name, shape, (0..count).map(|_| next()).collect()));
    };
    add("embeddings.word_embeddings.weight".into(), vec![WORDS.len() + 1, HIDDEN]);
    add("embeddings.position_embeddings.weight".into(), vec![8, HIDDEN]);
    add("embeddings.token_type_embeddings.weight".into(), vec![2, HIDDEN]);
    let mut pair = |name: String, out: usize, shape: Vec<usize>| {
        add(format!("{name}.weight"), shape);
        add(format!("{name}.bias"), vec![out]);
    };
    pair("embeddings.LayerNorm".into(), HIDDEN, vec![HIDDEN]);
    for layer in 0..LAYERS {
        let name = |part: &str| format!("encoder.layer.{layer}.{part}");
        for part in ["query", "key", "value"] {
            pair(name(&format!("attention.self.{part}")), HIDDEN, vec![HIDDEN, HIDDEN]);
        }
        pair(name("attention.output.dense"), HIDDEN, vec![HIDDEN, HIDDEN]);
        pair(name("attention.output.LayerNorm"), HIDDEN, vec![HIDDEN]);
        pair(name("intermediate.dense"), WIDE, vec![WIDE, HIDDEN]);
        pair(name("output.dense"), HIDDEN, vec![HIDDEN, WIDE]);
        pair(name("output.LayerNorm"), HIDDEN, vec![HIDDEN]);
    }
    all
}

fn write_bert(folder: &Path, weights: &[(String, Vec<usize>, Vec<f32>)]) {
    let config = json!({
        "model_type": "bert", "hidden_size": HIDDEN, "num_attention_heads": HEADS,
        "num_hidden_layers": LAYERS, "layer_norm_eps": 1e-5, "hidden_act": "gelu",
    });
    let weights: Vec<Weights<'_>> = weights
        .iter()
        .map(|(name, shape, numbers)| (name.as_str(), shape.clone(), numbers.clone()))
        .collect();
    write(folder, model(&config, &WORDS, &weights));
}

/// The encoder once more, number by number, in double precision.
struct Oracle(Vec<(String, Vec<usize>, Vec<f32>)>);

impl Oracle {
    fn numbers(&self, name: &str) -> &[f32] {
        &self.0.iter().find(|weights| weights.0 == name).unwrap().2
    }

    fn linear(&self, name: &str, input: &[f64]) -> Vec<f64> {
        let (weights, bias) =
            (self.numbers(&format!("{name}.weight")), self.numbers(&format!("{name}.bias")));
        let outputs = weights.chunks(input.len()).zip(bias);
        outputs
            .map(|(row, bias)| {
                row.iter().zip(input).map(|(w, x)| f64::from(*w) * x).sum::<f64>()
                    + f64::from(*bias)
            })
            .collect()
    }

    fn norm(&self, name: &str, row: &[f64]) -> Vec<f64> {
        let (weights, bias) =
            (self.numbers(&format!("{name}.weight")), self.numbers(&format!("{name}.bias")));
        let mean = row.iter().sum::<f64>() / row.len() as f64;
        let variance = row.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / row.len() as f64;
        let scaled = row.iter().map(|x| (x - mean) / (variance + 1e-5).sqrt());
        scaled
            .zip(weights.iter().zip(bias))
            .map(|(x, (w, b))| x * f64::from(*w) + f64::from(*b))
            .collect()
    }

    fn vector(&self, tokens: &[usize]) -> Vec<f64> {
        let row = |name: &str, at: usize, column: usize| {
            f64::from(self.numbers(&format!("embeddings.{name}.weight"))[at * HIDDEN + column])
        };
        let embed = |(at, &token): (usize, &usize)| -> Vec<f64> {
            let whole: Vec<f64> = (0..HIDDEN)
                .map(|column| {
                    row("word_embeddings", token, column)
                        + row("position_embeddings", at, column)
                        + row("token_type_embeddings", 0, column)
                })
                .collect();
            self.norm("embeddings.LayerNorm", &whole)
        };
        let mut rows: Vec<Vec<f64>> = tokens.iter().enumerate().map(embed).collect();
        for layer in 0..LAYERS {
            let name = |part: &str| format!("encoder.layer.{layer}.{part}");
            let of = |part: &str| -> Vec<Vec<f64>> {
                rows.iter().map(|row| self.linear(&name(part), row)).collect()
            };
            let (query, key, value) =
                (of("attention.self.query"), of("attention.self.key"), of("attention.self.value"));
            let width = HIDDEN / HEADS;
            let attended = (0..rows.len()).map(|at| -> Vec<f64> {
                (0..HIDDEN)
                    .map(|column| {
                        let head = column / width * width..(column / width + 1) * width;
                        let score = |other: usize| {
                            let dot: f64 = head.clone().map(|c| query[at][c] * key[other][c]).sum();
                            (dot / (width as f64).sqrt()).exp()
                        };
                        let all: f64 = (0..rows.len()).map(score).sum();
                        (0..rows.len()).map(|other| score(other) / all * value[other][column]).sum()
                    })
                    .collect()
            });
            let add = |l: Vec<f64>, r: &[f64]| -> Vec<f64> {
                l.iter().zip(r).map(|(l, r)| l + r).collect()
            };
            let next = attended.zip(&rows).map(|(seen, row)| {
                let seen = add(self.linear(&name("attention.output.dense"), &seen), row);
                let seen = self.norm(&name("attention.output.LayerNorm"), &seen);
                let wide = self.linear(&name("intermediate.dense"), &seen);
                let wide: Vec<f64> =
                    wide.iter().map(|x| x * 0.5 * (1.0 + libm::erf(x / 2_f64.sqrt()))).collect();
                let narrow = add(self.linear(&name("output.dense"), &wide), &seen);
                self.norm(&name("output.LayerNorm"), &narrow)
            });
            rows = next.collect();
        }
        (0..HIDDEN)
            .map(|column| rows.iter().map(|row| row[column]).sum::<f64>() / rows.len() as f64)
            .collect()
    }
}

#[test]
fn a_transformer_gives_what_its_definition_gives_number_by_number() {
    let folder = tempfile::tempdir().unwrap();
    write_bert(folder.path(), &weights());
    let model = LanguageModel::find(folder.path()).unwrap();
    let vectors = model.vectors(&texts(&["The old bridge sleeps", "sleeps bridge"])).unwrap();
    assert_eq!(vectors.dim, HIDDEN);
    let oracle = Oracle(weights());
    let expected = [oracle.vector(&[1, 2, 3, 4]), oracle.vector(&[4, 3])].concat();
    for (found, expected) in vectors.numbers.iter().zip(&expected) {
        assert!((f64::from(*found) - expected).abs() < 1e-4, "{found} {expected}");
    }
    assert_eq!(vectors.numbers.len(), expected.len());
    // A text longer than there are positions is cut, not refused.
    let long = model.vectors(&texts(&[&["bridge"; 30].join(" ")])).unwrap();
    assert!(long.numbers.iter().all(|number| number.is_finite()));
}

#[test]
fn a_folder_that_is_no_model_is_refused_with_what_is_missing() {
    let folder = tempfile::tempdir().unwrap();
    let missing = LanguageModel::find(folder.path()).unwrap_err();
    assert!(missing.to_string().contains("there is no config.json"), "{missing}");

    let refused = |weights: &[(String, Vec<usize>, Vec<f32>)]| {
        write_bert(folder.path(), weights);
        let model = LanguageModel::find(folder.path()).unwrap();
        model.vectors(&texts(&["the old bridge"])).unwrap_err().to_string()
    };
    let without: Vec<_> = weights().into_iter().filter(|w| !w.0.contains("layer.1")).collect();
    assert!(refused(&without).contains("there are no weights"), "{}", refused(&without));
    let mut contradicting = weights();
    contradicting[0].1 = vec![3, HIDDEN];
    contradicting[0].2.truncate(3 * HIDDEN);
    assert!(refused(&contradicting).contains("without weights"), "{}", refused(&contradicting));
    let mut narrow = weights();
    let query = narrow.iter_mut().find(|w| w.0.ends_with("0.attention.self.query.weight")).unwrap();
    (query.1, query.2) = (vec![HIDDEN, 2], vec![0.0; HIDDEN * 2]);
    assert!(refused(&narrow).contains("contradict"), "{}", refused(&narrow));

    write_bert(folder.path(), &weights());
    let pooling = folder.path().join("1_Pooling");
    std::fs::create_dir(&pooling).unwrap();
    let pooled = |config: &str| {
        std::fs::write(pooling.join("config.json"), config).unwrap();
        let model = LanguageModel::find(folder.path()).unwrap();
        model.vectors(&texts(&["the old bridge"])).map_err(|error| error.to_string())
    };
    let first = pooled("{\"pooling_mode_cls_token\": true, \"pooling_mode_mean_tokens\": false}");
    assert_eq!(first, pooled("{\"pooling_mode\": \"cls\"}"), "as later versions say it");
    assert_ne!(first, pooled("{\"pooling_mode_mean_tokens\": true, \"include_prompt\": true}"));
    for other in ["{\"pooling_mode_max_tokens\": true}", "{\"pooling_mode\": \"lasttoken\"}", "{}"]
    {
        assert!(pooled(other).unwrap_err().contains("makes one vector of many"), "{other}");
    }
    std::fs::create_dir(folder.path().join("2_Dense")).unwrap();
    let behind = LanguageModel::find(folder.path()).unwrap_err().to_string();
    assert!(behind.contains("2_Dense"), "{behind}");
    std::fs::remove_dir(folder.path().join("2_Dense")).unwrap();

    std::fs::write(folder.path().join("config.json"), "{\"model_type\": \"t5\"}").unwrap();
    let other = LanguageModel::find(folder.path()).unwrap().vectors(&texts(&["a"])).unwrap_err();
    assert!(other.to_string().contains("\"t5\""), "{other}");
    std::fs::write(folder.path().join("model.safetensors"), b"\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x7F{")
        .unwrap();
    for config in ["{}", "{\"model_type\": \"bert\", \"hidden_size\": 6}", "no JSON"] {
        std::fs::write(folder.path().join("config.json"), config).unwrap();
        let model = LanguageModel::find(folder.path()).unwrap();
        assert!(model.vectors(&texts(&["a"])).is_err(), "{config}");
    }
}
