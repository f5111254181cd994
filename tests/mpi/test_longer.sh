#!/usr/bin/env bash
# Longer runs on several ranks and in parts, interrupted too: the bytes of a run from the beginning.
. "$(dirname "$0")/lib.sh"
sweep=(run train --set data.kind=gaussian-clusters --set data.train=500 --set net.width=32
    --set net.depth=3 --set optimizer.kind=adam --set optimizer.batch=50 --set seed=1..8
    --set measure.0.kind=loss --set 'measure.0.at=0..end:100' --checkpoint-interval 0.05)
tasks=8
short=(--set steps=600)
long=(--set steps=2000)
"$tdyn" "${sweep[@]}" "${long[@]}" --quiet --out straight || fail "the plain run"
"$tdyn" export straight >straight.csv

# Ends left by two ranks are used by one, by two and by three.
on 2 "$tdyn" "${sweep[@]}" "${short[@]}" --quiet --out ended --end-states always || fail "the shorter runs"
[ "$(find ended/ends -name '*.end' | wc -l)" -eq $tasks ] || fail "not an end of each task"
for ranks in 0 2 3; do
    cp -r ended ranks$ranks
    expect 0 "$tasks tasks go on from the end of shorter ones: 30 %" \
        on $ranks "$tdyn" "${sweep[@]}" "${long[@]}" --out ranks$ranks
    check_export ranks$ranks
done

# Parts look after their own tasks.
cp -r ended parts
for part in 1 2 3; do
    expect 0 'tasks go on from the end of shorter ones: 30 %' \
        "$tdyn" "${sweep[@]}" "${long[@]}" --out parts --part $part/3
done
check_export parts

# Stopped once the longer runs have checkpoints of their own.
cp -r ended stopped
sweep+=("${long[@]}")
touch mark
start 2 stopped
wait_begun stopped
kill -9 $(session_of "$leader") 2>/dev/null
wait "$leader" 2>/dev/null
on 2 "$tdyn" "${sweep[@]}" --quiet --out stopped || fail "going on: $(cat stopped.txt)"
check_export stopped
finish
