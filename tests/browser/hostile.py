#!/usr/bin/env python3
"""Writes a file of posts in which every name and text tries to do harm: hostile.py OUT.csv"""
import csv
import sys

TEXTS = [
    "<script>window.__xss=1;document.title='pwned'</script> under the old bridge at noon",
    "<img src=x onerror=\"window.__xss=2\"> under the old bridge at noon",
    "<svg onload=window.__xss=3><a href='javascript:window.__xss=4'>x</a> under the old bridge",
    "</style><style>@import 'https://example.invalid/x.css';*{display:none}</style> the old bridge",
    "\u202eegdirb dlo eht rednu\u202c \u2066left\u2069 under the old bridge at noon today",
    "\x1b[31mred\x1b[0m \x1b]8;;https://example.invalid\x07link under the old bridge at noon",
    "=HYPERLINK(\"https://example.invalid\") under the old bridge at noon today again",
    "Z\u0335\u0321\u0322a\u0334\u0321\u0322l\u0335\u0321g\u0335o under \U000e0041\U000e0042 the old bridge at noon",
    "زیر پل قدیمی‌تر، ساعت دوازده ظهر <b>می‌بینیم</b> https://example.invalid/؟a=1&b=<i>",
    "![x](https://example.invalid/x.png) [[x]] {{7*7}} ${7*7} <%= 7*7 %> under the bridge",
]
NAMES = ["<b>one</b>", "=cmd|'/c calc'!A1", "\u202etwo", "../../etc/passwd", "'\"><script>alert(1)</script>"]
with open(sys.argv[1], "w", encoding="utf-8", newline="") as out:
    rows = csv.writer(out)
    rows.writerow(["account", "handle", "id", "time", "text", "url"])
    for n in range(40):
        for member, name in enumerate(NAMES):
            day, hour, minute = 1 + n % 9, n % 24, n // 24 * 20
            rows.writerow([
                f"{name}-{member}", name, f"{name}-{n}", f"2024-05-0{day}T{hour:02}:{minute:02}:{2 * ((member + n) % 5):02}Z",
                f"{TEXTS[n % len(TEXTS)]} number {n}", f"https://example.invalid/\"><script>{n}</script>",
            ])
    for n in range(900):
        rows.writerow([
            f"person-{n % 90}", f"person-{n % 90}", f"own-{n}", f"2024-05-0{1 + n % 9}T{n % 24:02}:30:00Z",
            f"my own words about bread and clocks and rain, number {n}", "",
        ])
