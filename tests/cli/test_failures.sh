#!/usr/bin/env bash
# Failed and diverged tasks: seen at once with their parameters, kept apart, retried on request.
. "$(dirname "$0")/lib.sh"

# Networks that do not fit into the memory allowed fail; the others do not.
run=("$tdyn" run train --set data.kind=gaussian-clusters --set data.train=20 --set data.test=0
    --set data.features=3 --set steps=3 --set net.depth=2)
sweep=(--set net.width=3,4,5,6,10000 --set seed=1..4)
limited() {
    (ulimit -v 900000 && "$@")
}
if limited "$tdyn" --version >/dev/null 2>&1; then # not under a sanitizer
    expect 1 'out of memory' limited "${run[@]}" "${sweep[@]}" --out d
    expect 0 'failed.*net_width=10000.*out of memory' "$tdyn" status d
    expect 0 '16 done, 4 failed' "$tdyn" status d
    "$tdyn" query d "SELECT id, seconds FROM tasks WHERE status = 'done' ORDER BY id" >before.tsv
    expect 1 'retry-failed' "${run[@]}" "${sweep[@]}" --out d
    expect 0 '' "${run[@]}" "${sweep[@]}" --out d --retry-failed
    expect 0 '20 done, 0 failed' "$tdyn" status d
    # What was done was not computed again: its measured seconds are the stored ones.
    "$tdyn" query d "SELECT id, seconds FROM tasks ORDER BY id" >after.tsv
    [ "$(comm -12 <(sort before.tsv) <(sort after.tsv) | wc -l)" -eq 17 ] || fail "done tasks were computed again"

    # The first failure stops the run on request.
    limited "${run[@]}" --set net.width=10000 --set seed=1..50 --fail-fast --out f >fast.txt 2>&1
    [ $? -eq 1 ] || fail "--fail-fast does not end with 1"
    failed=$("$tdyn" query f "SELECT count(*) FROM tasks" | tail -1)
    [ "$failed" -le 2 ] || fail "--fail-fast went on for $failed tasks"
fi

# Divergence is a result: named with its step, no failure, in no mean.
expect 0 '' "${run[@]}" --set net.width=4 --set net.activation=identity --set steps=200 \
    --set optimizer.lr=0.01,1e6 --set measure.0.kind=loss --set measure.0.at=end --out v
expect 0 '1 done, 0 failed, 1 diverged' "$tdyn" status v
expect 0 'diverged.*step' "$tdyn" status v
expect 0 '^1$' "$tdyn" query v "SELECT count(DISTINCT task) FROM train_values"
finish
