#!/bin/sh
# Compares Quilla's store with etcd (Debian: etcd-server), three members each, fsync and mutual TLS on both:
# ./benchmarks/etcd.sh [ROUNDS [FIGURES]], where an expression like puts finds the wanted figures by their names.
# Prints medians and ratios; a whole round takes about a minute, and one that is not counted warms both up. Nothing else
# should run.
set -eu
cd "$(dirname "$0")/.."
rounds=${1:-5}
command -v etcd >/dev/null || { echo "needs etcd: apt-get install etcd-server" >&2; exit 1; }
./quilla build
. benchmarks/java.sh
dir=$(mktemp -d)
finish() {
  ./quilla store --dir "$dir/quilla" --stop >/dev/null 2>&1 || true
  rm -rf "$dir"
}
trap finish EXIT
./quilla store --dir "$dir/quilla" --members 3 --base-port 12379 --detach
run dev.quilla.benchmarks.etcd.EtcdFigures "$dir/quilla/pki" 12379 "$dir/etcd" "$rounds" "${2:-}"
