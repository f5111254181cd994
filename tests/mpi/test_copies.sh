#!/usr/bin/env bash
# Eight copies of one command started at once on a fresh directory, reached by two paths: those that
# don't get it are told who has it, no task is computed twice.
. "$(dirname "$0")/lib.sh"
many=(run train --set data.kind=gaussian-clusters --set data.train=200 --set optimizer.batch=50
    --set steps=60 --set measure.0.kind=loss --set 'measure.0.at=[0,end]' --set seed=1..200)
tasks=200
"$tdyn" "${many[@]}" --out straight --quiet || fail "the plain run"
"$tdyn" export straight >straight.csv

mkdir place && ln -s place link
for i in 1 2 3 4 5 6 7 8; do
    case $((i % 3)) in 0) dir=place/out ;; 1) dir=link/out ;; 2) dir=$PWD/link/../place/./out ;; esac
    "$tdyn" "${many[@]}" --out "$dir" >copy$i.txt 2>&1 &
    pids[i]=$!
done
won=0
for i in 1 2 3 4 5 6 7 8; do
    wait "${pids[i]}"
    code=$?
    case $code in
    0) won=$((won + 1)) ;;
    2) grep -qE 'in use by process [0-9]+ on ' copy$i.txt || fail "copy $i is not told who: $(cat copy$i.txt)" ;;
    *) fail "copy $i: exit $code: $(cat copy$i.txt)" ;;
    esac
done
[ $won -ge 1 ] || fail "no copy ran"
ln -s place/out out
check_export out
computed=$(sed -n 's/.*; \([0-9]*\) computed now.*/\1/p' copy*.txt | awk '{n += $1} END {print n}')
[ "$computed" -eq $tasks ] || fail "$computed tasks computed instead of $tasks"
finish
