#!/bin/sh
# Measures a whole cluster of this checkout's build: ./benchmarks/cluster.sh [flags for ./quilla up]
# Prints a line a figure; takes some minutes. Nothing else should run on the machine meanwhile.
set -eu
cd "$(dirname "$0")/.."
./quilla build
mvn=$(command -v mvn) || { echo "needs Maven" >&2; exit 1; }
"$mvn" -B -q package dependency:build-classpath -DskipTests -Dmdep.outputFile=target/classpath -pl benchmarks -am
dir=$(mktemp -d)
trap './quilla down --dir "$dir" --purge >/dev/null 2>&1; rm -rf "$dir"' EXIT
"${JAVA_HOME:?must be a JDK 25}/bin/java" -cp "benchmarks/target/classes:$(cat benchmarks/target/classpath)" \
  dev.quilla.benchmarks.cluster.ClusterFigures "$dir" "$@"
