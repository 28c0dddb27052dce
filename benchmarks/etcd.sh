#!/bin/sh
# Compares Quilla's store with etcd (Debian: etcd-server), three members each, fsync and mutual TLS on both:
# ./benchmarks/etcd.sh [ROUNDS]. Prints medians and ratios; a round takes about a minute. Nothing else should run.
set -eu
cd "$(dirname "$0")/.."
rounds=${1:-5}
command -v etcd >/dev/null || { echo "needs etcd: apt-get install etcd-server" >&2; exit 1; }
./quilla build
. benchmarks/java.sh
dir=$(mktemp -d)
pids=
finish() {
  # shellcheck disable=SC2086 # numbers
  [ -z "$pids" ] || kill $pids 2>/dev/null || true
  ./quilla store --dir "$dir/quilla" --stop >/dev/null 2>&1 || true
  rm -rf "$dir"
}
trap finish EXIT
./quilla store --dir "$dir/quilla" --members 3 --base-port 12379 --detach
pki=$dir/quilla/pki
cluster="m1=https://127.0.0.1:13390,m2=https://127.0.0.1:13391,m3=https://127.0.0.1:13392"
for i in 1 2 3; do
  client="https://127.0.0.1:$((13378 + i))"
  peer="https://127.0.0.1:$((13389 + i))"
  etcd --name "m$i" --data-dir "$dir/etcd$i" --log-level error \
    --listen-client-urls "$client" --advertise-client-urls "$client" \
    --listen-peer-urls "$peer" --initial-advertise-peer-urls "$peer" \
    --initial-cluster "$cluster" --initial-cluster-state new \
    --client-cert-auth --trusted-ca-file "$pki/ca.crt" --cert-file "$pki/member-$i.crt" --key-file "$pki/member-$i.key" \
    --peer-client-cert-auth --peer-trusted-ca-file "$pki/ca.crt" \
    --peer-cert-file "$pki/member-$i.crt" --peer-key-file "$pki/member-$i.key" >"$dir/etcd$i.log" 2>&1 &
  pids="$pids $!"
done
run dev.quilla.benchmarks.etcd.EtcdFigures "$pki" 12379 13379 "$rounds"
