#!/bin/sh
# Measures the store of this checkout alone, three members with fsync and mutual TLS on loopback:
#   ./benchmarks/store.sh load [FLAG…]   puts of 1.5 KB and linearizable gets; flags are the members' JVMs'
#   ./benchmarks/store.sh kills COUNT    kill -9 of the leader to the next acknowledged write
# Prints a line a figure. Nothing else should run on the machine meanwhile.
set -eu
cd "$(dirname "$0")/.."
. benchmarks/java.sh
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
run dev.quilla.benchmarks.store.StoreFigures "$dir" "$@"
