#!/bin/sh
# What many keys of 1 KB cost the store: resident memory, restarts, pauses while a snapshot is taken.
# ./benchmarks/keys.sh [COUNT]   a million by default; three members then take 6 GB of memory. Nothing else should run.
set -eu
cd "$(dirname "$0")/.."
./quilla build
. benchmarks/java.sh
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
run dev.quilla.benchmarks.etcd.CapacityFigures "$dir" "${1:-1000000}"
