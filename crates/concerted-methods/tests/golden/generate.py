"""Makes the golden numbers that tests/golden.rs compares with.

    python -m venv venv && venv/bin/pip install mpmath scipy statsmodels igraph leidenalg
    venv/bin/python tests/golden/generate.py

Tails are summed with mpmath at 60 digits from their definitions, not from a library's tail.
Every file records the versions that made it and the seed.
"""

import itertools
import json
import platform
import random
from importlib.metadata import version
from pathlib import Path

import igraph
import leidenalg
import mpmath
import numpy
import scipy.stats
from mpmath import mp, mpf
from scipy.sparse import random as sparse_random
from scipy.sparse.linalg import svds
from statsmodels.stats.multitest import multipletests

SEED = 20_261_103
# Odd, so that there is a median.
LEIDEN_SEEDS = 21
HERE = Path(__file__).parent
mp.dps = 60
# 1e-900 is 0 as a float; as an mpf it is not.
DEPTHS = [mpf(p) for p in ("0.9", "0.3", "1e-3", "1e-10", "1e-40", "1e-100", "1e-200", "1e-300", "1e-900")]


def write(name, cases):
    made_with = {
        "python": platform.python_version(),
        "generator": "tests/golden/generate.py",
        "seed": SEED,
    }
    for package in ("mpmath", "numpy", "scipy", "statsmodels", "igraph", "leidenalg"):
        made_with[package] = version(package)
    text = json.dumps({"made_with": made_with, **cases}, indent=1)
    (HERE / name).write_text(text + "\n")


def ln(x):
    # A sum of 60-digit numbers may exceed 1 in its 60th digit; a probability may not.
    return float(mpmath.log(min(x, mpf(1))))


def poisson_tail(k, mean):
    mean = mpf(mean)
    term = mpmath.exp(-mean + k * mpmath.log(mean) - mpmath.loggamma(k + 1))
    total, x = mpf(0), k
    while x < mean or term > total * mpf(10) ** -50:
        total += term
        x += 1
        term *= mean / x
    return total


