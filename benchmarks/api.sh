#!/bin/sh
# Measures three masters of this checkout's build as an API server, beside what the original control plane does on a
# machine of the same kind (two cores; its figures are in the code): rates, latencies, and the processor time that an
# operation costs all masters together.
#   ./benchmarks/api.sh [--json] [--original KUBE-APISERVER] [FIGURES [FLAG…]]   where an expression like 'get|list'
#   finds the wanted figures by their names, and the flags are those of ./quilla up. With the path of a kube-apiserver
#   the original is measured in turns with ours (Debian: etcd-server is needed too), instead of its figures in the code.
#   All figures take some minutes. Nothing else should run.
set -eu
cd "$(dirname "$0")/.."
json=false
if [ "${1:-}" = --json ]; then json=true; shift; fi
original=
if [ "${1:-}" = --original ]; then original=$2; shift 2; fi
figures=${1:-}
[ $# -eq 0 ] || shift
./quilla build
. benchmarks/java.sh
dir=$(mktemp -d)
trap 'exit 130' INT
trap 'exit 143' TERM
trap './quilla down --dir "$dir/cluster" --purge >/dev/null 2>&1; rm -rf "$dir"' EXIT
run dev.quilla.benchmarks.api.ApiFigures "$dir" "$original" "$figures" "$json" \
  --masters 3 --workers 0 --runtime process --network loopback "$@"
