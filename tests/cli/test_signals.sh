#!/usr/bin/env bash
# A signal at any moment of any command: exit 75 within 5 s with everything kept (143 for plot is
# fine), and the same export after running again.
. "$(dirname "$0")/lib.sh"
train=("$tdyn" run train --quiet --set data.kind=gaussian-clusters --set data.train=2000
    --set net.width=64 --set net.depth=4 --set optimizer.batch=50 --set steps=1500
    --set measure.0.kind=loss --set 'measure.0.at=log(1,end,20)'
    --set measure.1.kind=effective-rank --set 'measure.1.of=[hidden.last]' --set 'measure.1.at=0..end:300'
    --set seed=1..6)
"${train[@]}" --out straight || fail "the plain run"
"$tdyn" export straight >straight.csv

# Waits until a process catches SIGTERM (bit 14): before, it is still being loaded.
wait_loaded() {
    local mask
    while mask=$(awk '/^SigCgt/ {print $2}' "/proc/$1/status" 2>/dev/null) && [ -n "$mask" ]; do
        ((0x$mask & 0x4000)) && return
    done
}

# send SIGNAL DELAY COMMAND...: runs the command, signals it DELAY s after it was loaded, sets code
# and milliseconds.
send() {
    local signal=$1 delay=$2 start
    shift 2
    "$@" >signal.txt 2>&1 &
    local pid=$!
    wait_loaded "$pid"
    sleep "$delay"
    start=$(date +%s%N)
    kill -s "$signal" "$pid" 2>/dev/null
    wait "$pid"
    code=$?
    milliseconds=$((($(date +%s%N) - start) / 1000000))
}

for signal in TERM USR1 HUP INT; do
    for delay in 0.05 0.2 0.5; do
        send $signal $delay "${train[@]}" --out stopped
        [ "$code" -eq 75 ] || [ "$code" -eq 0 ] || fail "SIG$signal after $delay s: exit $code: $(cat signal.txt)"
        [ "$milliseconds" -lt 5000 ] || fail "SIG$signal after $delay s: $milliseconds ms to stop"
        [ "$code" -eq 0 ] && rm -rf stopped
    done
done
"${train[@]}" --out stopped || fail "going on after signals"
"$tdyn" export stopped >stopped.csv
same straight.csv stopped.csv

# A second signal while stopping ends at once, nothing torn.
"${train[@]}" --set net.width=512 --out twice >/dev/null 2>&1 &
pid=$!
sleep 0.5
kill -TERM $pid
kill -TERM $pid 2>/dev/null
wait $pid
expect 0 '' "$tdyn" status twice

# While merging: 100,000 values in the logs, no index yet.
logistic=("$tdyn" --plugin "$examples/experiment_logistic.so" run logistic --quiet --set steps=5000
    --set seed=1..20)
"${logistic[@]}" --out merge || fail "the plain run with many values"
"$tdyn" export merge >merge.csv
for delay in 0.05 0.1 0.15 0.2; do
    rm -f merge/results.sqlite
    send TERM $delay "${logistic[@]}" --out merge
    [ "$code" -eq 75 ] || [ "$code" -eq 0 ] || fail "SIGTERM $delay s into merging: exit $code: $(cat signal.txt)"
done
"${logistic[@]}" --out merge || fail "going on after a stopped merge"
"$tdyn" export merge >again.csv
same merge.csv again.csv
ls merge/*.tmp* 2>/dev/null && fail "a temporary file was left"

# While plotting.
"$tdyn" run selu/moment-map --quiet --out drawn || fail "selu/moment-map"
for delay in 0.05 0.3; do
    send TERM $delay "$tdyn" plot drawn
    case $code in 0 | 75 | 143) ;; *) fail "SIGTERM $delay s into plot: exit $code: $(cat signal.txt)" ;; esac
done
expect 0 'svg' "$tdyn" plot drawn
ls drawn/figures/*partial* 2>/dev/null && fail "a half-drawn figure was left"
finish
