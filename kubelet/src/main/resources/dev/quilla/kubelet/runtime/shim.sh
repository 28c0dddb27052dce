#!/bin/sh
# Runs one container's program and writes down how it ends. Outlives the kubelet, which finds everything in the files.
# usage: shim.sh DIRECTORY PROGRAM [ARGUMENT...]
dir=$1
shift
"$@" </dev/null >>"$dir/log" 2>&1 &
child=$!
printf '%s\n' "$child" >"$dir/pid.new" && mv "$dir/pid.new" "$dir/pid"
trap : TERM INT HUP
while :; do
  wait "$child"
  code=$?
  kill -0 "$child" 2>/dev/null || break
done
printf '%s\n' "$code" >"$dir/exit.new" && mv "$dir/exit.new" "$dir/exit"
