#!/usr/bin/env bash
# Longer runs: raising `steps` goes on from the stored end, or says beforehand why it starts again
# and what that costs; what is stored is that of a run from the beginning.
. "$(dirname "$0")/lib.sh"
base=(run train --set data.kind=gaussian-clusters --set data.train=300 --set data.test=100
    --set net.width=24 --set net.depth=3 --set optimizer.batch=50 --set seed=1..3)
loss=(--set measure.0.kind=loss --set 'measure.0.at=[0,50,100,end]'
    --set measure.1.kind=effective-rank --set measure.1.at=end --set 'measure.1.of=[hidden.last]')
goes='3 tasks go on from the end of shorter ones: 40 % of their steps are done'

# scratch NAME OPTIONS...: a run from the beginning, exported to NAME.csv.
scratch() {
    local name=$1
    shift
    "$tdyn" "${base[@]}" "$@" --quiet --out "$name" --end-states never || fail "$name"
    [ -e "$name/ends" ] && fail "--end-states never leaves $name/ends"
    "$tdyn" export "$name" >"$name.csv"
}

# Everything that has state: moments of the optimizers, running moments, dropout, noise, batches that
# do not fill the epoch, a schedule that does not depend on the length.
i=0
while read -r kind options; do
    i=$((i + 1))
    read -ra set <<<"$options"
    scratch "whole$i" "${loss[@]}" "${set[@]}" --set steps=250
    expect 0 '3 computed now' "$tdyn" "${base[@]}" "${loss[@]}" "${set[@]}" --set steps=100 \
        --out "longer$i" --end-states always
    expect 0 "$goes" "$tdyn" "${base[@]}" "${loss[@]}" "${set[@]}" --set steps=250 --out "longer$i" \
        --end-states always
    "$tdyn" export "longer$i" >"longer$i.csv"
    same "whole$i.csv" "longer$i.csv" # of $kind
    expect 0 '^0$' "$tdyn" query "longer$i" "SELECT count(*) FROM train_values WHERE step = 100 AND measure <> 'loss'"
done <<'END'
plain
momentum --set optimizer.momentum=0.9 --set optimizer.batch=64
adam --set optimizer.kind=adam --set net.norm=batch --set net.dropout=plain --set schedule.kind=step --set schedule.every=70 --set schedule.warmup=20
events --set events.0.kind=noise --set events.0.std=0.01 --set events.0.what=hidden.1 --set net.dropout=alpha --set net.activation=selu
END

expect 0 '6 end states \(0\.[0-9] MB\) in longer1/ends' "$tdyn" status longer1

# Three lengths: the longest is taken; epochs are lengths, too.
expect 0 'shorter ones: 50 % of' "$tdyn" "${base[@]}" "${loss[@]}" --set steps=500 --out longer1 --end-states always
expect 0 '3 tasks go on' "$tdyn" "${base[@]}" "${loss[@]}" --set epochs=100 --out longer1
scratch epochs "${loss[@]}" --set epochs=100
"$tdyn" export longer1 >longer1.csv
same epochs.csv longer1.csv

# More measures of what went on: computed again from where both agree, and stored values must agree.
expect 0 '3 stored tasks are computed again' "$tdyn" "${base[@]}" "${loss[@]}" --set epochs=100 --out longer1 \
    --set measure.2.kind=accuracy --set measure.2.at=end
scratch more "${loss[@]}" --set epochs=100 --set measure.2.kind=accuracy --set measure.2.at=end
"$tdyn" export longer1 >longer1.csv
same more.csv longer1.csv

# What cannot go on says so before it runs.
cosine=(--set schedule.kind=cosine)
expect 0 '' "$tdyn" "${base[@]}" "${loss[@]}" "${cosine[@]}" --set steps=100 --out cosine --end-states always
expect 0 '3 tasks are longer versions of stored ones, but start again, which takes about [0-9.]+ s of computing: the schedule cosine depends on the length' \
    "$tdyn" "${base[@]}" "${loss[@]}" "${cosine[@]}" --set steps=250 --out cosine
expect 0 'measure.0 \(loss\) looks at step 10, where the shorter run did not' \
    "$tdyn" "${base[@]}" "${loss[@]}" --set 'measure.0.at=[0,10,end]' --set steps=250 --out longer2 \
    --set optimizer.momentum=0.9 --set optimizer.batch=64
# Quick ones leave no end unless asked.
expect 0 '3 computed now' "$tdyn" "${base[@]}" --set steps=20 --out quick
[ -e quick/ends ] && fail "ends of tasks of less than a second"
expect 0 'start again.*no end state of the shorter runs' "$tdyn" "${base[@]}" --set steps=40 --out quick
expect 2 'auto, always or never' "$tdyn" "${base[@]}" --out quick --end-states sometimes

# Killed in between, again and again; a damaged end is named, and only its task starts again.
long=(--set steps=6000 --checkpoint-interval 0.02)
scratch whole "${loss[@]}" --set steps=6000
expect 0 '' "$tdyn" "${base[@]}" "${loss[@]}" --set steps=2400 --out killed --end-states always
cp -r killed damaged
for delay in 0.1 0.15 0.2; do
    timeout -s KILL $delay "$tdyn" "${base[@]}" "${loss[@]}" "${long[@]}" --quiet --out killed >/dev/null 2>&1
done
expect 0 '3 of 3 tasks done' "$tdyn" "${base[@]}" "${loss[@]}" "${long[@]}" --out killed
"$tdyn" export killed >killed.csv
same whole.csv killed.csv
end=$(find damaged/ends -name '*.end' | sort | head -1)
printf 'x' | dd of="$end" bs=1 seek=2000 conv=notrunc 2>/dev/null
expect 0 "$(basename "$end") is damaged and ignored" "$tdyn" "${base[@]}" "${loss[@]}" --set steps=6000 --out damaged
"$tdyn" export damaged >damaged.csv
same whole.csv damaged.csv

# Deleting the ends costs time only; --fresh takes them along.
rm -r damaged/ends
expect 0 'no end state of the shorter' "$tdyn" "${base[@]}" "${loss[@]}" --set steps=6100 --out damaged

# An experiment that cannot go on says so, and what it costs.
exact=("$tdyn" run information-compression/linear-exact --set inputs=10 --set hidden=10 --set samples=10 --set init=0.1 --set seed=1..2)
expect 0 '' "${exact[@]}" --set steps=200 --out exact
expect 0 '2 tasks are longer versions of stored ones, but start again, which takes about .*linear-exact never goes on' \
    "${exact[@]}" --set steps=400 --out exact
expect 0 '2 of 2 tasks' "${exact[@]}" --set steps=100 --out exact

# An experiment of the user's own.
logistic=("$tdyn" --plugin "$examples/experiment_logistic.so" run logistic --set seed=1..2)
expect 0 '' "${logistic[@]}" --set steps=1000 --set every=100 --out map --end-states always
expect 0 '2 tasks go on from the end of shorter ones: 50 %' "${logistic[@]}" --set steps=2000 --set every=100 --out map
expect 0 '' "${logistic[@]}" --set steps=2000 --set every=100 --out straight
"$tdyn" export map >map.csv
"$tdyn" export straight >straight.csv
same map.csv straight.csv
finish
