//! The encoder of the BERT family, as its weights say: words in context, averaged to one vector.
//!
//! Post-norm transformer with learned positions and exact GELU, nothing else. Texts are taken one by
//! one, so that no padding is needed and a text's vector depends on no other text.
//!
//! Deviation from sentence-transformers: of every text 256 tokens are looked at, whatever
//! `sentence_bert_config.json` says; what is behind them is left out, as it is there.
//! Agrees with `FlaxBertModel` and `FlaxXLMRobertaModel` (golden: `tests/golden/models`).
//!
//! # References
//! Devlin et al. 2019, arXiv:1810.04805; Reimers & Gurevych 2019, arXiv:1908.10084, for the average.

use half::{bf16, f16};
use ndarray::{Array1, Array2, ArrayView2, Axis, Slice};
use rayon::prelude::*;
use safetensors::{SafeTensors, tensor::Dtype};
use serde_json::{Map, Value};
use tokenizers::{Tokenizer, TruncationParams};

use super::{Files, Vectors};

/// Most tokens of a text that are looked at, with those that mark its beginning and end.
const MOST_TOKENS: usize = 256;

/// A matrix of weights and what is added.
struct Linear {
    /// Outputs × inputs.
    weights: Array2<f32>,
    bias: Array1<f32>,
}

impl Linear {
    fn of(&self, rows: &ArrayView2<'_, f32>) -> Array2<f32> {
        rows.dot(&self.weights.t()) + &self.bias
    }
}

/// Scales each row to mean 0 and deviation 1, then by the weights.
struct Norm {
    weights: Array1<f32>,
    bias: Array1<f32>,
    epsilon: f32,
}

impl Norm {
    fn apply(&self, rows: &mut Array2<f32>) {
        for mut row in rows.rows_mut() {
            let count = row.len() as f32;
            let mean = row.sum() / count;
            let variance = row.iter().map(|number| (number - mean).powi(2)).sum::<f32>() / count;
            let scale = 1.0 / (variance + self.epsilon).sqrt();
            for (number, (weight, bias)) in row.iter_mut().zip(self.weights.iter().zip(&self.bias))
            {
                *number = (*number - mean) * scale * weight + bias;
            }
        }
    }
}

struct Layer {
    query: Linear,
    key: Linear,
    value: Linear,
    attended: Linear,
    attended_norm: Norm,
    wide: Linear,
    narrow: Linear,
    norm: Norm,
}

/// A model, loaded.
pub(super) struct Bert {
    tokenizer: Tokenizer,
    words: Array2<f32>,
    positions: Array2<f32>,
    /// The vector of the first kind of sentence, where there are kinds.
    kind: Option<Array1<f32>>,
    norm: Norm,
    layers: Vec<Layer>,
    heads: usize,
    /// Position of the first token.
    first: usize,
    /// Whether the first token's vector counts, and not the average.
    by_first: bool,
}

impl Bert {
    pub(super) fn of(files: &Files, config: &Value) -> Result<Self, String> {
        let number = |name: &str| {
            let found =
                config.get(name).and_then(Value::as_u64).filter(|n| (1..1 << 24).contains(n));
            found.map(|n| n as usize).ok_or_else(|| format!("its config.json has no {name}"))
        };
        let activation = config.get("hidden_act").and_then(Value::as_str).unwrap_or("gelu");
        if activation != "gelu" {
            return Err(format!("its activation is \"{activation}\", which is not known"));
        }
        let epsilon = config.get("layer_norm_eps").and_then(Value::as_f64).unwrap_or(1e-12) as f32;
        let tensors = SafeTensors::deserialize(&files.weights).map_err(|e| e.to_string())?;
        let weights = Weights::of(&tensors, epsilon)?;
        let heads = number("num_attention_heads")?;
        if !number("hidden_size")?.is_multiple_of(heads) {
            return Err("its hidden_size is no multiple of its heads".to_owned());
        }
        let layers: Result<Vec<Layer>, String> =
            (0..number("num_hidden_layers")?).map(|layer| weights.layer(layer)).collect();
        let mut tokenizer = Tokenizer::from_bytes(&files.tokenizer).map_err(|e| e.to_string())?;
        let positions = weights.matrix("embeddings.position_embeddings.weight")?;
        let is_bert = config.get("model_type").and_then(Value::as_str) == Some("bert");
        // RoBERTa counts positions from behind its padding.
        let padding = config.get("pad_token_id").and_then(Value::as_u64).unwrap_or(1) as usize;
        let first = if is_bert { 0 } else { padding + 1 };
        let max_length = MOST_TOKENS.min(positions.nrows().saturating_sub(first));
        let truncation = TruncationParams { max_length, ..TruncationParams::default() };
        tokenizer.with_padding(None);
        tokenizer.with_truncation(Some(truncation)).map_err(|e| e.to_string())?;
        let kinds = weights.matrix("embeddings.token_type_embeddings.weight").ok();
        Ok(Self {
            tokenizer,
            words: weights.matrix("embeddings.word_embeddings.weight")?,
            positions,
            kind: kinds.filter(|kinds| kinds.nrows() > 0).map(|kinds| kinds.row(0).to_owned()),
            norm: weights.norm("embeddings.LayerNorm")?,
            layers: layers?,
            heads,
            first,
            by_first: is_by_first(files.pooling.as_deref())?,
        })
    }

