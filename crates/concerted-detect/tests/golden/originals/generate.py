"""Makes the golden files of tests/published_originals.rs: what the originals of published methods find in one small world.

    python -m venv venv && venv/bin/pip install numpy==2.4.6 pandas==3.1.1 scipy==1.17.1 scikit-learn==1.9.1 \
        networkx==3.6.1 sparse_dot_topn==1.2.0 tqdm coordination-network-toolkit==1.5.2
    apt-get install r-base-core r-cran-dplyr r-cran-tidyr r-cran-igraph
    venv/bin/python generate.py ORIGINALS

ORIGINALS is a folder with the files of the authors that README.md lists; they are not ours to pass on. Functions
are taken out of them by name and run as they are, except for the repairs that REPAIRS lists: without those they do not run at all.
Where no code of an original is public, its words are restated here, and the name of the function says so (`restated_…`).
"""

import ast
import csv
import datetime
import difflib
import itertools
import json
import random
import subprocess
import sys
import types
from collections import Counter, defaultdict
from importlib.metadata import version
from pathlib import Path

import networkx as nx
import numpy as np
import pandas as pd
import scipy.stats
import tqdm
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfTransformer, TfidfVectorizer
from sklearn.metrics.pairwise import cosine_similarity
from sparse_dot_topn import sp_matmul_topn

SEED = 20_261_127
HERE = Path(__file__).parent
START = 1_700_006_400  # a midnight, UTC
DAY = 86_400

REPAIRS = {
    "svalnet.py": "SVN reads self.edgelist, which it never sets: it is set before",
    "utils.py": "mergeNetworks takes a pair that two networks name in different orders as two: all are given in one order; computeCentrality names a graph that is not there: its one call of networkx is made here",
    "CooRnet": "unnest_ctshares is of another file: shares come one address a row",
}


# ---------------------------------------------------------------------------------------------- the world


