"""Makes tiny models of random numbers, and what the reference implementations make of some texts with them.

    python -m venv venv && venv/bin/pip install "transformers==4.57.6" "flax==0.12.8" "jax[cpu]==0.10.2" "model2vec==0.9.0"
    venv/bin/python tests/golden/models/generate.py

The encoders are FlaxBertModel and FlaxXLMRobertaModel of transformers, which read the same files as tests/models.rs;
what comes out for each token is pooled as sentence-transformers does (models/Pooling.py: mean over the mask, or the
first token). Static vectors are those of model2vec's StaticModel. Texts go through the encoders in one padded batch.
golden.json records the versions that made it and the seed.
"""

import json
import os
import platform
from importlib.metadata import version
from pathlib import Path

os.environ["JAX_PLATFORMS"] = "cpu"
os.environ["JAX_DEFAULT_MATMUL_PRECISION"] = "highest"

import numpy
from jax import tree
from model2vec import StaticModel
from safetensors.numpy import load_file, save_file
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors
from transformers import FlaxBertModel, FlaxXLMRobertaModel

SEED = 20_261_127
HERE = Path(__file__).parent
# As many tokens as concerted-case looks at: models/bert.rs and models/kinds.rs.
MOST_TOKENS = {"transformer": 256, "static": 512}

TEXTS = [
    "The old bridge over the lake is open again",
    "the OLD bridge, over the lake: is open again!",
    "Le vieux pont sur le lac est de nouveau ouvert, dès l'été",
    "Die alte Brücke über den See ist wieder geöffnet",
    "پل قدیمی روی دریاچه دوباره باز است",
    "Старый мост через озеро снова открыт",
    "الجسر القديم فوق البحيرة مفتوح من جديد",
    "झील पर बना पुराना पुल फिर खुल गया है",
    "湖上的旧桥重新开放了",
    "湖の古い橋がまた開いた ｶﾀｶﾅ",
    "สะพานเก่าข้ามทะเลสาบเปิดอีกครั้ง",
    "bridge 🦆 unknownunknownunknown ☃ 2024",
    "a",
    # More tokens than are looked at.
    "geese walk along the harbour wall before the rain begins " * 12,
]
# Characters that no vocabulary has.
LEFT_OUT = set("🦆☃z")
WORDS = ["the", "old", "bridge", "lake", "over", "open", "again", "pont", "lac", "мост", "پل", "geese", "##ing", "##er"]

rng = numpy.random.default_rng(SEED)


def numbers(*shape, mean=0.0, scale=0.4):
    return rng.normal(mean, scale, shape).astype(numpy.float32)


def characters(normalizer):
    found = sorted(set("".join(normalizer.normalize_str(text) for text in TEXTS)) - LEFT_OUT)
    return [character for character in found if not character.isspace()]


def tokenizer_of(pieces, normalizer, splitter, first, last):
    """A tokenizer that marks where a text begins and ends; both marks by word and number."""
    tokenizer = Tokenizer(pieces)
    tokenizer.normalizer = normalizer
    tokenizer.pre_tokenizer = splitter
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{first[0]} $A {last[0]}", special_tokens=[first, last]
    )
    return tokenizer


def encoder_weights(words, config):
    hidden, wide = config["hidden_size"], config["intermediate_size"]
    weights = {
        "embeddings.word_embeddings.weight": numbers(words, hidden),
        "embeddings.position_embeddings.weight": numbers(config["max_position_embeddings"], hidden),
        "embeddings.token_type_embeddings.weight": numbers(config["type_vocab_size"], hidden),
    }

    def norm(name):
        weights[f"{name}.weight"] = numbers(hidden, mean=1.0, scale=0.2)
        weights[f"{name}.bias"] = numbers(hidden, scale=0.2)

    def linear(name, out, into):
        weights[f"{name}.weight"] = numbers(out, into)
        weights[f"{name}.bias"] = numbers(out, scale=0.2)

    norm("embeddings.LayerNorm")
    for layer in range(config["num_hidden_layers"]):
        at = f"encoder.layer.{layer}"
        for part in ("query", "key", "value"):
            linear(f"{at}.attention.self.{part}", hidden, hidden)
        linear(f"{at}.attention.output.dense", hidden, hidden)
        norm(f"{at}.attention.output.LayerNorm")
        linear(f"{at}.intermediate.dense", wide, hidden)
        linear(f"{at}.output.dense", hidden, wide)
        norm(f"{at}.output.LayerNorm")
    return weights


def write_encoder(folder, tokenizer, config, pooling, kind):
    (folder / "1_Pooling").mkdir(parents=True, exist_ok=True)
    config = {"vocab_size": tokenizer.get_vocab_size(), **config}
    weights = encoder_weights(config["vocab_size"], config)
    weights = {name: array.astype(kind) for name, array in weights.items()}
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    (folder / "config.json").write_text(json.dumps(config, indent=1) + "\n")
    (folder / "1_Pooling" / "config.json").write_text(json.dumps(pooling) + "\n")
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)


