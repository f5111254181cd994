#!/usr/bin/env bash
# A composition as the user guide writes it: parts, events (`do` is their word for kind), switches,
# measures on any tensor, swept in YAML and on the command line; observation changes nothing.
. "$(dirname "$0")/lib.sh"
cat >mine.yaml <<'END'
experiment: train
net:       {kind: mlp, depth: 4, width: 16, activation: selu, init: lecun}
data:      {kind: gaussian-clusters, train: 200, test: 50, standardize: true}
optimizer: {kind: sgd, lr: 1e-2, batch: 32}
events:    [{at: 20, until: 40, do: freeze, what: hidden.1}]
steps:     60
measure:
  - {kind: loss, at: "log(1, end, 5)"}
  - {kind: moments, of: [hidden.1, hidden.last], at: [0, end]}
sweep:     {net.depth: [3, 5], net.activation: [selu, relu], seed: 1..2}
END
expect 0 '8 of 8' "$tdyn" run mine.yaml --out mine
expect 0 '^freeze	feature$' "$tdyn" query mine "SELECT DISTINCT events_0_kind, data_standardize FROM mine"
expect 0 'hidden.5' "$tdyn" query mine "SELECT DISTINCT site FROM mine_values"
expect 0 '' "$tdyn" run mine.yaml --set data.standardize=false --out bare
expect 0 '^none$' "$tdyn" query bare "SELECT DISTINCT data_standardize FROM mine"

# One number, one task: spelled otherwise, nothing is computed again.
expect 0 '0 computed now' "$tdyn" run mine.yaml --set optimizer.lr=0.01,1.0e-02 --out mine

# More measures, the same trajectory.
loss="SELECT net_depth, net_activation_kind, seed, step, value FROM mine_values WHERE measure = 'loss' ORDER BY 1, 2, 3, 4"
"$tdyn" query mine "$loss" >before.tsv
sed -i 's/^sweep:/  - {kind: gradient-norm, at: [0, 10, 20, 30, end]}\n  - {kind: accuracy, at: "0..end:7", on: test}\nsweep:/' mine.yaml
expect 0 '' "$tdyn" run mine.yaml --out mine
"$tdyn" query mine "$loss" >after.tsv
same before.tsv after.tsv
expect 0 'gradient-norm' "$tdyn" query mine "SELECT DISTINCT measure FROM mine_values"

expect 2 'hidden' "$tdyn" run mine.yaml --set 'measure.1.of=[hiden.1]' --out x
expect 2 'beyond' "$tdyn" run mine.yaml --set 'measure.0.at=[100]' --out x
finish
