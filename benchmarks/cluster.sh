#!/bin/sh
# Measures a whole cluster of this checkout's build: ./benchmarks/cluster.sh [flags for ./quilla up]
# Prints a line a figure, beside those of a bare etcd (Debian: etcd-server) of three members in the same run; takes
# some minutes. Nothing else should run on the machine meanwhile.
set -eu
cd "$(dirname "$0")/.."
command -v etcd >/dev/null || { echo "needs etcd: apt-get install etcd-server" >&2; exit 1; }
./quilla build
. benchmarks/java.sh
dir=$(mktemp -d)
trap 'exit 130' INT
trap 'exit 143' TERM
trap './quilla down --dir "$dir/cluster" --purge >/dev/null 2>&1; rm -rf "$dir"' EXIT
run dev.quilla.benchmarks.cluster.ClusterFigures "$dir/cluster" "$dir/etcd" "$@"
