"""Makes the golden numbers of tests/golden_published.rs: backbones, cosines, gestalt ratios.

    python -m venv venv && venv/bin/pip install bicm==3.4.0 networkx scipy scikit-learn pandas
    PYTHONPATH=folder/of/backboning venv/bin/python tests/golden/generate_backbone.py

`backboning` is the published module of Coscia & Neffke 2017 (michelecoscia.com, "Network Backboning");
functions used: disparity_filter, noise_corrected. bicm gives the configuration model's probabilities and
the Poisson p-values of its projection; scipy the hypergeometric, the exact tails of the Poisson-binomial
(by convolution of its trials in 50-digit decimals) and the singular vectors; difflib the gestalt ratio.
Every file records the versions that made it and the seed.
"""

import contextlib
import difflib
import io
import json
import math
import platform
import random
from decimal import Decimal, getcontext
from importlib.metadata import version
from pathlib import Path

import backboning
import bicm
import networkx
import numpy
import pandas
import scipy.stats
from scipy.stats import norm
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.metrics.pairwise import cosine_similarity

SEED = 20_261_124
HERE = Path(__file__).parent
getcontext().prec = 50


def write(name, cases):
    made_with = {"python": platform.python_version(), "generator": "tests/golden/generate_backbone.py", "seed": SEED}
    for package in ("bicm", "networkx", "numpy", "pandas", "scipy", "scikit-learn"):
        made_with[package] = version(package)
    parts = [f' "{key}": {lines(value)}' for key, value in {"made_with": made_with, **cases}.items()]
    (HERE / name).write_text("{\n" + ",\n".join(parts) + "\n}\n")


def lines(value):
    """A list with one entry a line, anything else on one line."""
    if isinstance(value, list) and value and isinstance(value[0], (dict, list)):
        return "[\n  " + ",\n  ".join(json.dumps(entry) for entry in value) + "\n ]"
    return json.dumps(value)


def bipartite(draw):
    """36 accounts, 60 objects, both with heavy tails; one group of six shares ten objects of its own."""
    links = set()
    for account in range(36):
        for _ in range(1 + int(draw.paretovariate(1.2) * 2) % 15):
            links.add((account, min(59, int(draw.paretovariate(0.5)) - 1)))
    for account in range(6):
        for thing in range(50, 60):
            if draw.random() < 0.8:
                links.add((account * 6, thing))
    return sorted(links)


def tail_of_trials(k, qs):
    masses = [Decimal(1)]
    for q in qs:
        q = Decimal(float(q))
        masses = [
            (masses[j] * (1 - q) if j < len(masses) else Decimal(0)) + (masses[j - 1] * q if j else Decimal(0))
            for j in range(len(masses) + 1)
        ]
    return float(sum(masses[k:]).ln())


def refined_normal(k, qs):
    mean, variance = qs.sum(), (qs * (1 - qs)).sum()
    skew = (qs * (1 - qs) * (1 - 2 * qs)).sum() / variance**1.5
    x = (k - 0.5 - mean) / math.sqrt(variance)
    return 1 - min(1, max(0, norm.cdf(x) + skew * (1 - x * x) * norm.pdf(x) / 6))


def projections(links):
    matrix = numpy.zeros((36, 60), dtype=int)
    for account, thing in links:
        matrix[account, thing] = 1
    graph = bicm.BipartiteGraph(biadjacency=matrix)
    with contextlib.redirect_stdout(io.StringIO()):
        graph.solve_tool(method="newton", tol=1e-12, eps=1e-12)
    probabilities = graph.get_bicm_matrix()
    shared = matrix @ matrix.T
    rows, columns = matrix.sum(axis=1), matrix.sum(axis=0)
    pairs = []
    for a in range(36):
        for b in range(a + 1, 36):
            count = int(shared[a, b])
            if count:
                qs = probabilities[a] * probabilities[b]
                pairs.append(
                    {
                        "a": a,
                        "b": b,
                        "shared": count,
                        "expected": float(qs.sum()),
                        # pval_calculator of bicm: poisson.sf(k - 1, mean)
                        "bicm": float(scipy.stats.poisson.sf(count - 1, qs.sum())),
                        "ln_sdsm": tail_of_trials(count, qs),
                        "refined_normal": float(refined_normal(count, qs)),
                        "svn": float(scipy.stats.hypergeom.sf(count - 1, 60, rows[a], rows[b])),
                    }
                )
    links_in_bicm = [
        {"row": int(rows[i]), "column": int(columns[j]), "p": float(probabilities[i, j])}
        for i in range(36)
        for j in range(60)
    ]
    distinct = {(l["row"], l["column"]): l for l in links_in_bicm}
    return pairs, list(distinct.values()), rows.tolist(), columns.tolist()


