"""Images and a language model beside the posts, as --images and --model are on the command line."""

import json
import math
import struct
import zlib

import pyarrow
import pyarrow.parquet
import pytest

import concerted


def png(side, hills):
    """A grey picture of hills of light, as a PNG."""

    def grey(x, y):
        height = sum(
            high * math.exp(-((x / side - at) ** 2 + (y / side - up) ** 2) / 0.02)
            for at, up, high in hills
        )
        return max(0, min(255, int(128 + 100 * height)))

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + bytes(grey(x, y) for x in range(side)) for y in range(side))
    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


HILLS = [(0.2, 0.3, 1.0), (0.7, 0.6, -1.0), (0.4, 0.8, 0.9), (0.9, 0.1, 0.7)]
OTHERS = [(0.8, 0.2, 1.0), (0.1, 0.9, 1.0), (0.5, 0.5, -1.0), (0.3, 0.1, -0.8)]


def posts():
    return pyarrow.table({
        "account": ["a", "b", "c"],
        "time": ["2024-05-01T10:00:00Z", "2024-05-01T10:00:07Z", "2024-05-01T12:00:00Z"],
        "text": [
            "the old bridge over the lake is open",
            "le vieux pont du lac est enfin ouvert",
            "seven geese walked along the harbour wall",
        ],
        "media": ["https://e.example/one.png", "https://e.example/two.png", "https://e.example/three.png"],
    })


def test_images_that_show_the_same_count_as_one(tmp_path):
    folder = tmp_path / "images"
    folder.mkdir()
    (folder / "one.png").write_bytes(png(64, HILLS))
    (folder / "two.png").write_bytes(png(96, HILLS))
    (folder / "three.png").write_bytes(png(64, OTHERS))
    for number, images in enumerate([folder, str(folder), [folder]]):
        case = concerted.investigate(posts(), case=tmp_path / f"{number}", images=images)
        counts = case.summary()["images"]
        assert (counts["files"], counts["named"], counts["copies"]) == (3, 3, 1), counts
    with pytest.raises(concerted.UsageError, match="no such folder"):
        concerted.investigate(posts(), case=tmp_path / "none", images=tmp_path / "nowhere")
    with pytest.raises(TypeError, match="images are"):
        concerted.investigate(posts(), case=tmp_path / "wrong", images=7)


def static_model(folder, words):
    """A model2vec model in which each word has a vector."""
    vocabulary = {"[UNK]": 0} | {word: number for number, word in enumerate(words, 1)}
    dim = len(next(iter(words.values())))
    numbers = [0.0] * dim + [number for vector in words.values() for number in vector]
    data = struct.pack(f"<{len(numbers)}f", *numbers)
    shape = [len(vocabulary), dim]
    head = json.dumps({"embeddings": {"dtype": "F32", "shape": shape, "data_offsets": [0, len(data)]}}).encode()
    tokenizer = {
        "version": "1.0", "truncation": None, "padding": None, "added_tokens": [],
        "normalizer": {"type": "Lowercase"}, "pre_tokenizer": {"type": "Whitespace"},
        "post_processor": None, "decoder": None,
        "model": {"type": "WordLevel", "vocab": vocabulary, "unk_token": "[UNK]"},
    }
    folder.mkdir()
    (folder / "config.json").write_text('{"normalize": true}')
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer))
    (folder / "model.safetensors").write_bytes(struct.pack("<Q", len(head)) + head + data)
    return folder


def test_texts_are_compared_by_a_model_that_lies_in_a_folder(tmp_path, monkeypatch):
    static_model(tmp_path / "model", {"bridge": [1.0, 0.0], "pont": [1.0, 0.1], "geese": [0.0, 1.0]})
    monkeypatch.chdir(tmp_path)
    concerted.investigate(posts(), case=tmp_path / "case", model="model")
    (counts,) = (tmp_path / "case").glob("stages/copies/*/rewordings.json")
    assert json.loads(counts.read_text())["texts"] == 3
    with pytest.raises(concerted.InputError, match="there is no config.json") as refused:
        concerted.investigate(posts(), case=tmp_path / "none", model=tmp_path)
    assert "model.safetensors" in refused.value.__notes__[0]