def bert():
    """WordPiece, as of multilingual BERT; all numbers in 32 bits; the mean of all tokens."""
    normalizer = normalizers.BertNormalizer(lowercase=True)
    own = characters(normalizer)
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *own, *(f"##{character}" for character in own)]
    words += [word for word in WORDS if word not in words]
    vocabulary = {word: number for number, word in enumerate(words)}
    pieces = models.WordPiece(vocabulary, unk_token="[UNK]", max_input_chars_per_word=100)
    splitter = pre_tokenizers.BertPreTokenizer()
    tokenizer = tokenizer_of(pieces, normalizer, splitter, ("[CLS]", 2), ("[SEP]", 3))
    config = {
        "model_type": "bert", "hidden_size": 12, "num_attention_heads": 3, "num_hidden_layers": 2,
        "intermediate_size": 24, "max_position_embeddings": 260, "type_vocab_size": 2, "layer_norm_eps": 1e-12,
        "hidden_act": "gelu", "pad_token_id": 0,
    }
    pooling = {"word_embedding_dimension": 12, "pooling_mode_cls_token": False, "pooling_mode_mean_tokens": True}
    write_encoder(HERE / "bert", tokenizer, config, pooling, numpy.float32)
    return encode(HERE / "bert", FlaxBertModel, config)


def xlm_roberta():
    """Unigrams, as of XLM-RoBERTa; numbers in 16 bits; the first token; fewer positions than tokens are looked at."""
    normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")])
    pieces = [(word, 0.0) for word in ("<s>", "<pad>", "</s>", "<unk>")] + [("▁", -2.5)]
    pieces += [(f"▁{word}", -3.0 - place / 8) for place, word in enumerate(WORDS) if not word.startswith("#")]
    pieces += [(character, -6.0 - place / 64) for place, character in enumerate(characters(normalizer))]
    pieces = models.Unigram(pieces, unk_id=3, byte_fallback=False)
    splitter = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer = tokenizer_of(pieces, normalizer, splitter, ("<s>", 0), ("</s>", 2))
    config = {
        "model_type": "xlm-roberta", "hidden_size": 16, "num_attention_heads": 2, "num_hidden_layers": 3,
        "intermediate_size": 20, "max_position_embeddings": 130, "type_vocab_size": 1, "layer_norm_eps": 1e-5,
        "hidden_act": "gelu", "pad_token_id": 1,
    }
    pooling = {"word_embedding_dimension": 16, "pooling_mode_cls_token": True, "pooling_mode_mean_tokens": False}
    write_encoder(HERE / "xlm-roberta", tokenizer, config, pooling, numpy.float16)
    return encode(HERE / "xlm-roberta", FlaxXLMRobertaModel, config)


def encode(folder, reference, config):
    # RoBERTa's positions begin behind the padding.
    offset = config["pad_token_id"] + 1 if config["model_type"] == "xlm-roberta" else 0
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.enable_truncation(min(MOST_TOKENS["transformer"], config["max_position_embeddings"] - offset))
    tokenizer.enable_padding(pad_id=config["pad_token_id"])
    encoded = tokenizer.encode_batch(TEXTS)
    ids = numpy.array([text.ids for text in encoded])
    mask = numpy.array([text.attention_mask for text in encoded])
    model = reference.from_pretrained(folder, from_pt=True, add_pooling_layer=False, local_files_only=True)
    model.params = model.to_fp32(model.params)
    taken = sum(array.size for array in tree.leaves(model.params))
    there = sum(array.size for array in load_file(folder / "model.safetensors").values())
    assert taken == there and not model._missing_keys, model._missing_keys
    out = numpy.asarray(model(input_ids=ids, attention_mask=mask).last_hidden_state, dtype=numpy.float64)
    pooling = json.loads((folder / "1_Pooling" / "config.json").read_text())
    if pooling["pooling_mode_cls_token"]:
        vectors = out[:, 0]
    else:
        vectors = (out * mask[:, :, None]).sum(1) / numpy.clip(mask.sum(1, keepdims=True), 1e-9, None)
    return {"tokens": mask.sum(1).tolist(), "vectors": [[float(f"{x:.9g}") for x in row] for row in vectors]}


def model2vec():
    """Words in pieces, each with a vector and a weight, some sharing a vector; scaled to length 1."""
    tokenizer = Tokenizer.from_file(str(HERE / "bert" / "tokenizer.json"))
    tokenizer.post_processor = None
    words = tokenizer.get_vocab_size()
    rows = numpy.array([number * 2 // 3 for number in range(words)])
    model = StaticModel(
        vectors=numbers(int(rows.max()) + 1, 10),
        tokenizer=tokenizer,
        normalize=True,
        weights=numpy.abs(numbers(words, mean=1.0)),
        token_mapping=rows,
    )
    model.save_pretrained(HERE / "model2vec")
    (HERE / "model2vec" / "README.md").unlink(missing_ok=True)
    loaded = StaticModel.from_pretrained(HERE / "model2vec")
    vectors = loaded.encode(TEXTS, max_length=MOST_TOKENS["static"])
    return {"vectors": [[float(f"{x:.9g}") for x in row] for row in vectors.tolist()]}


def main():
    made_with = {"python": platform.python_version(), "generator": "tests/golden/models/generate.py", "seed": SEED}
    for package in ("transformers", "flax", "jax", "tokenizers", "safetensors", "numpy", "model2vec"):
        made_with[package] = version(package)
    found = {"bert": bert(), "xlm-roberta": xlm_roberta(), "model2vec": model2vec()}
    golden = {"made_with": made_with, "texts": TEXTS, "models": found}
    (HERE / "golden.json").write_text(json.dumps(golden, ensure_ascii=False, indent=1) + "\n")


main()
