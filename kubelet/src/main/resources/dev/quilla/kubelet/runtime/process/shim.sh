#!/bin/sh
# Runs one container and outlives the kubelet, which finds everything in the files.
# usage: shim.sh DIRECTORY
# Output goes into log.0, log.1 … of 10 MiB each, of which the last five are kept; the end goes into "exit".
dir=$1
piece=10485760
keep_log() {
  n=0
  while :; do
    dd bs=65536 count=$piece iflag=count_bytes of="$dir/log.$n" 2>/dev/null
    [ "$(wc -c <"$dir/log.$n")" -lt $piece ] && return
    n=$((n + 1))
    rm -f "$dir/log.$((n - 5))"
  done
}
mkfifo "$dir/out"
keep_log <"$dir/out" &
logger=$!
feeder=
if [ -p "$dir/in" ]; then
  # Input comes from whoever attaches; it ends with the first of them only where that was asked for.
  mkfifo "$dir/input"
  # The program's side is opened first: opening the other waits for the first to attach.
  if [ -f "$dir/once" ]; then cat >"$dir/input" <"$dir/in" & else cat >"$dir/input" <>"$dir/in" & fi
  feeder=$!
  exec 3<"$dir/input"
else
  exec 3</dev/null
fi
if [ -f "$dir/tty" ]; then
  SHELL=/bin/sh script -q -e -f -c "exec /bin/sh '$dir/enter.sh'" /dev/null <&3 >"$dir/out" 2>&1 3<&- &
else
  /bin/sh "$dir/enter.sh" <&3 >"$dir/out" 2>&1 3<&- &
fi
child=$!
trap : TERM INT HUP
while :; do
  wait "$child"
  code=$?
  kill -0 "$child" 2>/dev/null || break
done
[ -n "$feeder" ] && kill "$feeder" 2>/dev/null
# What it has said is in the log before its end is told, unless something it left behind goes on writing.
tries=0
while kill -0 "$logger" 2>/dev/null && [ $tries -lt 50 ]; do
  sleep 0.01
  tries=$((tries + 1))
done
[ -f "$dir/oom.control" ] && grep -q '^oom_kill [1-9]' "$(cat "$dir/oom.control")" 2>/dev/null && : >"$dir/oom"
printf '%s\n' "$code" >"$dir/exit.new" && mv "$dir/exit.new" "$dir/exit"
