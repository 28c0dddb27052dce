#!/bin/sh
# How long no write is acknowledged after kill -9 of the leader while clients write, and how many acknowledged writes
# are lost: Quilla's store beside etcd (Debian: etcd-server), three members each, fsync and mutual TLS, in turns.
# ./benchmarks/failover.sh [KILLS]   50 kills of each take about ten minutes. Nothing else should run.
set -eu
cd "$(dirname "$0")/.."
command -v etcd >/dev/null || { echo "needs etcd: apt-get install etcd-server" >&2; exit 1; }
./quilla build
. benchmarks/java.sh
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
run dev.quilla.benchmarks.etcd.FailoverFigures "$dir" "${1:-50}"
