#!/usr/bin/env python3
"""Reads every export back with readers of other people, and compares with the case's own tables.

usage: read_back.py CASE EXPORTS NODE_MODULES

CASE is a case that was investigated, EXPORTS the folder of `concerted export CASE --to all --level S3`,
NODE_MODULES the folder with the packages of package.json. Prints a line for each check; exit code 1 if one
failed. A check that cannot be made here is named as skipped.
"""
import csv
import glob
import json
import math
import os
import subprocess
import sys
import warnings

warnings.simplefilter("ignore")
CASE, OUT, NODE = sys.argv[1:4]
HERE = os.path.dirname(os.path.abspath(__file__))
done, failed, skipped = 0, [], []


def at(name):
    return os.path.join(OUT, name)


class Skipped(Exception):
    pass


def check(name):
    def run(function):
        global done
        try:
            said = function()
            done += 1
            print("ok     ", name, "" if said is None else said)
        except Skipped as why:
            skipped.append(name)
            print("skipped", name, why)
        except Exception as error:  # noqa: BLE001: the point is to name whatever went wrong
            failed.append(name)
            print("FAILED ", name, type(error).__name__, str(error)[:800])
        return function

    return run


# ---- what is true: the tables of the case ----

import pyarrow.parquet as pq  # noqa: E402


def table(stage, name):
    (path,) = glob.glob(os.path.join(CASE, "stages", stage, "*", name + ".parquet"))
    return pq.read_table(path).to_pylist()


NETWORK = table("network", "network")
GROUPS = {row["account"]: row for row in table("groups", "groups")}
ACCOUNTS = table("ingest", "accounts")
EVIDENCE = table("evidence", "evidence")


def key(row):
    account = ACCOUNTS[row]
    at_server = "@" + account["instance"] if account["instance"] else ""
    return account["platform"] + ":" + account["id"] + at_server


CONFIRMED = table("groups", "confirmations")
TESTED = json.load(open(glob.glob(os.path.join(CASE, "stages", "network", "*", "tested.json"))[0], encoding="utf-8"))
DECOYS = json.load(open(glob.glob(os.path.join(CASE, "stages", "decoys", "*", "decoys.json"))[0], encoding="utf-8"))
NODES = {key(row): row for row in {r[end] for r in NETWORK for end in ("a", "b")} | set(GROUPS)}
NUMBERS = ("co_actions", "episodes", "expected", "ratio_low", "ratio_high", "p", "q", "p_timing", "source_first", "target_first")
WORDS = ("nulls", "direction")


