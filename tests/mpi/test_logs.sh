#!/usr/bin/env bash
# One log for all ranks of a node: the same bytes, also when ranks are killed or the way changes.
. "$(dirname "$0")/lib.sh"
"$tdyn" "${sweep[@]}" --out straight --quiet || fail "the plain run"
"$tdyn" export straight >straight.csv
logs() { ls "$1/log" | grep '\.log$' | tr '\n' ' '; }

on 3 "$tdyn" "${sweep[@]}" --out node --quiet --logs node || fail "three ranks, one log"
[ "$(logs node)" = "node1.log " ] || fail "logs of one node: $(logs node)"
check_export node
expect 0 '^[23]$' "$tdyn" query node "SELECT count(DISTINCT rank) FROM tasks"
expect 0 '0 computed now' on 2 "$tdyn" "${sweep[@]}" --out node --logs rank
expect 0 '0 computed now' "$tdyn" "${sweep[@]}" --out node --logs node
check_export node
on 2 "$tdyn" "${sweep[@]}" --out few --quiet || fail "two ranks"
[ "$(logs few)" = "rank0.log rank1.log " ] || fail "logs of two ranks: $(logs few)"

# Killed: all, then one rank, which ends the job; then to the end with a log a rank.
sweep+=(--logs node)
for victim in 'session_of' 'ranks_of'; do
    touch mark
    start 3 killed
    wait_begun killed
    sleep 0.1
    kill -9 $($victim "$leader" | tail -3) 2>/dev/null
    wait "$leader" 2>/dev/null
done
on 2 "$tdyn" "${sweep[@]}" --quiet --out killed || fail "going on: $(cat killed.txt)"
check_export killed

# Parts of a job array have logs of their own.
for part in 1 2; do
    on 2 "$tdyn" "${sweep[@]}" --out parts --part $part/2 --quiet >part$part.txt 2>&1 &
    pids[part]=$!
done
for part in 1 2; do
    wait "${pids[part]}" || fail "part $part: $(cat part$part.txt)"
done
[ "$(logs parts)" = "node1-part1of2.log node1-part2of2.log " ] || fail "logs of parts: $(logs parts)"
check_export parts
expect 2 'auto, rank or node' "$tdyn" "${sweep[@]}" --logs some
finish
