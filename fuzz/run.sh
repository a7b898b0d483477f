#!/usr/bin/env bash
# Fuzzes each reader in turn: ./run.sh SECONDS [FORMAT…]; "-" is no format, so that it is told from the content.
# Seeds are the files made for the tests.
set -euo pipefail
cd "$(dirname "$0")"
seconds=${1:?"usage: ./run.sh SECONDS [FORMAT…]"}
shift
(cd .. && cargo run --quiet -p concerted-case --example made_files -- fuzz/corpus)
if [ $# -gt 0 ]; then formats=("$@"); else mapfile -t formats < <(ls corpus); fi
# Built once: what is edited meanwhile is not run.
env -u CARGO_TARGET_DIR cargo +nightly fuzz build -s none reader
# Files are read from memory where there is such a folder.
folder=$(mktemp -d -p "$([ -d /dev/shm ] && echo /dev/shm || echo "${TMPDIR:-/tmp}")")
trap 'rm -rf "$folder"' EXIT
export TMPDIR=$folder
reader=$folder/reader
cp target/*/release/reader "$reader"
mkdir -p artifacts
for format in "${formats[@]}"; do
  echo "== $format"
  seeds=("corpus/$format") asked=("FORMAT=$format")
  if [ "$format" = - ]; then
    mkdir -p corpus/-
    seeds=(corpus/- corpus/[!-]*) asked=(-u FORMAT)
  fi
  env "${asked[@]}" "$reader" "${seeds[@]}" \
    -max_total_time="$seconds" -timeout=20 -rss_limit_mb=4096 -print_final_stats=1 \
    -artifact_prefix="artifacts/$format-" 2>&1 | grep -E "stat::|SUMMARY|panicked|Test unit" || true
done