    pub(super) fn vectors(&self, texts: &[String]) -> Result<Vectors, String> {
        let vectors: Result<Vec<Array1<f32>>, String> =
            texts.par_iter().map(|text| self.vector(text)).collect();
        let numbers = vectors?.into_iter().flatten().collect();
        Ok(Vectors { dim: self.words.ncols(), numbers })
    }

    fn vector(&self, text: &str) -> Result<Array1<f32>, String> {
        let encoded = self.tokenizer.encode(text, true).map_err(|error| error.to_string())?;
        let tokens = encoded.get_ids();
        if tokens.is_empty() {
            return Ok(Array1::zeros(self.words.ncols()));
        }
        let mut rows = Array2::zeros((tokens.len(), self.words.ncols()));
        for (at, (mut row, &token)) in rows.rows_mut().into_iter().zip(tokens).enumerate() {
            if token as usize >= self.words.nrows() {
                return Err(format!("its tokenizer has a token {token} without weights"));
            }
            row += &self.words.row(token as usize);
            row += &self.positions.row(self.first + at);
            self.kind.iter().for_each(|kind| row += kind);
        }
        self.norm.apply(&mut rows);
        for layer in &self.layers {
            rows = layer.of(rows, self.heads);
        }
        Ok(match self.by_first {
            true => rows.row(0).to_owned(),
            false => rows.mean_axis(Axis(0)).unwrap_or_else(|| Array1::zeros(rows.ncols())),
        })
    }
}

/// Whether the first token's vector counts: what a file of sentence-transformers says, and else the
/// average does.
fn is_by_first(pooling: Option<&[u8]>) -> Result<bool, String> {
    let Some(pooling) = pooling else { return Ok(false) };
    let pooling: Map<String, Value> = serde_json::from_slice(pooling)
        .map_err(|error| format!("its 1_Pooling/config.json cannot be read: {error}"))?;
    // Later versions name one mode, earlier ones have a switch for each.
    let modes = pooling.iter().filter_map(|(name, value)| match (name.as_str(), value) {
        ("pooling_mode", Value::String(mode)) => Some(mode.as_str()),
        (_, Value::Bool(true)) => name.strip_prefix("pooling_mode_"),
        _ => None,
    });
    match modes.collect::<Vec<_>>()[..] {
        ["cls" | "cls_token"] => Ok(true),
        ["mean" | "mean_tokens"] => Ok(false),
        ref modes => Err(format!(
            "it makes one vector of many by \"{}\", which is not known",
            modes.join(" and ")
        )),
    }
}

impl Layer {
    fn of(&self, rows: Array2<f32>, heads: usize) -> Array2<f32> {
        let view = rows.view();
        let (query, key, value) = (self.query.of(&view), self.key.of(&view), self.value.of(&view));
        let width = query.ncols() / heads;
        let mut seen = Array2::zeros(query.raw_dim());
        for head in 0..heads {
            let part = Slice::from(head * width..(head + 1) * width);
            let of = |rows: &Array2<f32>| rows.slice_axis(Axis(1), part).to_owned();
            let mut weights = of(&query).dot(&of(&key).t());
            weights /= (width as f32).sqrt();
            weights.rows_mut().into_iter().for_each(softmax);
            seen.slice_axis_mut(Axis(1), part).assign(&weights.dot(&of(&value)));
        }
        let mut rows = self.attended.of(&seen.view()) + &rows;
        self.attended_norm.apply(&mut rows);
        let mut wide = self.wide.of(&rows.view());
        wide.mapv_inplace(gelu);
        let mut narrow = self.narrow.of(&wide.view()) + &rows;
        self.norm.apply(&mut narrow);
        narrow
    }
}