def moment(time):
    return time.strftime("%Y-%m-%dT%H:%M:%S.") + "%03dZ" % (time.microsecond // 1000)


def same(found, true, what):
    if true is None:
        assert found is None or found == "", f"{what}: {found!r}, but there is none"
        return
    assert found is not None, f"{what}: absent, but is {true!r}"
    assert math.isclose(float(found), float(true), rel_tol=1e-12, abs_tol=0), f"{what}: {found!r}, not {true!r}"


def compare_edges(edges, get=lambda edge, name: edge.get(name)):
    """Edges as (source, target, attributes), in any order, compared with the table."""
    edges = list(edges)
    assert len(edges) == len(NETWORK), f"{len(edges)} edges, not {len(NETWORK)}"
    found = {}
    for source, target, attributes in edges:
        name = (frozenset((source, target)), get(attributes, "trace"))
        assert name not in found, f"two edges {name}"
        found[name] = attributes
    for row in NETWORK:
        name = (frozenset((key(row["a"]), key(row["b"]))), row["trace"])
        assert name in found, f"no edge {name}"
        attributes = found[name]
        for column in NUMBERS:
            same(get(attributes, column), row[column], f"{name} {column}")
        for column in WORDS:
            assert get(attributes, column) == row[column], f"{name} {column}: {get(attributes, column)}"
        for column in ("first", "last"):
            assert get(attributes, column) == moment(row[column]), f"{name} {column}: {get(attributes, column)}"
        weight = get(attributes, "weight")
        if weight is not None:
            same(weight, row["co_actions"], f"{name} weight")
    return f"{len(edges)} edges"


def compare_nodes(nodes, get=lambda node, name: node.get(name)):
    """Nodes as (key, attributes), in any order, compared with the tables."""
    nodes = dict(nodes)
    assert set(nodes) == set(NODES), f"{len(nodes)} nodes, not {len(NODES)}"
    for name, attributes in nodes.items():
        account = ACCOUNTS[NODES[name]]
        assert get(attributes, "account_id") == account["id"], f"{name}: {get(attributes, 'account_id')!r}"
        assert get(attributes, "platform") == account["platform"], name
        assert (get(attributes, "handle") or None) == account["handle"], name
        member = GROUPS.get(NODES[name])
        for column in ("group", "part", "actions", "ties"):
            same(get(attributes, column), member and member[column], f"{name} {column}")
        role = get(attributes, "role") or None
        assert role == (member and member["role"]), f"{name} role: {role!r}"
    return f"{len(nodes)} nodes"


def both(nodes, edges):
    return f"{compare_nodes(nodes)}, {compare_edges(edges)}"


def compare_behind(read):
    """The small tables behind the network, by what reads one of them into rows."""
    decoys = [{"decoy": number, **of} for number, of in enumerate(DECOYS, 1)]
    for name, true in (("confirmations", CONFIRMED), ("tested", TESTED), ("decoys", decoys)):
        rows = read(name)
        assert len(rows) == len(true), f"{name}: {len(rows)} rows, not {len(true)}"
        for found, row in zip(rows, true):
            assert list(found) == list(row), f"{name}: columns {list(found)}"
            for column, value in row.items():
                if isinstance(value, str):
                    assert found[column] == value, f"{name} {column}: {found[column]!r}"
                else:
                    same(found[column], value, f"{name} {column}")


assert NETWORK, "the case has no edge: nothing would be compared"


# ---- networks ----


@check("networkx reads GraphML")
def _():
    import networkx as nx

    graph = nx.read_graphml(at("network.graphml"))
    assert not graph.is_directed()
    return both(graph.nodes(data=True), graph.edges(data=True))


@check("igraph reads GraphML")
def _():
    import igraph

    graph = igraph.Graph.Read_GraphML(at("network.graphml"))
    assert not graph.is_directed()

    def clean(attributes):
        # igraph has no absent numbers: it gives NaN for them.
        return {k: None if isinstance(v, float) and math.isnan(v) else v for k, v in attributes.items()}

    names = graph.vs["id"]
    nodes = [(vertex["id"], clean(vertex.attributes())) for vertex in graph.vs]
    edges = [(names[e.source], names[e.target], clean(e.attributes())) for e in graph.es]
    return both(nodes, edges)


for mode, name in (("static", "network.gexf"), ("dynamic", "network_dynamic.gexf")):

    @check(f"gexf.rng accepts {mode} GEXF")
    def _(name=name):
        from lxml import etree

        schema = os.environ.get("CONCERTED_GEXF_RNG", os.path.join(HERE, "../../../shared/formats/schemas/gexf.rng"))
        if not os.path.exists(schema):
            raise Skipped("the schema gexf.rng is not here; name it in CONCERTED_GEXF_RNG")
        etree.RelaxNG(etree.parse(schema)).assertValid(etree.parse(at(name)))

    @check(f"networkx reads {mode} GEXF")
    def _(name=name):
        import networkx as nx

        graph = nx.read_gexf(at(name))
        assert not graph.is_directed()
        return both(graph.nodes(data=True), graph.edges(data=True))


@check("dynamic GEXF holds the span of every edge")
def _():
    from lxml import etree

    space = "{http://gexf.net/1.3}"
    root = etree.parse(at("network_dynamic.gexf")).getroot()
    spans = [(e.get("start"), e.get("end")) for e in root.iter(space + "edge")]
    assert spans == [(moment(row["first"]), moment(row["last"])) for row in NETWORK]
    assert root.find(space + "graph").get("start") == min(span[0] for span in spans)


def node(script):
    """Runs JavaScript beside the packages; gives what it prints as JSON."""
    if not os.path.isdir(os.path.join(NODE, "graphology")):
        raise Skipped("the packages of package.json are not installed")
    run = subprocess.run(
        ["node", "--input-type=commonjs", "-e", script],
        capture_output=True,
        text=True,
        env=dict(os.environ, NODE_PATH=os.path.abspath(NODE), OUT=os.path.abspath(OUT)),
        timeout=300,
    )
    assert run.returncode == 0, run.stderr[-800:]
    return json.loads(run.stdout)


DUMP = """
const fs = require('fs'), path = require('path'), graphology = require('graphology');
const Graph = graphology.MultiGraph || graphology.default.MultiGraph;
const read = name => fs.readFileSync(path.join(process.env.OUT, name), 'utf8');
const dump = graph => console.log(JSON.stringify({
  nodes: graph.mapNodes((key, attributes) => [key, attributes]),
  edges: graph.mapEdges((edge, attributes, source, target) => [source, target, attributes]),
}));
"""


def javascript(script):
    graph = node(DUMP + script)
    return both(graph["nodes"], graph["edges"])


@check("graphology imports its own JSON")
def _():
    return javascript("dump(Graph.from(JSON.parse(read('graphology.json'))));")


@check("graphology-graphml reads GraphML")
def _():
    return javascript("dump(require('graphology-graphml').parse(Graph, read('network.graphml')));")


for name in ("network.gexf", "network_dynamic.gexf"):

    @check(f"graphology-gexf reads {name}")
    def _(name=name):
        return javascript(f"dump(require('graphology-gexf').parse(Graph, read('{name}'), {{addMissingNodes: false}}));")


@check("Gephi Lite's workspace has its shape, and graphology imports its graph")
def _():
    workspace = json.load(open(at("gephi-lite.json"), encoding="utf-8"))
    assert workspace["type"] == "gephi-lite" and workspace["version"] == "1.0.0"
    data = workspace["graphDataset"]
    assert set(data) == {"nodeData", "edgeData", "layout", "metadata", "nodeFields", "edgeFields", "fullGraph"}
    kinds = {"text", "number", "category", "keywords", "date", "url", "boolean", "color"}
    for of, fields in (("nodes", data["nodeFields"]), ("edges", data["edgeFields"])):
        assert fields and all(field["itemType"] == of and field["type"] in kinds for field in fields)
    assert set(data["layout"]) == set(data["nodeData"]) == set(NODES)
    ends = node(DUMP + "const w = JSON.parse(read('gephi-lite.json')); const g = new Graph(w.graphDataset.fullGraph.options); g.import(w.graphDataset.fullGraph); console.log(JSON.stringify(g.mapEdges((e, a, s, t) => [e, s, t])));")
    return both(data["nodeData"].items(), [(s, t, data["edgeData"][e]) for e, s, t in ends])


@check("ndex2 reads CX2")
def _():
    from ndex2.cx2 import RawCX2NetworkFactory

    network = RawCX2NetworkFactory().get_cx2network(json.load(open(at("network.cx2"), encoding="utf-8")))
    nodes = {number: of["v"] for number, of in network.get_nodes().items()}
    names = {number: of["name"] for number, of in nodes.items()}
    edges = [(names[e["s"]], names[e["t"]], e["v"]) for e in network.get_edges().values()]
    return both([(of["name"], of) for of in nodes.values()], edges)


@check("Gephi's tables have its columns")
def _():
    nodes = list(csv.DictReader(open(at("gephi_nodes.csv"), encoding="utf-8", newline="")))
    edges = list(csv.DictReader(open(at("gephi_edges.csv"), encoding="utf-8", newline="")))
    assert list(nodes[0])[:2] == ["Id", "Label"]
    assert list(edges[0])[:6] == ["Source", "Target", "Type", "Id", "Label", "Weight"]
    assert {e["Type"] for e in edges} == {"Undirected"}

    def empty(row, name):
        value = row.get("Weight" if name == "weight" else name) or None
        # A name that a spreadsheet would compute has a quote before it.
        return value[1:] if name == "handle" and value and value.startswith("'") else value

    said = compare_nodes([(n["Id"], n) for n in nodes], empty)
    return said + ", " + compare_edges([(e["Source"], e["Target"], e) for e in edges], empty)


# ---- tables ----


@check("pyarrow reads Parquet")
def _():
    edges = pq.read_table(at("edges.parquet"))
    assert str(edges.schema.field("first").type) == "timestamp[us, tz=UTC]", edges.schema
    assert str(edges.schema.field("source").type) == "string"
    about = pq.read_metadata(at("edges.parquet")).metadata
    assert about[b"concerted.level"] == b"S3" and b"concerted.run" in about, about

    def text(row, name):
        value = row.get(name)
        return moment(value) if name in ("first", "last") else value

    said = compare_edges([(e["source"], e["target"], e) for e in edges.to_pylist()], text)
    nodes = pq.read_table(at("nodes.parquet")).to_pylist()
    evidence = pq.read_table(at("evidence.parquet")).to_pylist()
    assert len(evidence) == len(EVIDENCE)
    for found, true in zip(evidence, EVIDENCE):
        assert found["source_post_id"] == true["source_post_id"] and found["object"] == true["key"]
        assert found["source_time"] == true["source_time"] and found["gap_seconds"] == true["gap_seconds"]
    compare_behind(lambda name: pq.read_table(at(name + ".parquet")).to_pylist())
    return f"{compare_nodes([(n['key'], n) for n in nodes])}, {said}, {len(evidence)} co-actions"


@check("openpyxl reads the workbook, ids as text")
def _():
    import openpyxl

    book = openpyxl.load_workbook(at("concerted.xlsx"), read_only=True)
    assert book.sheetnames == ["about", "nodes", "edges", "groups", "evidence", "confirmations", "tested", "decoys"], book.sheetnames

    def rows(name):
        lines = book[name].iter_rows(values_only=True)
        header = next(lines)
        return [dict(zip(header, line)) for line in lines]

    def second(row, name):
        value = row.get(name)
        if name in ("first", "last"):
            return value.replace("Z", ".000Z") if "." not in value else value[:23] + "Z"
        return value

    nodes, edges = rows("nodes"), rows("edges")
    assert all(isinstance(n["account_id"], str) for n in nodes)
    said = compare_nodes([(n["key"], n) for n in nodes])
    said += ", " + compare_edges([(e["source"], e["target"], e) for e in edges], second)
    evidence = rows("evidence")
    assert len(evidence) == len(EVIDENCE)
    assert all(isinstance(e["source_post_id"], str) for e in evidence)
    compare_behind(rows)
    assert {g["account_id"] for g in rows("groups")} == {g["account_id"] for g in GROUPS.values()}
    return said


@check("CSV holds what the tables hold, and no formula")
def _():
    read = lambda name: list(csv.DictReader(open(at(name), encoding="utf-8", newline="")))  # noqa: E731
    edges = read("edges.csv")
    assert len(edges) == len(NETWORK)
    for found, true in zip(edges, NETWORK):
        assert found["source_id"] == true["source_id"] and found["target_id"] == true["target_id"]
        for column in NUMBERS:
            same(found[column] or None, true[column], column)
    assert len(read("evidence.csv")) == len(EVIDENCE)
    compare_behind(lambda name: read(name + ".csv"))
    members = [(g["account_id"], int(g["group"]), int(g["part"]), g["role"]) for g in read("groups.csv")]
    true = [(g["account_id"], g["group"], g["part"], g["role"]) for g in table("groups", "groups")]
    assert members == true, members
    for row in read("groups.csv"):
        assert not row["handle"].lstrip().startswith(("=", "+", "-", "@", "\t", "\r"))


# ---- threat exchange ----


@check("stix2-validator accepts the bundle")
def _():
    import stix2validator

    result = stix2validator.validate_file(
        at("bundle.stix21.json"), stix2validator.ValidationOptions(version="2.1", strict=False)
    )
    assert result.is_valid, str([of.errors for of in result.object_results])[:600]


@check("stix2 gives accounts the same ids, and groups their members")
def _():
    import stix2

    bundle = stix2.parse(open(at("bundle.stix21.json"), encoding="utf-8").read(), version="2.1")
    kinds = {of["type"] for of in bundle.objects}
    assert kinds == {"identity", "user-account", "grouping", "note"}, kinds
    by_id = {of["id"]: of for of in bundle.objects}
    for of in bundle.objects:
        assert "confidence" not in of
        if of["type"] == "user-account":
            parts = {k: of[k] for k in ("account_type", "user_id", "account_login") if k in of}
            assert stix2.UserAccount(**parts)["id"] == of["id"], of["id"]
    members = {}
    for member in GROUPS.values():
        members.setdefault(member["group"], set()).add(member["account_id"])
    groupings = [of for of in bundle.objects if of["type"] == "grouping"]
    found = sorted(sorted(by_id[ref]["user_id"] for ref in of["object_refs"]) for of in groupings)
    assert found == sorted(sorted(of) for of in members.values())
    return f"{len(groupings)} groupings"


@check("misp-stix imports the bundle")
def _():
    import stix2
    from misp_stix_converter import ExternalSTIX2toMISPParser

    parser = ExternalSTIX2toMISPParser()
    text = open(at("bundle.stix21.json"), encoding="utf-8").read()
    parser.load_stix_bundle(stix2.parse(text, allow_custom=True))
    parser.parse_stix_bundle()
    # It knows no note that stands beside a grouping; everything else must arrive.
    errors = [said for of in parser.errors.values() for said in of]
    assert set(errors) <= {"Unknown STIX object type: note"}, set(errors)
    events = parser.misp_events if isinstance(parser.misp_events, list) else [parser.misp_events]
    found = {attribute.value for e in events for of in e.objects for attribute in of.attributes}
    missing = {member["account_id"] for member in GROUPS.values()} - found
    assert not missing, f"{len(missing)} accounts did not arrive"
    return f"{len(events)} events"


@check("pymisp loads the event, and its schema accepts it")
def _():
    import jsonschema
    import pymisp

    event = pymisp.MISPEvent()
    event.load_file(at("event.misp.json"))
    accounts = [of for of in event.objects if of.name == "user-account"]
    found = {of.get_attributes_by_relation("user-id")[0].value for of in accounts}
    assert found == {member["account_id"] for member in GROUPS.values()}
    for of in event.objects:
        assert not any(attribute.to_ids for attribute in of.attributes)
        template = os.path.join(os.path.dirname(pymisp.__file__), "data/misp-objects/objects", of.name, "definition.json")
        definition = json.load(open(template, encoding="utf-8"))
        assert (of.template_uuid, int(of.template_version)) == (definition["uuid"], definition["version"]), of.name
        unknown = {attribute.object_relation for attribute in of.attributes} - set(definition["attributes"])
        assert not unknown, unknown
    schema = os.path.join(os.path.dirname(pymisp.__file__), "data", "schema-lax.json")
    jsonschema.validate(json.load(open(at("event.misp.json"), encoding="utf-8")), json.load(open(schema)))
    return f"{len(accounts)} accounts"


@check("indicators have the columns that Meta publishes")
def _():
    rows = list(csv.DictReader(open(at("indicators.csv"), encoding="utf-8", newline="")))
    assert list(rows[0]) == ["indicator_type", "indicator_value", "comment", "ds"]
    ids = {row["indicator_value"] for row in rows if row["indicator_type"].endswith("_account_id")}
    assert ids == {member["account_id"] for member in GROUPS.values()}


# ---- provenance and packages ----

MANIFEST = json.load(open(os.path.join(CASE, "inputs", "manifest.json"), encoding="utf-8"))


@check("prov reads the provenance")
def _():
    import prov.model

    document = prov.model.ProvDocument.deserialize(at("prov.json"), format="json")
    text = document.serialize(format="json")
    for record in MANIFEST["inputs"]:
        assert record["sha256"] in text
    return f"{len(list(document.get_records()))} records"


@check("rocrate reads the crate")
def _():
    from rocrate.rocrate import ROCrate

    crate = ROCrate(at("rocrate"))
    files = {of.id for of in crate.data_entities}
    there = set(os.listdir(at("rocrate"))) - {"ro-crate-metadata.json"}
    assert files == there, files ^ there
    return f"{len(files)} files"


for profile in ("ro-crate-1.1", "process-run-crate"):

    @check(f"roc-validator accepts the crate as {profile}")
    def _(profile=profile):
        context = os.path.join(NODE, "ro-crate", "lib", "context.json")
        if not os.path.exists(context):
            raise Skipped("the npm package ro-crate, which carries the context, is not installed")
        run = subprocess.run(
            [sys.executable, os.path.join(HERE, "validate_crate.py"), at("rocrate"), profile, context],
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert run.returncode == 0, (run.stdout + run.stderr)[-900:]


@check("ro-crate for JavaScript reads the crate")
def _():
    name = node(
        "const {ROCrate} = require('ro-crate'); const fs = require('fs');"
        "const c = new ROCrate(JSON.parse(fs.readFileSync(process.env.OUT + '/rocrate/ro-crate-metadata.json')), {array: true, link: true});"
        "console.log(JSON.stringify(c.rootDataset.hasPart.length));"
    )
    assert name == len(os.listdir(at("rocrate"))) - 1, name


@check("bagit finds the bag whole")
def _():
    import bagit

    bag = bagit.Bag(at("bag"))
    bag.validate()
    assert bag.info["Level-Of-Disclosure"] == "S3"
    hashes = open(at("bag/hashes.txt"), encoding="utf-8").read().splitlines()
    assert hashes == sorted(hashes)
    assert all(any(line.startswith(record["sha256"]) for line in hashes) for record in MANIFEST["inputs"])
    return f"{len(bag.entries)} files"


print(f"{done} passed, {len(failed)} failed, {len(skipped)} skipped")
sys.exit(bool(failed))
