"""A case in Python is the case of the command line, by way of Arrow."""

import json
import threading
from pathlib import Path

import pandas
import polars
import pyarrow
import pyarrow.parquet
import pytest

import concerted


@pytest.fixture(scope="session")
def demo(tmp_path_factory):
    return concerted.demo(tmp_path_factory.mktemp("demo"))


@pytest.fixture(scope="session")
def posts_csv(demo):
    return Path(demo.path).parent / "posts.csv"


def edges(case):
    """What was found, without the rows of accounts, which number them within a case."""
    table = pyarrow.table(case.network())
    columns = ["source_id", "target_id", "trace", "co_actions", "expected", "p", "q"]
    return table.select(columns).to_pylist()


def test_tables_are_those_on_disk(demo):
    for name, table in [
        ("network", demo.network()),
        ("groups", demo.groups()),
        ("evidence", demo.evidence()),
    ]:
        (file,) = Path(demo.path).glob(f"stages/{name}/*/{name}.parquet")
        on_disk = pyarrow.parquet.read_table(file)
        assert pyarrow.table(table).equals(on_disk), name
        assert len(table) == on_disk.num_rows > 0


def test_every_library_that_speaks_arrow_takes_a_table(demo):
    network = demo.network()
    assert polars.DataFrame(network).height == len(network)
    assert len(pandas.DataFrame.from_arrow(network)) == len(network)
    assert pyarrow.table(network).column_names == network.column_names


def test_taking_a_table_copies_nothing(demo):
    network = demo.network()
    once, twice = pyarrow.table(network), pyarrow.table(network)
    address = lambda table: table["p"].chunk(0).buffers()[1].address
    assert address(once) == address(twice)


def test_both_planted_networks_are_found(demo):
    truth = json.loads((Path(demo.path).parent / "truth.json").read_text())
    groups = pyarrow.table(demo.groups()).to_pylist()
    for planted in truth["groups"]:
        members = set(planted["members"])
        found = {}
        for row in groups:
            if row["account_id"] in members:
                found.setdefault(row["group"], set()).add(row["account_id"])
        assert max(map(len, found.values())) >= 0.9 * len(members)


def test_a_file_and_the_same_posts_in_memory_give_the_same_network(demo, posts_csv, tmp_path):
    expected = edges(demo)
    assert expected
    text = polars.read_csv(posts_csv, infer_schema=False)
    for number, table in enumerate([text, text.to_arrow(), text.to_pandas()]):
        case = concerted.investigate(table, case=tmp_path / f"{number}")
        assert edges(case) == expected
    file = concerted.investigate([str(posts_csv)], case=tmp_path / "file")
    assert edges(file) == expected


def test_typed_columns_mean_what_their_text_does(demo, posts_csv, tmp_path):
    text = polars.read_csv(posts_csv, infer_schema=False)
    time = polars.col("time").str.to_datetime(time_zone="UTC", time_unit="us")
    typed = text.with_columns(time)
    assert typed["time"].dtype == polars.Datetime("us", "UTC")
    assert edges(concerted.investigate(typed, case=tmp_path / "typed")) == edges(demo)


def test_the_posts_of_a_case_give_the_same_case_again(demo, tmp_path):
    again = concerted.investigate(demo.posts(), case=tmp_path / "again")
    assert again.summary()["posts"] == demo.summary()["posts"] == len(demo.posts())
    assert len(again.accounts()) == len(demo.accounts())
    pairs = lambda case: {(e["source_id"], e["target_id"], e["trace"]) for e in edges(case)}
    assert pairs(again) == pairs(demo)


def test_evidence_from_memory_points_at_bytes_that_are_there(demo, tmp_path):
    case = concerted.investigate(demo.posts(), case=tmp_path / "case")
    manifest = json.loads((tmp_path / "case/inputs/manifest.json").read_text())
    (record,) = manifest["inputs"]
    bytes_of = (tmp_path / "case/inputs" / record["name"]).read_bytes()
    (file,) = (tmp_path / "case").glob("stages/ingest/*/sources.parquet")
    for source, post in zip(
        pyarrow.parquet.read_table(file).to_pylist()[:100],
        pyarrow.table(case.posts()).to_pylist()[:100],
    ):
        line = bytes_of[source["offset"] : source["offset"] + source["length"]]
        assert json.loads(line)["account"] == post["account"]


