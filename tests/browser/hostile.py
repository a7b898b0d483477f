#!/usr/bin/env python3
"""Writes a file of posts in which every name and text tries to do harm: hostile.py OUT.csv [FOLDER]

FOLDER may hold files of hostile posts, *.jsonl with account_id, account_name and text: theirs are used too. Each
group of five accounts acts together, so that the report shows all of it; every other account writes for itself.
"""
import csv
import glob
import json
import os
import random
import sys

TEXTS = [
    "<script>window.__xss=1;document.title='pwned'</script>",
    "<img src=x onerror=\"window.__xss=2\">",
    "<svg onload=window.__xss=3><a href='javascript:window.__xss=4'>x</a>",
    "</style><style>@import 'https://example.invalid/x.css';*{display:none}</style>",
    "\u202eegdirb dlo eht rednu\u202c \u2066left\u2069",
    "\x1b[31mred\x1b[0m \x1b]8;;https://example.invalid\x07link",
    "=HYPERLINK(\"https://example.invalid\")",
    "Z\u0335\u0321\u0322a\u0334\u0321\u0322l\u0335\u0321g\u0335o \U000e0041\U000e0042",
    "زیر پل قدیمی‌تر، ساعت دوازده ظهر <b>می‌بینیم</b> https://example.invalid/؟a=1&b=<i>",
    "![x](https://example.invalid/x.png) [[x]] {{7*7}} ${7*7} <%= 7*7 %>",
]
NAMES = ["<b>one</b>", "=cmd|'/c calc'!A1", "\u202etwo", "../../etc/passwd", "'\"><script>alert(1)</script>"]
MEMBERS, TOGETHER, POSTS = 5, 3, 36
KINDS = ("xss", "formula", "bidi", "ansi", "path_ids")

for path in sorted(glob.glob(os.path.join(sys.argv[2], "*.jsonl"))) if len(sys.argv) > 2 else []:
    if not any(kind in path for kind in KINDS):
        continue
    for line in open(path, encoding="utf-8"):
        post = json.loads(line)
        TEXTS.append(post["text"])
        NAMES.extend(name for name in (post.get("account_id"), post.get("account_name")) if name)
NAMES = list(dict.fromkeys(NAMES))
dice = random.Random(1)


def words(count):
    """Words of no language, so that no two texts are rewordings of each other."""
    syllables = ["ka", "lo", "mi", "re", "su", "ta", "ve", "no", "pi", "du", "ge", "ha", "zo"]
    return " ".join("".join(dice.choices(syllables, k=3)) for _ in range(count))


def time(n, second):
    return f"2024-05-0{1 + n % 9}T{(n * 7) % 24:02}:{(n * 13) % 60:02}:{second:02}Z"


with open(sys.argv[1], "w", encoding="utf-8", newline="") as out:
    rows = csv.writer(out)
    rows.writerow(["account", "handle", "id", "time", "text"])
    for group, start in enumerate(range(0, len(TEXTS), TOGETHER)):
        for n in range(POSTS):
            text = " ".join(TEXTS[start:start + TOGETHER]) + " " + words(40)
            for member in range(MEMBERS):
                name = NAMES[(group * MEMBERS + member) % len(NAMES)]
                account = f"{name}-{group}-{member}"
                # They take turns at being first: whoever is always followed belongs to no group.
                second = 2 * ((member + n) % MEMBERS)
                rows.writerow([account, name, f"{account}-{n}", time(n + 5 * group, second), text])
    for n in range(1200):
        rows.writerow([f"person-{n % 120}", f"person-{n % 120}", f"own-{n}", time(n, 30), words(20)])