def poisson():
    upper, lower = [], []
    means = [1e-12, 1e-3, 0.07, 0.5, 1.0, 3.3, 12.0, 100.5, 5_000.0]
    for mean in means:
        k = max(1, int(mean) - int(3 * mean**0.5))
        tail = poisson_tail(k, mean)
        for p in DEPTHS:
            while tail > p:
                step = max(1, int(mean**0.5) // 8)
                k += step
                tail = poisson_tail(k, mean)
            upper.append({"k": k, "mean": mean, "ln_p": ln(tail)})
        for k in sorted({0, int(mean / 4), int(mean / 2), int(mean), int(mean) + 1}):
            total = mpmath.fsum(
                mpmath.exp(-mpf(mean) + x * mpmath.log(mpf(mean)) - mpmath.loggamma(x + 1))
                for x in range(k + 1)
            )
            lower.append({"k": k, "mean": mean, "ln_p": ln(total)})
    intervals = []
    for k in (0, 1, 2, 10, 57, 400, 12_345):
        for level in (0.5, 0.9, 0.95, 0.999):
            alpha = (1 - level) / 2
            lo = scipy.stats.chi2.ppf(alpha, 2 * k) / 2 if k else 0.0
            hi = scipy.stats.chi2.isf(alpha, 2 * k + 2) / 2
            intervals.append({"k": k, "level": level, "lo": lo, "hi": hi})
    write("poisson.json", {"upper": upper, "lower": lower, "intervals": intervals})


def hypergeometric():
    cases = []
    urns = [
        (50, 20, 10),
        (10_000, 50, 40),
        (10_000, 600, 500),
        (1_000_000, 900, 1_500),
        (1_000_000, 400_000, 2_000),
        (4_000_000_000, 100_000, 60_000),
    ]
    for population, marked, drawn in urns:
        whole = mpmath.binomial(population, drawn)
        most = min(marked, drawn)
        least = max(0, marked + drawn - population)
        mean = marked * drawn / population

        def tail(k):
            term = mpmath.binomial(marked, k) * mpmath.binomial(population - marked, drawn - k)
            total, x = mpf(0), k
            while x <= most and (x <= mean + 1 or term > total * mpf(10) ** -50):
                total += term
                term *= mpf((marked - x) * (drawn - x))
                term /= mpf((x + 1) * (population - marked - drawn + x + 1))
                x += 1
            return total / whole

        seen = set()
        for p in DEPTHS:
            low, high = least + 1, most
            while low < high:
                middle = (low + high) // 2
                low, high = (middle + 1, high) if tail(middle) > p else (low, middle)
            if low not in seen:
                seen.add(low)
                cases.append(
                    {
                        "population": population,
                        "marked": marked,
                        "drawn": drawn,
                        "k": low,
                        "ln_p": ln(tail(low)),
                    }
                )
    write("hypergeometric.json", {"upper": cases})


def poisson_binomial_mass(qs):
    mass = [mpf(1)]
    for q in qs:
        q = mpf(q)
        mass.append(mpf(0))
        for j in range(len(mass) - 1, 0, -1):
            mass[j] = mass[j] * (1 - q) + mass[j - 1] * q
        mass[0] *= 1 - q
    return mass


def poisson_binomial():
    rng = random.Random(SEED)
    lists = {
        "eight": [round(rng.uniform(0.01, 0.3), 6) for _ in range(8)],
        "sixty": [round(10 ** rng.uniform(-3, -0.3), 8) for _ in range(60)],
        "tiny": [10.0 ** -rng.randint(3, 30) for _ in range(40)],
        "wide": [rng.choice([1e-6, 0.01, 0.5, 0.999]) for _ in range(200)],
        "even": [round(rng.uniform(0.0, 1.0), 6) for _ in range(300)],
        # Beyond 2,000 trials and a count of 64 the saddlepoint answers.
        "many": [round(10 ** rng.uniform(-3, -0.5), 8) for _ in range(2_400)],
    }
    cases = []
    for name, qs in lists.items():
        mass = poisson_binomial_mass(qs)
        tails = list(itertools.accumulate(reversed(mass)))[::-1]
        mean = sum(qs)
        counts = set()
        for p in (mpf("0.999"), *DEPTHS):
            k = next((k for k, tail in enumerate(tails) if tail <= p), None)
            if k is not None:
                counts.add(k)
        counts |= {1, len(qs), min(len(qs), int(mean) + 1)}
        for k in sorted(counts):
            cases.append({"qs": name, "k": k, "ln_p": ln(tails[k])})
    write("poisson_binomial.json", {"qs": lists, "upper": cases})


def false_discoveries():
    rng = random.Random(SEED)
    cases = []
    for n, family in ((1, 1), (5, 5), (40, 40), (40, 1_000), (300, 300), (300, 31_995_999)):
        ps = [rng.random() ** rng.choice([1, 1, 4, 30]) for _ in range(n)]
        ps = [round(p, 3) if rng.random() < 0.2 else p for p in ps]
        if family <= 1_000:
            whole = ps + [1.0] * (family - n)
            bh = scipy.stats.false_discovery_control(whole, method="bh")[:n]
            by = scipy.stats.false_discovery_control(whole, method="by")[:n]
            again = multipletests(whole, method="fdr_bh")[1][:n]
            assert numpy.allclose(bh, again, rtol=1e-13), "scipy and statsmodels agree"
        else:
            # Adjusted by hand, with mpmath: the family is too long to list.
            order = sorted(range(n), key=ps.__getitem__)
            bh, by = [0.0] * n, [0.0] * n
            factor = mpmath.harmonic(family)
            for out, scale in ((bh, mpf(1)), (by, factor)):
                least = mpf(1)
                for rank in range(n, 0, -1):
                    index = order[rank - 1]
                    least = min(least, mpf(ps[index]) * family * scale / rank)
                    out[index] = float(least)
        cases.append({"family": family, "ps": ps, "bh": list(bh), "by": list(by)})
    write("bh.json", {"cases": cases})


def planted_graph(rng, sizes, inside, across):
    blocks = [block for block, size in enumerate(sizes) for _ in range(size)]
    edges = []
    for b in range(len(blocks)):
        for a in range(b):
            if rng.random() < (inside if blocks[a] == blocks[b] else across):
                edges.append([a, b, round(rng.uniform(0.5, 3.0), 2)])
    return {"nodes": len(blocks), "edges": edges}


def graph():
    rng = random.Random(SEED)
    graphs = {
        "clear": planted_graph(rng, [30, 25, 20, 15, 10], 0.35, 0.01),
        "faint": planted_graph(rng, [40, 40, 40, 40], 0.15, 0.03),
        "sparse": planted_graph(rng, [12] * 12, 0.3, 0.004),
    }
    cases = []
    for name, planted in graphs.items():
        edges = planted["edges"]
        known = igraph.Graph(n=planted["nodes"], edges=[(a, b) for a, b, _ in edges])
        weights = [weight for _, _, weight in edges]
        for resolution in (1.0, 2.0):
            with_leidenalg = [
                leidenalg.find_partition(
                    known,
                    leidenalg.RBConfigurationVertexPartition,
                    weights=weights,
                    resolution_parameter=resolution,
                    n_iterations=10,
                    seed=seed,
                ).quality()
                / (2 * sum(weights))
                for seed in range(LEIDEN_SEEDS)
            ]
            with_igraph = []
            for seed in range(LEIDEN_SEEDS):
                igraph.set_random_number_generator(random.Random(seed))
                found = known.community_leiden(
                    objective_function="modularity",
                    weights=weights,
                    resolution=resolution,
                    n_iterations=10,
                )
                with_igraph.append(
                    known.modularity(found.membership, weights=weights, resolution=resolution)
                )
            cases.append(
                {
                    "graph": name,
                    "resolution": resolution,
                    "labels": found.membership,
                    "modularity_of_labels": with_igraph[-1],
                    "igraph": sorted(with_igraph),
                    "leidenalg": sorted(with_leidenalg),
                }
            )
        planted["coreness"] = known.coreness()
        planted["components"] = known.connected_components().membership
    write("graph.json", {"graphs": graphs, "cases": cases})


def spectral():
    generator = numpy.random.default_rng(SEED)
    matrix = sparse_random(120, 60, density=0.1, random_state=generator, format="lil")
    for row in range(40):
        matrix[row, 0:6] = 2.0
    for row in range(40, 70):
        matrix[row, 10:15] = 3.0
    matrix = matrix.tocsr()
    matrix.sort_indices()
    values = sorted(svds(matrix, k=6, solver="propack", random_state=SEED)[1], reverse=True)
    dense = sorted(numpy.linalg.svd(matrix.toarray(), compute_uv=False), reverse=True)[:6]
    assert numpy.allclose(values, dense, rtol=1e-10)
    write(
        "svd.json",
        {
            "cols": 60,
            "bounds": matrix.indptr.tolist(),
            "columns": matrix.indices.tolist(),
            "entries": matrix.data.tolist(),
            "values": [float(value) for value in dense],
        },
    )


if __name__ == "__main__":
    poisson()
    hypergeometric()
    poisson_binomial()
    false_discoveries()
    graph()
    spectral()
