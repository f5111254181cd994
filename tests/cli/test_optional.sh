#!/usr/bin/env bash
# Optional recipes: a paper is run without those whose data are not there, and they join later.
. "$(dirname "$0")/lib.sh"

export TDYN_DATA=$scratch/data
mkdir -p "$TDYN_DATA/experiments/paper"
cat >"$TDYN_DATA/experiments/paper/always.yaml" <<'EOF'
experiment: train
net: {depth: 1, width: 4}
data: {kind: gaussian-clusters, train: 20, test: 0}
steps: 3
measure: [{kind: loss, at: end}]
EOF
cat >"$TDYN_DATA/experiments/paper/own-table.yaml" <<'EOF'
experiment: train
optional: true
net: {depth: 1, width: 4}
data: {kind: csv, path: table.csv}
steps: 3
measure: [{kind: loss, at: end}]
EOF

# Alone, what is missing is an error; in its paper it is left out, and said.
expect 2 'paper/own-table.*table\.csv' "$tdyn" run paper/own-table --out one -q
expect 0 'paper/own-table is left out: .*table\.csv' "$tdyn" run paper --out all -q
expect 0 'done' "$tdyn" status all
"$tdyn" query all "SELECT count(*) FROM tasks" | grep -qx 1 || fail "one task is in the store"

# Once the data are there, the same command takes it in and keeps what it has.
printf 'a,b,class\n1,2,0\n2,1,1\n3,1,1\n0,3,0\n' >table.csv
"$tdyn" run paper --out all >log 2>&1 || fail "with the data: $(cat log)"
grep -q 'left out' log && fail "left out though the data are there"
"$tdyn" query all "SELECT count(*) FROM paper_own_table" | grep -qx 1 || fail "its table is there"

# A recipe that is not optional stops the paper.
sed -i '/optional/d' "$TDYN_DATA/experiments/paper/own-table.yaml"
rm table.csv
expect 2 'table\.csv' "$tdyn" run paper --out other -q
[ -e other ] && fail "a refused run leaves no directory"
finish