def world(draw):
    """130 accounts, four days, no two posts in the same second."""
    accounts = [f"a{number:03}" for number in range(130)]
    rows, taken = [], set()

    def post(account, time, **more):
        time = int(time)
        while time in taken:
            time += 1
        taken.add(time)
        row = {"account": account, "time": time, "kind": "post", "repost_of": "", "repost_of_account": "", "repost_of_time": "",
               "reply_to": "", "urls": [], "hashtags": [], "mentions": [], "text": "", **more}
        rows.append(row)
        return row

    words = "harbour bridge vote market water council night opens closes again never today street lamp".split()
    tags = ["Vote", "vote", "VOTE", "Harbour", "water", "Water", "night", "ab", "abc", "c", "bc", "market", "lamp", "street", "again"]
    links = [f"https://news.example/{number}" for number in range(60)]
    sequences = [["Vote", "night", "water"], ["vote", "Water", "lamp", "street"], ["again", "market", "lamp", "ab", "c"],
                 ["market", "again", "lamp", "ab", "c"], ["night", "night", "water", "Vote", "c", "bc"]]

    def sentence():
        return " ".join(draw.choice(words) for _ in range(draw.randrange(3, 9)))

    originals = [post(f"a{draw.randrange(30):03}", START + draw.randrange(3 * DAY), text=sentence()) for _ in range(90)]
    weights = [1 / (rank + 2) ** 0.8 for rank in range(90)]

    def repost(account, of, lag):
        post(account, of["time"] + lag, kind="repost", repost_of=of, repost_of_account=of["account"], repost_of_time=of["time"])

    for account in accounts:
        for of in draw.choices(originals, weights, k=draw.choice([4, 9, 10, 11, 12, 14, 19, 20, 24])):
            fast = draw.random() < 0.25
            lag = draw.randrange(1, 10) if fast else int(draw.lognormvariate(8, 1.5)) + 11
            repost(account, of, lag + (DAY if fast and draw.random() < 0.3 else 0))
    for of in draw.sample(originals, 8):
        for account in accounts[100:106]:
            repost(account, of, draw.randrange(30, 60))
    # Forty posts that four accounts each pass on, sixteen of them the same four: one class of popularity with a group in it.
    for number in range(40):
        of = post(f"a{draw.randrange(30):03}", START + draw.randrange(3 * DAY), text=sentence())
        for account in accounts[114:118] if number < 16 else draw.sample(accounts, 4):
            repost(account, of, draw.randrange(300, 90_000))
    for of in originals[:6]:
        repost(of["account"], of, draw.randrange(20, 4_000))

    for link in links:
        quick = draw.random() < 0.5
        moment = START + draw.randrange(3 * DAY)
        for _ in range(draw.choice([1, 2, 3, 4, 6, 9])):
            account = draw.choice(accounts[40:54])
            more = [other for other in [draw.choice(links)] if draw.random() < 0.2 and other != link]
            post(account, moment, urls=[link, *more], text=sentence())
            moment += draw.randrange(1, 40) if quick else draw.randrange(60, 20_000)
    for _ in range(330):
        account = draw.choice(accounts[:118])
        hour = draw.randrange(40)
        chosen = draw.choice(sequences) if draw.random() < 0.4 else draw.sample(tags, draw.randrange(0, 4))
        named = draw.sample(accounts[:12], draw.randrange(0, 3))
        post(account, START + hour * 7_200 + int(draw.expovariate(1 / 300)), hashtags=list(chosen), mentions=named,
             urls=[draw.choice(links)] if draw.random() < 0.2 else [],
             text=sentence() + "".join(f" #{tag}" for tag in chosen) + "".join(f" @{name}" for name in named))
    for _ in range(60):
        of = draw.choice(originals)
        post(draw.choice(accounts[:118]), of["time"] + draw.randrange(5, 3_000), kind="reply", reply_to=of, text=sentence())
    # The same five posts with hashtags on one day: two the same, one the same but for where a word ends, one a day later.
    for account, day, last in [("a120", 1, ["ab", "c"]), ("a121", 1, ["ab", "c"]), ("a122", 1, ["a", "bc"]), ("a123", 2, ["ab", "c"])]:
        for place, chosen in enumerate([["Vote"], ["night"], ["water"], ["lamp"], last]):
            post(account, START + day * DAY + 40_000 + place * 600 + draw.randrange(300), hashtags=chosen,
                 text=sentence() + "".join(f" #{tag}" for tag in chosen))
    # Copies: the same text within a minute, and with a word changed.
    for _ in range(40):
        text = " ".join(draw.choice(words) for _ in range(9))
        moment = START + draw.randrange(4 * DAY)
        for place, account in enumerate(draw.sample(accounts[106:114], 3)):
            changed = text.split()
            if place == 2:
                changed[draw.randrange(9)] = draw.choice(words)
            post(account, moment + place * draw.randrange(1, 50), text=" ".join(changed).capitalize() if place else " ".join(changed))

    rows.sort(key=lambda row: row["time"])
    for number, row in enumerate(rows):
        row["id"] = f"p{number:05}"
    for row in rows:
        for of in ("repost_of", "reply_to"):
            row[of] = row[of]["id"] if row[of] else ""
    return rows


COLUMNS = ["id", "account", "time", "kind", "repost_of", "repost_of_account", "repost_of_time", "reply_to", "urls", "hashtags",
           "mentions", "text"]