def test_a_mapping_says_which_column_is_which(tmp_path):
    when = ["2024-05-01T10:00:00Z", "2024-05-01T10:00:01Z"]
    posts = pyarrow.table({"who": ["a", "b"], "when": when, "x": ["1", "2"]})
    with pytest.raises(concerted.InputError, match="no known format") as refused:
        concerted.investigate(posts, case=tmp_path / "a")
    assert "account=" in refused.value.__notes__[0]
    mapping = {"account": "who", "time": "when", "text": "x"}
    case = concerted.investigate(posts, case=tmp_path / "b", mapping=mapping, name="Two posts")
    assert case.summary()["posts"] == 2
    assert repr(case) == "<concerted.Case 'Two posts'>"


def test_a_bad_time_is_a_counted_reject(tmp_path):
    times = ["2024-05-01T10:00:00Z", "yesterday", "2024-05-01T10:00:09Z"]
    posts = pyarrow.table({"account": ["a", "b", "c"], "time": times, "text": ["x", "y", "z"]})
    summary = concerted.investigate(posts, case=tmp_path / "case").summary()
    assert summary["rows"]["rejects"] == {"bad-time": 1}
    assert summary["posts"] == 2


def test_an_id_that_was_rounded_is_refused_and_said_to_be(tmp_path):
    ids = [1.7000000000000000e18, 1.7000000000000003e18]
    posts = pyarrow.table({"account": ids, "time": ["2024-05-01", "2024-05-02"], "text": ["x", "y"]})
    with pytest.raises(concerted.InputError, match="rounded"):
        concerted.investigate(posts, case=tmp_path / "case")


def test_what_cannot_be_done_is_an_exception_with_the_next_step(tmp_path):
    with pytest.raises(concerted.UsageError, match="there is no case here"):
        concerted.open(tmp_path / "nowhere")
    with pytest.raises(concerted.InputError) as refused:
        concerted.investigate(tmp_path / "nothing.csv", case=tmp_path / "case")
    assert refused.value.__notes__
    with pytest.raises(ValueError, match='did you mean "account"'):
        concerted.investigate("x.csv", case=tmp_path / "case", mapping={"acount": "a", "time": "t"})
    with pytest.raises(TypeError, match="not int"):
        concerted.investigate(7, case=tmp_path / "case")
    with pytest.raises(concerted.UsageError, match='"nested"'):
        posts = pyarrow.table({"nested": [{"a": 1}]})
        concerted.investigate(posts, case=tmp_path / "case")
    assert issubclass(concerted.LimitError, concerted.ConcertedError)


def test_a_case_that_was_run_again_says_so(tmp_path):
    times = ["2024-05-01T10:00:00Z", "2024-05-01T10:00:09Z"]
    posts = lambda text: pyarrow.table({"account": ["a", "b"], "time": times, "text": text})
    old = concerted.investigate(posts(["x", "y"]), case=tmp_path / "case")
    concerted.investigate(posts(["v", "w"]), case=tmp_path / "case")
    with pytest.raises(concerted.UsageError, match="open it again"):
        old.posts()
    assert concerted.open(tmp_path / "case").summary()["posts"] == 2


def test_other_threads_run_while_rust_works(posts_csv, tmp_path):
    ticks, done = [], threading.Event()

    def tick():
        while not done.is_set():
            ticks.append(1)
            done.wait(0.001)

    other = threading.Thread(target=tick)
    other.start()
    before = len(ticks)
    concerted.investigate(posts_csv, case=tmp_path / "case", threads=1)
    during = len(ticks) - before
    done.set()
    other.join()
    assert during > 3, "the interpreter was locked"


def test_the_report_is_the_one_in_the_case(demo):
    assert demo.report_html() == (Path(demo.path) / "report.html").read_text(encoding="utf-8")
