#!/bin/bash
# A real kube-apiserver on Quilla's store: ./e2e/kube-apiserver.sh PATH-OF-KUBE-APISERVER
# Three members; the leading one is killed while objects are written. Needs kubectl, etcdctl and openssl; serves on
# 127.0.0.1 only and ends what it started. Not part of ./quilla test: the server is no package of a distribution.
set -euo pipefail
cd "$(dirname "$0")/.."
server=$1
port=16443
store=12379
dir=$(mktemp -d)
token=$(openssl rand -hex 16)
api=

die() { echo "FAILED: $*" >&2; tail -n 5 "$dir/api.log" >&2; exit 1; }
finish() {
  # It would wait a minute for its clients.
  if [ "$api" ]; then kill -9 "$api" 2>/dev/null || true; fi
  ./quilla store --dir "$dir/store" --stop >/dev/null || true
  rm -rf "$dir"
}
trap finish EXIT
kube() { kubectl --server="https://127.0.0.1:$port" --certificate-authority="$dir/certs/apiserver.crt" --token="$token" "$@"; }
etcd() {
  ETCDCTL_API=3 etcdctl --endpoints="127.0.0.1:$store,127.0.0.1:$((store + 1)),127.0.0.1:$((store + 2))" \
    --cacert="$dir/store/pki/ca.crt" --cert="$dir/store/pki/client.crt" --key="$dir/store/pki/client.key" "$@"
}
is() { [ "$2" = "$3" ] || die "$1: '$3' was expected, not '$2'"; echo "ok: $1"; }

./quilla store --dir "$dir/store" --members 3 --base-port $store --detach
openssl genrsa -out "$dir/sa.key" 2048 2>/dev/null
openssl rsa -in "$dir/sa.key" -pubout -out "$dir/sa.pub" 2>/dev/null
echo "$token,admin,1,system:masters" >"$dir/tokens.csv"
"$server" --etcd-servers="https://127.0.0.1:$store,https://127.0.0.1:$((store + 1)),https://127.0.0.1:$((store + 2))" \
  --etcd-cafile="$dir/store/pki/ca.crt" --etcd-certfile="$dir/store/pki/client.crt" --etcd-keyfile="$dir/store/pki/client.key" \
  --secure-port=$port --bind-address=127.0.0.1 --cert-dir="$dir/certs" --token-auth-file="$dir/tokens.csv" \
  --service-account-key-file="$dir/sa.pub" --service-account-signing-key-file="$dir/sa.key" \
  --service-account-issuer=https://127.0.0.1 --authorization-mode=RBAC --service-cluster-ip-range=10.96.0.0/16 \
  >"$dir/api.log" 2>&1 &
api=$!
disown $api # the shell would tell of its end
for _ in $(seq 120); do
  if [ "$(kube get --raw /readyz 2>/dev/null)" = ok ]; then break; fi
  kill -0 $api || die 'it ended'
  sleep 0.5
done
is 'the server is ready' "$(kube get --raw /readyz)" ok
echo "It says of itself: $(kube get --raw /version | tr -d ' \n')"

kube create namespace a >/dev/null
objects() {
  for i in $(seq 100); do
    printf -- '---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: m%d, namespace: a, labels: {of: script}}\ndata: {k: "0"}\n' "$i"
  done
}
objects | kube apply --server-side -f - >/dev/null
is 'a list in pages' "$(kube -n a get configmaps -l of=script --chunk-size=7 -o name | wc -l)" 100
kube -n a get configmaps -l of=script --watch-only -o name >"$dir/watched" &
watch=$!
sleep 2 # kubectl does not say when its watch is there
leader=$(etcd endpoint status -w table | awk -F'|' '$6 ~ /true/ { sub(/.*:/, "", $2); print $2 + 0 }')
read -r pid _ <"$dir/store/member-$((leader - store + 1))/pid"
(sleep 1; kill -9 "$pid") &
for i in $(seq 100); do kube -n a patch configmap "m$i" -p '{"data":{"k":"1"}}' >/dev/null || die "m$i was not written"; done
is 'all were written while the leading member died' \
  "$(kube -n a get configmaps -l of=script -o jsonpath='{.items[*].data.k}' | tr ' ' '\n' | sort | uniq -c | xargs)" '100 1'
kube -n a delete configmaps -l of=script >/dev/null
for _ in $(seq 40); do if [ "$(wc -l <"$dir/watched")" -ge 200 ]; then break; fi; sleep 0.25; done
kill $watch 2>/dev/null || true
is 'each change and deletion was watched once' "$(sort "$dir/watched" | uniq -c | awk '{ print $1 }' | uniq -c | xargs)" '100 2'
kube apply -f - >/dev/null <<'YAML'
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: cars.example.com}
spec:
  group: example.com
  names: {kind: Car, plural: cars}
  scope: Namespaced
  versions:
  - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}}
YAML
kube wait --for=condition=Established crd/cars.example.com --timeout=30s >/dev/null
car='{"apiVersion":"example.com/v1","kind":"Car","metadata":{"name":"c","namespace":"a"},"spec":{"doors":3}}'
for _ in $(seq 40); do if kube create -f - <<<"$car" >/dev/null 2>&1; then break; fi; sleep 0.25; done
is 'an object of a custom kind' "$(kube -n a get cars c -o jsonpath='{.spec.doors}')" 3
echo 'all well'
