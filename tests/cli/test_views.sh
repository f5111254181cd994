#!/usr/bin/env bash
# experiments/PAPER/views.sql: what claims, figures and users' queries share.
. "$(dirname "$0")/lib.sh"

export TDYN_DATA=$scratch/data
paper=$TDYN_DATA/experiments/paper
mkdir -p "$paper"
cat >"$paper/run.yaml" <<'EOF'
experiment: train
net: {depth: 1, width: 4}
data: {kind: gaussian-clusters, train: 20, test: 0}
steps: 3
measure: [{kind: loss, at: "0..end"}]
sweep: {seed: 1..2}
EOF
cat >"$paper/views.sql" <<'EOF'
-- A view over an experiment that is not stored hurts nobody who does not use it.
CREATE TEMP VIEW absent AS SELECT * FROM paper_absent_values;
CREATE TEMP VIEW worst AS SELECT seed, max(value) AS loss FROM paper_run_values GROUP BY seed;
EOF
cat >"$paper/claims.yaml" <<'EOF'
claims:
  - {id: C1, where: "-", says: two seeds were run, paper: "2", needs: [paper/run], criterion: {equal: 2, within: 0},
     sql: "SELECT count(*) AS value, NULL AS lo, NULL AS hi, count(*) AS n FROM worst"}
EOF
cat >>"$paper/views.sql" <<'EOF'

-- for: run, absent
CREATE TEMP VIEW last_of_$ AS
SELECT seed, max(step) AS step, value FROM paper_$_values GROUP BY seed;
CREATE TEMP VIEW seeds_of_$ AS SELECT seed FROM last_of_$;
EOF
expect 0 '2 of 2 tasks' "$tdyn" run paper --out all
expect 0 '^2$' "$tdyn" query all "SELECT count(*) FROM seeds_of_run"
expect 0 '^3$' "$tdyn" query all "SELECT DISTINCT step FROM last_of_run"
expect 2 'absent' "$tdyn" query all "SELECT * FROM seeds_of_absent"
expect 0 '^2$' "$tdyn" query all "SELECT count(*) FROM worst"
expect 0 '1 reproduced' "$tdyn" check all
expect 2 'paper_absent_values|absent' "$tdyn" query all "SELECT * FROM absent"

# A mistake in the file: named, nothing else happens.
echo "CREATE VIEW FROM;" >"$paper/views.sql"
expect 1 'paper/views.sql: .*syntax error' "$tdyn" check all
expect 1 'paper/views.sql: .*syntax error' "$tdyn" query all "SELECT 1"
printf -- '-- for: a, b\nCREATE TEMP VIEW v_$ AS SELECT 1;\nCREATE VIEW $;\n' >"$paper/views.sql"
expect 1 'paper/views.sql: .*syntax error' "$tdyn" check all
# The results are read-only for it, too.
echo "DELETE FROM tasks;" >"$paper/views.sql"
expect 1 'paper/views.sql: not authorized' "$tdyn" check all
rm "$paper/views.sql"
expect 0 '^2$' "$tdyn" query all "SELECT count(*) FROM tasks"
finish
