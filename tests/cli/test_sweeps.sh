#!/usr/bin/env bash
# What a sweep consists of: one number is one task however it is written; an edited sweep keeps what
# it has and everything uses the current one; how a task is observed does not change it.
. "$(dirname "$0")/lib.sh"
dropout=("$tdyn" run selu/dropout --set samples=2000)

# --- one number, one task: in lists, on grids, in YAML --------------------------------------------
expect 0 '4 of 4 tasks done; 4 computed now' "${dropout[@]}" --set kind=alpha \
    --set rate=1e-3,0.001,1.0E-03,.001,0.01,lin\(0.1,0.2,2\),1e-1 --out numbers
expect 0 '^0.001,0.01,0.1,0.2$' "$tdyn" query numbers \
    "SELECT group_concat(rate) FROM (SELECT rate FROM selu_dropout ORDER BY rate)"
for rates in '0.001,0.01,0.1,0.2' '2e-1,10e-2,1e-2,1e-3' 'log(1e-3,1e-1,3),0.2' '0.1..0.2:0.1,log(0.001,0.01,2)'; do
    expect 0 '4 of 4 tasks done; 0 computed now' "${dropout[@]}" --set kind=alpha --set "rate=$rates" --out numbers
done
# Sums and powers that are no decimals in binary: 0.1 + 0.2, 3 x 0.1, 10^(-1/2 - 1/2).
expect 0 '11 computed now' "${dropout[@]}" --set kind=plain --set 'rate=0,0.1,0.2,0.3,0.4,0.5,0.6,0.7,0.8,0.9,0.95' --out grids
expect 0 ' 0 computed now' "${dropout[@]}" --set kind=plain --set 'rate=0..0.9:0.1,0.95' --out grids
expect 0 ' 0 computed now' "${dropout[@]}" --set kind=plain --set 'rate=lin(0,0.8,9),lin(0.9,0.95,2)' --out grids
expect 0 ' 0 computed now' "${dropout[@]}" --set kind=plain --set 'rate=lin(0.9,0,10),0.95' --out grids
cat >numbers.yaml <<'END'
experiment: train
data: {kind: gaussian-clusters, train: 60}
net: {width: 4}
steps: 1e1
sweep: {optimizer.lr: [1e-3, 0.001, 1.0e-03, "log(1e-3,1e-1,3)", .01], seed: "1..2"}
END
expect 0 '6 of 6 tasks done; 6 computed now' "$tdyn" run numbers.yaml --out yaml
expect 0 ' 0 computed now' "$tdyn" run numbers.yaml --set optimizer.lr=0.1,0.010,1e-3 --set seed=2,1 --set steps=10 --out yaml
expect 0 ' 0 computed now' "$tdyn" run numbers.yaml --set optimizer.lr=0.1,0.010,1e-3 --set seed=1..2:1 --set steps=1.0e1 --out yaml

# --- an edited sweep -----------------------------------------------------------------------------
# everything DIR: its figures' data, claims and report, provenance and times aside.
everything() {
    "$tdyn" plot "$1" >/dev/null || fail "plot $1"
    "$tdyn" check "$1" --format json >"$1.claims" || fail "check $1"
    "$tdyn" report "$1" >/dev/null || fail "report $1"
    "$tdyn" export "$1" >"$1.csv" || fail "export $1"
    cat "$1"/data/*.tsv >"$1.data"
    sed -E '/<h3>Provenance/,/<\/table>/d; s/(<td>[0-9]+<\/td>)<td>[0-9.]+<\/td><\/tr>$/\1/; s/edited|new/DIR/g' \
        "$1/report.html" >"$1.report"
}
training=("$tdyn" run selu/training --set data.kind=gaussian-clusters --set data.features=5
    --set data.train=200 --set net.width=8 --set epochs=10 --set optimizer.lr=1e-2,1e-3
    --set optimizer.batch=50)
"${training[@]}" --set seed=1..4 --quiet --out edited || fail "the first sweep"
everything edited
cp edited.data first.data
stored=$("$tdyn" query edited "SELECT count(*) FROM tasks" | tail -1)
seed=$((stored / 4)) # tasks of one seed
expect 0 "$((3 * seed)) of $((4 * seed)) tasks are stored already" "${training[@]}" --set seed=2..5 --out edited
expect 0 "$seed stored tasks are not part of this sweep: kept, not used" "${training[@]}" --set seed=2..5 --out edited
expect 0 "$stored of $stored tasks done; 0 computed now" "${training[@]}" --set seed=2..5 --out edited
expect 0 "$seed stored tasks are no longer part of the sweep" "$tdyn" status edited
"${training[@]}" --set seed=2..5 --quiet --out new || fail "the edited sweep anew"
everything edited
everything new
same edited.data new.data
same edited.claims new.claims
same edited.report new.report
same edited.csv new.csv
cmp -s first.data new.data && fail "the figures do not depend on the sweep"
grep -q '"n": *[1-9]' new.claims || fail "no claim used the sweep"
grep -q 'N12' new.report || fail "no claims in the report"
expect 0 "^$((5 * seed)) $stored$" "$tdyn" query edited "SELECT count(*) || ' ' || sum(current) FROM tasks"
# Back again: what was set aside is there.
expect 0 "$stored of $stored tasks done; 0 computed now" "${training[@]}" --set seed=1..4 --out edited
everything edited
same edited.data first.data

# --- observation ---------------------------------------------------------------------------------
train=("$tdyn" run train --quiet --set data.kind=gaussian-clusters --set data.train=200 --set data.test=50
    --set net.norm=batch --set net.dropout=plain --set optimizer.kind=adam --set optimizer.batch=32
    --set steps=400 --set seed=1..2 --set measure.0.kind=loss --set 'measure.0.at=0..end:20')
"${train[@]}" --out plain || fail "the plain run"
"${train[@]}" --checkpoint-interval 0.001 --end-states always --out checked || fail "with checkpoints"
"${train[@]}" --out watched --set measure.1.kind=gradient-norm --set measure.1.on=batch --set measure.1.at=0..end \
    --set measure.2.kind=effective-rank --set 'measure.2.of=[hidden.*]' --set measure.2.on=test \
    --set measure.3.kind=loss --set measure.3.as=kept --set measure.3.on=test --set measure.3.at=0..end:7 || fail "with probes"
loss="SELECT seed, step, site, value FROM train_values WHERE measure = 'loss' ORDER BY 1, 2, 3"
for dir in plain checked watched; do
    "$tdyn" query $dir "$loss" >$dir.loss || fail "query $dir"
done
[ "$(wc -l <plain.loss)" -eq 43 ] || fail "$(wc -l <plain.loss) lines of losses, not 43"
same plain.loss checked.loss
same plain.loss watched.loss
finish
