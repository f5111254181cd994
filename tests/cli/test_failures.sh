#!/usr/bin/env bash
# Failed and diverged tasks: seen at once with their parameters, kept apart, retried on request.
. "$(dirname "$0")/lib.sh"

# Tasks that read a file which is not there fail; the others do not.
for i in 1 2 3 4 5; do
    printf 'a,b,y\n0,1,0\n1,0,1\n1,1,0\n0,0,1\n%d,2,1\n3,1,0\n' "$i" >data$i.csv
done
run=("$tdyn" run train --quiet --out d --set data.kind=csv --set data.target=y --set steps=3
    --set batch=2 --set net.depth=1 --set net.width=3)
sweep=(--set data.path=data1.csv,data2.csv,data3.csv,data4.csv,data5.csv --set seed=1..4)
mv data3.csv data3.away
expect 1 'data3\.csv' "${run[@]}" "${sweep[@]}"
expect 0 'failed.*data3\.csv' "$tdyn" status d
expect 0 '16 done, 4 failed' "$tdyn" status d
expect 1 'retry-failed' "${run[@]}" "${sweep[@]}"
mv data3.away data3.csv
expect 0 '' "${run[@]}" "${sweep[@]}" --retry-failed
expect 0 '20 done, 0 failed' "$tdyn" status d

# The first failure stops the run on request.
mv data1.csv data1.away
"$tdyn" run train --out f --fail-fast --set data.kind=csv --set data.target=y --set steps=3 \
    --set batch=2 --set net.depth=1 --set net.width=3 --set data.path=data1.csv --set seed=1..50 \
    >fast.txt 2>&1
[ $? -eq 1 ] || fail "--fail-fast does not end with 1"
failed=$("$tdyn" query f "SELECT count(*) FROM tasks" | tail -1)
[ "$failed" -le 2 ] || fail "--fail-fast went on for $failed tasks"

# Divergence is a result: named with its step, no failure, in no mean.
mv data1.away data1.csv
expect 0 '' "$tdyn" run train --quiet --out v --set data.kind=csv --set data.path=data1.csv \
    --set data.target=y --set steps=200 --set batch=2 --set net.depth=3 --set net.width=3 \
    --set net.activation=identity --set optimizer.rate=0.01,1e6
expect 0 '1 done, 0 failed, 1 diverged' "$tdyn" status v
expect 0 'diverged.*step' "$tdyn" status v
expect 0 '^1$' "$tdyn" query v "SELECT count(DISTINCT task) FROM train_values"
finish
