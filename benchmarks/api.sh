#!/bin/sh
# Measures three masters of this checkout's build as an API server, beside what the original control plane does on a
# machine of the same kind (two cores; its figures are in the code): rates, latencies, and the processor time that an
# operation costs all masters together.
#   ./benchmarks/api.sh [--json] [FIGURES [FLAG…]]   where an expression like 'get|list' finds the wanted figures by
#   their names, and the flags are those of ./quilla up. All figures take some minutes. Nothing else should run.
set -eu
cd "$(dirname "$0")/.."
json=false
if [ "${1:-}" = --json ]; then json=true; shift; fi
figures=${1:-}
[ $# -eq 0 ] || shift
./quilla build
. benchmarks/java.sh
dir=$(mktemp -d)
trap 'exit 130' INT
trap 'exit 143' TERM
trap './quilla down --dir "$dir" --purge >/dev/null 2>&1; rm -rf "$dir"' EXIT
run dev.quilla.benchmarks.api.ApiFigures "$dir" "$figures" "$json" \
  --masters 3 --workers 0 --runtime process --network loopback "$@"
