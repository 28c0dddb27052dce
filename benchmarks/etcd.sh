#!/bin/sh
# Compares Quilla's store with etcd (Debian: etcd-server), three members each, fsync and mutual TLS on both:
# ./benchmarks/etcd.sh [ROUNDS [FIGURES]], where an expression like puts finds the wanted figures by their names.
# Prints medians and ratios, what an operation costs of the processors, and what the disk can do; a whole round takes
# about a minute, after minutes that are not counted and warm both up. Nothing else should run.
set -eu
cd "$(dirname "$0")/.."
rounds=${1:-5}
command -v etcd >/dev/null || { echo "needs etcd: apt-get install etcd-server" >&2; exit 1; }
./quilla build
. benchmarks/java.sh
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
run dev.quilla.benchmarks.etcd.EtcdFigures "$dir" "$rounds" "${2:-}"