def backbone():
    draw = random.Random(SEED)
    links = bipartite(draw)
    pairs, probabilities, rows, columns = projections(links)
    ties = [(p["a"], p["b"], p["shared"]) for p in pairs]
    both = pandas.DataFrame(ties + [(b, a, w) for a, b, w in ties], columns=["src", "trg", "nij"])
    noise = {(int(r.src), int(r.trg)): r for r in backboning.noise_corrected(both, undirected=True).itertuples()}
    fair = {
        (min(int(r.src), int(r.trg)), max(int(r.src), int(r.trg))): r
        for r in backboning.disparity_filter(both, undirected=True).itertuples()
    }
    graph = networkx.Graph()
    graph.add_nodes_from(range(36))
    graph.add_weighted_edges_from(ties)
    core = graph.subgraph(max(networkx.connected_components(graph), key=len))
    central = networkx.eigenvector_centrality_numpy(core, weight="weight")
    sign = 1 if sum(central.values()) > 0 else -1
    for pair in pairs:
        key = (pair["a"], pair["b"])
        pair["disparity"] = 1.0 - float(fair[key].score)
        pair["noise_score"] = float(noise[key].score)
        pair["noise_deviation"] = float(noise[key].sdev_cij)
    write(
        "backbone.json",
        {
            "links": links,
            "row_degrees": rows,
            "column_degrees": columns,
            "probabilities": probabilities,
            "pairs": pairs,
            "centrality": [sign * float(central.get(node, 0.0)) for node in range(36)],
        },
    )


def cosines():
    draw = random.Random(SEED + 1)
    counts = {}
    for row in range(40):
        for _ in range(1 + int(draw.paretovariate(1.1)) % 30):
            column = min(49, int(draw.paretovariate(0.7)) - 1)
            counts[(row, column)] = counts.get((row, column), 0) + 1
    matrix = numpy.zeros((40, 50))
    for (row, column), count in counts.items():
        matrix[row, column] = count
    having = numpy.maximum((matrix > 0).sum(axis=0), 1)
    ways = {
        # coordinationz 0.2.2, nullmodel.py
        "none": matrix,
        "ratio": matrix * (40 / having),
        "smooth-ratio": matrix * (41 / (having + 1)),
        "log": matrix * numpy.log(40 / having),
        "smooth-log": matrix * numpy.log(40 / having + 1),
        # scikit-learn
        "tfidf-once": TfidfTransformer().fit_transform((matrix > 0).astype(float)).toarray(),
        "tfidf-sublinear": TfidfTransformer(sublinear_tf=True).fit_transform(matrix).toarray(),
    }
    found = {}
    for name, weighted in ways.items():
        alike = cosine_similarity(weighted)
        found[name] = [
            [i, j, float(alike[i, j])] for i in range(40) for j in range(i + 1, 40) if alike[i, j] > 0
        ]
    write("cosine.json", {"rows": 40, "columns": 50, "counts": [[r, c, n] for (r, c), n in sorted(counts.items())], "alike": found})


def gestalt():
    draw = random.Random(SEED + 2)
    words = "harbour bridge vote market water council night opens closes again never today street lamp".split()
    cases = []
    for _ in range(60):
        one = " ".join(draw.choice(words) for _ in range(draw.randrange(0, 14)))
        other = list(one) if draw.random() < 0.6 else list(" ".join(draw.choice(words) for _ in range(draw.randrange(0, 14))))
        for _ in range(draw.randrange(0, 6)):
            if other:
                other[draw.randrange(len(other))] = draw.choice("abé日😀 ")
        other = "".join(other)
        cases.append({"one": one, "other": other, "ratio": difflib.SequenceMatcher(None, one, other, autojunk=False).ratio()})
    write("gestalt.json", {"cases": cases})


if __name__ == "__main__":
    backbone()
    cosines()
    gestalt()
