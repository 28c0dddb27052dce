#!/bin/sh
# Measures a whole cluster of this checkout's build: ./benchmarks/cluster.sh [flags for ./quilla up]
# Prints a line a figure; takes some minutes. Nothing else should run on the machine meanwhile.
set -eu
cd "$(dirname "$0")/.."
./quilla build
. benchmarks/java.sh
dir=$(mktemp -d)
trap './quilla down --dir "$dir" --purge >/dev/null 2>&1; rm -rf "$dir"' EXIT
run dev.quilla.benchmarks.cluster.ClusterFigures "$dir" "$@"