fn softmax(mut row: ndarray::ArrayViewMut1<'_, f32>) {
    let most = row.fold(f32::NEG_INFINITY, |most, number| most.max(*number));
    row.mapv_inplace(|number| (number - most).exp());
    let sum = row.sum();
    row /= sum;
}

fn gelu(number: f32) -> f32 {
    0.5 * number * (1.0 + libm::erff(number * std::f32::consts::FRAC_1_SQRT_2))
}

/// The weights by their names.
struct Weights<'a> {
    tensors: &'a SafeTensors<'a>,
    prefix: &'static str,
    epsilon: f32,
}

impl<'a> Weights<'a> {
    fn of(tensors: &'a SafeTensors<'a>, epsilon: f32) -> Result<Self, String> {
        let name = "embeddings.word_embeddings.weight";
        let found = ["", "bert.", "roberta."]
            .into_iter()
            .find(|prefix| tensors.tensor(&format!("{prefix}{name}")).is_ok());
        let prefix = found.ok_or("its weights have no word embeddings")?;
        Ok(Self { tensors, prefix, epsilon })
    }

    fn numbers(&self, name: &str) -> Result<(Vec<usize>, Vec<f32>), String> {
        let name = format!("{}{name}", self.prefix);
        let tensor =
            self.tensors.tensor(&name).map_err(|_| format!("there are no weights {name}"))?;
        let bytes = tensor.data();
        let numbers = match tensor.dtype() {
            Dtype::F32 => {
                bytes.as_chunks().0.iter().map(|four| f32::from_le_bytes(*four)).collect()
            }
            Dtype::F16 => {
                bytes.as_chunks().0.iter().map(|two| f16::from_le_bytes(*two).to_f32()).collect()
            }
            Dtype::BF16 => {
                bytes.as_chunks().0.iter().map(|two| bf16::from_le_bytes(*two).to_f32()).collect()
            }
            other => return Err(format!("the weights {name} are {other:?}, which is not known")),
        };
        Ok((tensor.shape().to_vec(), numbers))
    }

    fn matrix(&self, name: &str) -> Result<Array2<f32>, String> {
        let (shape, numbers) = self.numbers(name)?;
        let [rows, columns] = shape[..] else {
            return Err(format!("the weights {name} are no matrix"));
        };
        Array2::from_shape_vec((rows, columns), numbers).map_err(|error| error.to_string())
    }

    fn row(&self, name: &str) -> Result<Array1<f32>, String> {
        Ok(Array1::from_vec(self.numbers(name)?.1))
    }

    fn linear(&self, name: &str) -> Result<Linear, String> {
        let linear = Linear {
            weights: self.matrix(&format!("{name}.weight"))?,
            bias: self.row(&format!("{name}.bias"))?,
        };
        if linear.weights.nrows() != linear.bias.len() {
            return Err(format!("the weights of {name} contradict each other"));
        }
        Ok(linear)
    }

    fn norm(&self, name: &str) -> Result<Norm, String> {
        Ok(Norm {
            weights: self.row(&format!("{name}.weight"))?,
            bias: self.row(&format!("{name}.bias"))?,
            epsilon: self.epsilon,
        })
    }

    fn layer(&self, number: usize) -> Result<Layer, String> {
        let linear = |name: &str| self.linear(&format!("encoder.layer.{number}.{name}"));
        let norm = |name: &str| self.norm(&format!("encoder.layer.{number}.{name}.LayerNorm"));
        Ok(Layer {
            query: linear("attention.self.query")?,
            key: linear("attention.self.key")?,
            value: linear("attention.self.value")?,
            attended: linear("attention.output.dense")?,
            attended_norm: norm("attention.output")?,
            wide: linear("intermediate.dense")?,
            narrow: linear("output.dense")?,
            norm: norm("output")?,
        })
    }
}