def write(name, header, rows):
    ways = {float: lambda value: f"{value:.15g}", list: " ".join}
    with open(HERE / name, "w", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(header)
        out.writerows([ways.get(type(value), str)(value) for value in row] for row in rows)
    print(f"{name}: {len(rows)} rows")


def write_pairs(name, pairs):
    assert pairs, f"{name}: nothing found, nothing compared"
    rows = sorted((min(a, b), max(a, b), *values) for (a, b), values in pairs.items())
    write(name, ["a", "b", "weight", "kept"][: len(rows[0])], rows)


# ---------------------------------------------------------------------------------- functions of the originals


def original(folder, file, names, **globals_):
    """Functions and classes of a file of the authors, by name."""
    tree = ast.parse((folder / file).read_text())
    tree.body = [node for node in tree.body if getattr(node, "name", None) in names]
    assert len(tree.body) == len(names), f"{file}: {names}"
    space = dict(globals_)
    exec(compile(tree, file, "exec"), space)
    return types.SimpleNamespace(space=space, **{name: space[name] for name in names})


def in_order(*pair):
    return (min(pair), max(pair))


def pacheco(folder, edges, least):
    """The notebooks from Step 2 on: all interactions."""
    notebook = original(folder, "co_retweet.py", ["calculate_interaction"], pd=pd, TfidfVectorizer=TfidfVectorizer,
                        sp_matmul_topn=sp_matmul_topn, dummy_func=lambda doc: doc)
    table = pd.DataFrame([(account, feature, count) for (account, feature), count in edges.items()], columns=["uid", "feature", "cnt"])
    supports = {name: count for name, count in table.groupby("uid")["cnt"].sum().to_dict().items() if count > least}
    notebook.space["supports"] = supports
    table = table[table["uid"].isin(list(supports))]
    return notebook.calculate_interaction(table, "uid", "feature", "cnt", "user1", "user2", "similarity", "support")


def kept_of(interactions, quantile):
    kept = interactions[interactions["similarity"] >= interactions["similarity"].quantile(quantile)]
    return {in_order(row.user1, row.user2): (float(row.similarity),) for row in kept.itertuples()}


def luceri(folder, rows):
    co_sharing = original(folder, "coSharing.py", ["coSharing"], pd=pd, np=np, nx=nx, cosine_similarity=cosine_similarity,
                          TfidfTransformer=TfidfTransformer, csr_matrix=csr_matrix, CategoricalDtype=pd.CategoricalDtype).coSharing
    merge = original(folder, "utils.py", ["mergeNetworks"], pd=pd, nx=nx).mergeNetworks

    def network(shares, once=True):
        shares = list(dict.fromkeys(shares)) if once else shares
        return co_sharing(pd.DataFrame([(n, *share) for n, share in enumerate(shares)], columns=["post_id", "userid", "feature_shared"]))

    reposts = [row for row in rows if row["kind"] == "repost"]
    busy = {name for name, count in Counter(row["account"] for row in reposts).items() if count >= 20}
    # timedelta.dt.seconds
    fast = [(row["account"], row["repost_of_account"]) for row in reposts if (row["time"] - row["repost_of_time"]) % DAY <= 10]
    often = {pair for pair, count in Counter(fast).items() if count > 1}
    own = [row for row in rows if row["kind"] != "repost"]

    def ordered(network):
        same = nx.Graph()
        same.add_nodes_from(sorted(network))
        same.add_edges_from(network.edges(data=True))
        return same

    def sequence(row):
        return "__".join(word.strip("#") for word in row["text"].split() if word.startswith("#"))

    networks = {
        "repost": network([(row["account"], row["repost_of"]) for row in reposts if row["account"] in busy]),
        "url": network([(row["account"], url) for row in rows for url in row["urls"]]),
        "hashtag-sequence": network([(row["account"], sequence(row)) for row in own if len(sequence(row).split("__")) >= 3]),
        "fast-repost": network([pair for pair in fast if pair in often], once=False),
    }
    in_one_order = [ordered(network) for network in networks.values()]
    return networks, merge(in_one_order, weighted=True), merge(in_one_order)


def magelinski(folder, rows, window):
    windows = original(folder, "sliding_window_functions.py", ["get_pairs"], Counter=Counter, datetime=datetime)
    get_edges = original(folder, "coordination_helpers.py", ["get_edges"], sliding_window_functions=windows).get_edges
    found = Counter()
    for kind in ("urls", "hashtags", "mentions"):
        actions = []
        for row in rows:
            if row["kind"] == "repost":
                continue
            things = [tag.lower() for tag in row[kind]] if kind == "hashtags" else row[kind]
            moment = datetime.datetime.fromtimestamp(row["time"], datetime.timezone.utc)
            # The scripts keep addresses as they come, hashtags and mentions once a post.
            things = things if kind == "urls" else sorted(set(things))
            actions += [(row["account"], moment, thing) for thing in things]
        table = pd.DataFrame(actions, columns=["user_id", "time", "link"])
        found.update(get_edges(table, datetime.timedelta(seconds=window)))
    return {pair: (count,) for pair, count in found.items()}


def step_up(ps, family):
    """Benjamini–Hochberg adjusted p-values, the untested counting as 1."""
    order = np.argsort(ps, kind="stable")
    adjusted, least = np.ones(len(ps)), 1.0
    for rank in range(len(ps), 0, -1):
        least = min(least, ps[order[rank - 1]] * family / rank)
        adjusted[order[rank - 1]] = least
    return adjusted


def svn(folder, links):
    """p-values of svalnet on these links, the number of its tests, and the pairs that it validates at 5 %."""
    network = original(folder, "svalnet.py", ["SVN"], np=np, pd=pd, st=scipy.stats, tqdm=tqdm.tqdm).SVN
    network.edgelist = pd.DataFrame(links, columns=["account", "object"])
    built = network(network.edgelist, "account", "object")
    places = zip(*np.nonzero(np.triu(built.P)))
    tests = {}
    for i, j in places:
        *_, p = built.oeFunc((i, j))
        tests[in_order(str(built.idx_to_proj[i]), str(built.idx_to_proj[j]))] = float(p)
    kept, _ = built.overExpression(threshold=0.05)
    kept = {in_order(str(row.source), str(row.target)) for row in kept.itertuples()}
    return tests, built.N * (built.N - 1) // 2, kept


def svn_of_all(folder, links):
    tests, family, kept = svn(folder, links)
    adjusted = step_up(np.array(list(tests.values())), family)
    # svalnet holds every p against the bar of its own rank, which keeps no more than the step-up procedure does.
    stepped = {pair for pair, q in zip(tests, adjusted) if q <= 0.05}
    assert kept <= stepped, f"svalnet validates {len(kept)} pairs, step-up {len(stepped)}"
    return {pair: (float(q), int(pair in stepped)) for pair, q in zip(tests, adjusted)}


def svn_by_popularity(folder, links):
    """The paper: each class of popularity by itself, one family of all tests; svalnet on each class."""
    popular = Counter(thing for _, thing in links)
    tests, family = [], 0
    for degree in sorted(set(popular.values())):
        part = [(account, thing) for account, thing in links if popular[thing] == degree]
        if degree < 2 or len({account for account, _ in part}) < 2:
            continue
        found, of_class, _ = svn(folder, part)
        family += of_class
        tests += list(found.items())
    adjusted = step_up(np.array([p for _, p in tests]), family)
    best = {}
    for (pair, _), q in zip(tests, adjusted):
        best[pair] = min(float(q), best.get(pair, 1.0))
    return {pair: (q, int(q <= 0.05)) for pair, q in best.items()}


def toolkit(rows, window):
    """The toolkit itself, on a database in a folder that is thrown away."""
    import tempfile

    from coordination_network_toolkit.compute_networks import (
        compute_co_link_network, compute_co_post_network, compute_co_reply_network, compute_co_retweet_parallel,
        compute_co_similar_tweet, compute_co_tweet_network)
    from coordination_network_toolkit.graph import get_edge_rows
    from coordination_network_toolkit.preprocess import preprocess_csv_files

    networks = {
        "co_retweet": compute_co_retweet_parallel, "co_tweet": compute_co_tweet_network, "co_reply": compute_co_reply_network,
        "co_link": compute_co_link_network, "co_post": compute_co_post_network, "co_similar_tweet": compute_co_similar_tweet}
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "posts.csv"
        with open(table, "w", newline="") as file:
            out = csv.writer(file)
            out.writerow("message_id user_id username repost_id reply_id message timestamp urls".split())
            out.writerows([row["id"], row["account"], row["account"], row["repost_of"], row["reply_to"], row["text"], row["time"],
                           " ".join(row["urls"])] for row in rows)
        database = Path(folder) / "posts.db"
        preprocess_csv_files(str(database), [str(table)])
        for name, compute in networks.items():
            more = {"similarity_threshold": 0.8} if name == "co_similar_tweet" else {}
            compute(str(database), window, min_edge_weight=1, **more)
            edges = sorted((str(a), str(b), w) for a, b, w, *_ in get_edge_rows(str(database), name))
            write(f"toolkit_{name}.csv", ["from", "to", "weight"], edges)


def coornet(folder, rows):
    shares = [(row["id"], row["account"], url, row["time"]) for row in rows if row["kind"] != "repost" for url in row["urls"]]
    write("coornet_shares.csv", ["id", "account", "url", "time"], shares)
    subprocess.run(["Rscript", HERE / "coornet.R", folder, HERE], check=True, stdout=subprocess.DEVNULL)
    (HERE / "coornet_shares.csv").unlink()


# ------------------------------------------------------------------------- no public code: the words, restated


def restated_hashtag_days(rows):
    """Pacheco et al., case study 3: the loop of the notebook, whose last line does not run (nx.add_edge)."""
    days = defaultdict(list)
    for row in rows:
        if row["kind"] != "repost":
            days[(row["account"], (row["time"] - START) // DAY)].append(row["hashtags"])
    holders = defaultdict(list)
    for (account, day), lists in days.items():
        every = [tag for tags in lists for tag in tags]
        if len(lists) >= 5 and sum(bool(tags) for tags in lists) >= 5 and len(set(every)) >= 5:
            holders[(day, "".join(every))].append(account)
    return Counter(in_order(*pair) for names in holders.values() for pair in itertools.combinations(sorted(names), 2))


def restated_nizzoli(rows, most_active, alpha):
    """The most active reposters, TF-IDF and cosine (scikit-learn), disparity filter with a tie kept if either end says so."""
    reposts = [(row["account"], row["repost_of"]) for row in rows if row["kind"] == "repost"]
    counts = Counter(account for account, _ in reposts)
    stay = max(2, int(np.ceil(len(counts) * most_active)))
    bar = sorted(counts.values(), reverse=True)[stay - 1]
    held = {pair for pair in reposts if counts[pair[0]] >= bar}
    popular = Counter(thing for _, thing in held)
    held = sorted(pair for pair in held if popular[pair[1]] >= 2)
    accounts, things = sorted({a for a, _ in held}), sorted({t for _, t in held})
    matrix = np.zeros((len(accounts), len(things)))
    for account, thing in held:
        matrix[accounts.index(account), things.index(thing)] = 1
    alike = cosine_similarity(TfidfTransformer().fit_transform(matrix))
    graph = nx.Graph()
    for i, j in itertools.combinations(range(len(accounts)), 2):
        if alike[i, j] > 0:
            graph.add_edge(accounts[i], accounts[j], weight=float(alike[i, j]))
    found = {}
    for one, other, weight in graph.edges(data="weight"):
        levels = [(1 - weight / graph.degree(end, "weight")) ** (graph.degree(end) - 1) for end in (one, other) if graph.degree(end) > 1]
        found[in_order(one, other)] = (weight, int(min(levels, default=1.0) < alpha))
    return found


def restated_schoch(rows, window):
    """Same post passed on, or same text published, within a minute: objects counted once a pair."""
    shares = [(("repost", row["repost_of"]), row) for row in rows if row["kind"] == "repost"]
    plain = lambda text: " ".join(word for word in text.lower().split() if not word.startswith("@"))
    shares += [(("text", plain(row["text"])), row) for row in rows if row["kind"] != "repost" and plain(row["text"])]
    return within(shares, window)


def within(shares, window):
    """Distinct objects of each pair within the window: every pair of shares is looked at."""
    by_object, found = defaultdict(list), defaultdict(set)
    for thing, row in shares:
        by_object[thing].append(row)
    for thing, group in by_object.items():
        for one, other in itertools.combinations(group, 2):
            if one["account"] != other["account"] and abs(one["time"] - other["time"]) <= window:
                found[in_order(one["account"], other["account"])].add(thing)
    return Counter({pair: len(things) for pair, things in found.items()})


def restated_vishnuprasad(rows, window):
    """Co-reposts within the window, and posts alike (Ratcliff/Obershelp above 0.7) among ten neighbours in order of time."""
    found = within([(row["repost_of"], row) for row in rows if row["kind"] == "repost"], window)
    own = [row for row in rows if row["kind"] != "repost"]
    for place, newer in enumerate(own):
        for older in own[max(0, place - 9) : place]:
            if older["account"] == newer["account"]:
                continue
            # Python's rule for frequent signs applies from 200 signs on; no text here is so long.
            if difflib.SequenceMatcher(None, older["text"], newer["text"]).ratio() > 0.7:
                found[in_order(older["account"], newer["account"])] += 1
    return found


def restated_coortweet(rows, window, narrow, least, quantile):
    """detect_groups, flag_speed_share and the fast network of CooRTweet 2.1.3, from the description of their steps."""
    shares = [(url, row) for row in rows if row["kind"] != "repost" for url in dict.fromkeys(row["urls"])]
    count = Counter(row["account"] for _, row in shares)
    shares = [(url, row) for url, row in shares if count[row["account"]] >= least]

    def enough(pairs):
        """One end of a pair must be a post of an account with `least` shares of posts in pairs."""
        posts = {post for pair in pairs for post in pair[1:3]}
        rows_of = Counter(row["account"] for _, row in shares if row["id"] in posts)
        good = {row["id"] for _, row in shares if row["id"] in posts and rows_of[row["account"]] >= least}
        return [pair for pair in pairs if pair[1] in good or pair[2] in good]

    owner = {row["id"]: row["account"] for row in rows}
    pairs = []
    for (url, one), (other_url, other) in itertools.combinations(shares, 2):
        gap = abs(one["time"] - other["time"])
        if url == other_url and gap <= window and one["account"] != other["account"]:
            older, newer = sorted([one, other], key=lambda row: row["time"])
            pairs.append((url, older["id"], newer["id"], gap))
    pairs = enough(pairs)
    quick = {pair[1:3] for pair in enough([pair for pair in pairs if pair[3] <= narrow])}

    def network(pairs):
        of_pair = defaultdict(list)
        for pair in pairs:
            of_pair[in_order(owner[pair[1]], owner[pair[2]])].append(pair)
        ties = {}
        for ends, of in of_pair.items():
            older, newer = len({pair[1] for pair in of}), len({pair[2] for pair in of})
            ties[ends] = (len(of), sum(pair[3] for pair in of) / len(of), older, newer)
        bar = float(np.quantile([tie[0] for tie in ties.values()], quantile)) if ties else 0.0
        return {ends: (*tie, int(tie[0] > bar)) for ends, tie in ties.items()}

    full, fast = network(pairs), network([pair for pair in pairs if pair[1:3] in quick])
    core = {end for ends, tie in fast.items() if tie[4] for end in ends}
    near = core | {end for ends in full for end in ends if core & set(ends)}
    table = []
    for ends, tie in sorted(full.items()):
        levels = [tie[4], fast.get(ends, (0,) * 5)[4], int(set(ends) <= near)]
        table.append([*ends, *tie, *fast.get(ends, ("",) * 5), *levels])
    header = "a b weight mean_gap older newer above fast_weight fast_mean_gap fast_older fast_newer fast_above level1 level2 level3"
    write("coortweet_fast.csv", header.split(), table)


def main(folder):
    rows = world(random.Random(SEED))
    write("posts.csv", COLUMNS, [[row[column] for column in COLUMNS] for row in rows])
    first = rows[0]["time"]

    reposts = Counter((row["account"], row["repost_of"]) for row in rows if row["kind"] == "repost")
    interactions = pacheco(folder, reposts, 10)
    write_pairs("pacheco2021-co-retweet.csv", kept_of(interactions, 0.8))
    halves = Counter((row["account"], first + (row["time"] - first) // 1_800 * 1_800) for row in rows)
    write_pairs("pacheco2021-synchrony.csv", kept_of(pacheco(folder, halves, 8), 0.8))
    write_pairs("pacheco2021-hashtag-sequence.csv", {pair: (count,) for pair, count in restated_hashtag_days(rows).items()})

    networks, weighted, plain = luceri(folder, rows)
    for name, network in networks.items():
        write_pairs(f"luceri2024-{name}.csv", {in_order(a, b): (float(w),) for a, b, w in network.edges(data="weight")})
    write_pairs("luceri2024-fused.csv", {in_order(a, b): (float(w),) for a, b, w in weighted.edges(data="weight")})
    central = nx.eigenvector_centrality(plain, max_iter=500)
    write("luceri2024-centrality.csv", ["account", "centrality"], sorted((name, float(value)) for name, value in central.items()))

    write_pairs("magelinski2022.csv", magelinski(folder, rows, 300))
    links = sorted(reposts)
    write_pairs("svn2011-all.csv", svn_of_all(folder, links))
    write_pairs("svn2011.csv", svn_by_popularity(folder, links))
    write_pairs("nizzoli2021.csv", restated_nizzoli(rows, 0.5, 0.05))
    write_pairs("schoch2022.csv", {pair: (count,) for pair, count in restated_schoch(rows, 60).items()})
    write_pairs("vishnuprasad2024.csv", {pair: (count,) for pair, count in restated_vishnuprasad(rows, 60).items()})
    restated_coortweet(rows, 60, 10, 2, 0.5)
    toolkit(rows, 60)
    coornet(folder, rows)

    made_with = {"python": sys.version.split()[0], "seed": SEED, "generator": "generate.py", "repairs": REPAIRS}
    for package in ("numpy", "pandas", "scipy", "scikit-learn", "networkx", "sparse_dot_topn", "coordination-network-toolkit"):
        made_with[package] = version(package)
    versions = HERE / "versions.txt"
    made_with["R"] = versions.read_text().split()
    versions.unlink()
    (HERE / "made_with.json").write_text(json.dumps(made_with, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
