#!/bin/bash
# tdyn measure mi-...: input that no estimate can be trusted for gives a documented value with its
# warning, and the same arrays give the same numbers from a file, in a training run and through
# information-compression/estimators.
here=$(cd "$(dirname "$0")" && pwd)
. "$here/lib.sh"

# table ROWS COLUMNS SCALE OFFSET SEED: numbers spread evenly over (-1, 1), times scale plus offset.
table() {
    awk -v n="$1" -v d="$2" -v scale="$3" -v offset="$4" -v s="$5" 'BEGIN {
        for (i = 0; i < n; i++) {
            for (j = 0; j < d; j++) {
                s = (s * 16807) % 2147483647
                printf "%s%.17g", j ? "," : "", offset + scale * int(2048 * s / 2147483647 - 1024) / 1024
            }
            print ""
        }
    }'
}
# values ARGS...: name and value of every row
values() {
    "$tdyn" measure "$@" | awk -F '\t' 'NR > 1 { print $1, $2 }'
}

table 60 3 1 0 11 >x.csv
table 60 2 1 0 12 >y.csv
seq 60 | awk '{ print $1 % 2 }' >labels.csv

# --- what each estimator says of itself ---
for measure in mi-bins mi-kde mi-ksg mi-gao mi-ross mi-noisy mi-linear; do
    "$tdyn" describe measure:$measure | tr '\n' ' ' >words.txt
    for word in 'Complexity: O' 'unit = bits' 'bits|nats' 'Values:' 'Bias: |no bias|Exact up'; do
        grep -qE -- "$word" words.txt || fail "describe measure:$measure says nothing of $word"
    done
done

# --- constant, one sample, duplicates only ---
yes 4,4 | head -60 >constant.csv
echo 1,2,3 >one.csv
seq 60 | awk '{ print ($1 % 2) ",7" }' >twins.csv
echo 1 >label.csv
for measure in mi-ksg mi-gao mi-ross; do
    expect 0 "^$measure	0	.*constant" "$tdyn" measure $measure --in constant.csv --in labels.csv
    expect 0 "^$measure	0	.*one sample" "$tdyn" measure $measure --in one.csv --in label.csv
done
for measure in mi-bins mi-kde mi-noisy; do
    [ "$("$tdyn" measure $measure --in constant.csv --in labels.csv |
        awk -F '\t' '$1 ~ /\.(x|y|x-upper|y-lower)$/ && $2 != 0' | wc -l)" -eq 0 ] ||
        fail "$measure: a constant knows something"
done
[ "$(values mi-bins --in twins.csv | grep -c ' 1$')" -ge 2 ] || fail "two patterns are not one bit"
expect 0 'values repeat: 58 rows' "$tdyn" measure mi-ksg --in twins.csv --in y.csv
expect 0 'equal rows are counted' "$tdyn" measure mi-ross --in twins.csv --in labels.csv

# --- more columns than rows ---
table 20 300 1 0 13 >wide.csv
table 20 200 1 0 14 >wide2.csv
head -20 labels.csv >wide_labels.csv
expect 0 'few samples: 20 rows of 500 columns' "$tdyn" measure mi-ksg --in wide.csv --in wide2.csv
expect 0 'few samples: 20 rows of 500 columns' "$tdyn" measure mi-gao --in wide.csv --in wide2.csv
expect 0 'few samples: 20 rows of 300 columns' "$tdyn" measure mi-ross --in wide.csv --in wide_labels.csv
for measure in mi-bins mi-kde mi-noisy; do # at log 20; what they say of labels is worth nothing then
    "$tdyn" measure $measure --in wide.csv --in wide_labels.csv >wide.tsv
    grep -qE "^$measure\.(x|x-upper)	4.32192809.*ceiling" wide.tsv || fail "$measure: no ceiling"
    grep -qE "^$measure\.(y|y-upper)	.*ceiling" wide.tsv || fail "$measure: no warning at y"
done
table 30 20000 1 0 15 >very_wide.csv
expect 0 'ceiling' "$tdyn" measure mi-kde --in very_wide.csv

# --- a large common offset (its numbers, with the offset taken off again, are those of near.csv) ---
table 60 3 0.01 1e8 11 >far.csv
awk -F , '{ printf "%.17g,%.17g,%.17g\n", $1 - 1e8, $2 - 1e8, $3 - 1e8 }' far.csv >near.csv
for measure in "mi-kde --set variance=1e-5" "mi-noisy --set variance=1e-5" mi-ross; do
    values $measure --in far.csv --in labels.csv >far.txt
    values $measure --in near.csv --in labels.csv >near.txt
    paste -d ' ' far.txt near.txt | awk '{ d = $2 - $4; if (d > 1e-9 || d < -1e-9) exit 1 }' ||
        fail "$measure: an offset changes $(diff far.txt near.txt)"
done
for method in ebab equal-count; do
    settings="--set method=$method --set tolerance=0 --set count=5"
    same <(values mi-bins --in far.csv $settings) <(values mi-bins --in near.csv $settings)
done
expect 0 'hides all differences' "$tdyn" measure mi-kde --in far.csv --set variant=adaptive

# --- variables whose units do not fit ---
table 60 3 1e-5 0 11 >small.csv
expect 0 'small.csv varies less than neighbours are apart' "$tdyn" measure mi-ksg --in small.csv --in y.csv
expect 0 'small.csv varies less than neighbours are apart' "$tdyn" measure mi-gao --in y.csv --in small.csv

# --- the same numbers everywhere ---
cat >run.yaml <<'Y'
experiment: train
net: {kind: mlp, depth: 1, width: 4}
data: {kind: npy, x: x.csv, y: labels.csv}
steps: 1
measure:
  - {kind: mi-bins, of: [input, label], at: 0}
  - {kind: mi-kde, of: [input, label], at: 0}
  - {kind: mi-ross, of: [input, label], at: 0}
  - {kind: mi-noisy, of: [input, label], at: 0}
Y
cat >source.yaml <<'Y'
experiment: information-compression/estimators
data: {kind: file, path: x.csv}
n: 60
estimators: [mi-bins, mi-kde]
Y
expect 0 '1 of 1 tasks done' "$tdyn" run run.yaml --out run
expect 0 '1 of 1 tasks done' "$tdyn" run source.yaml --out source
for measure in mi-bins mi-kde mi-ross mi-noisy; do
    "$tdyn" query run "SELECT measure || ' ' || format('%.12g', value) FROM run_values
        WHERE measure GLOB '$measure*' ORDER BY measure" | tail -n +2 >inside.txt
    values $measure --in x.csv --in labels.csv |
        awk '{ printf "%s %.12g\n", $1, $2 }' | LC_ALL=C sort >outside.txt
    same inside.txt outside.txt
done
for measure in mi-bins mi-kde; do
    "$tdyn" query source "SELECT measure || '.' || site || ' ' || format('%.12g', value)
        FROM source_values WHERE measure = '$measure' ORDER BY measure, site" | tail -n +2 >inside.txt
    values $measure --in x.csv | awk '{ printf "%s %.12g\n", $1, $2 }' | LC_ALL=C sort >outside.txt
    same inside.txt outside.txt
done

# --- activations that a run kept, exported: what the run measured itself ---
cat >kept.yaml <<'Y'
experiment: train
net: {kind: mlp, widths: [5, 3], activation: relu}
data: {kind: gaussian-clusters, train: 300}
steps: 20
measure:
  - {kind: tensor, of: [hidden.2], samples: 300, at: end}
  - {kind: mi-bins, method: ebab, of: [hidden.2], samples: 300, at: end}
  - {kind: mi-kde, variant: adaptive, of: [hidden.2], samples: 300, at: end}
Y
expect 0 '1 of 1 tasks done' "$tdyn" run kept.yaml --out kept
expect 0 '' "$tdyn" export kept --format hdf5 --out kept.h5
for settings in "mi-bins --set method=ebab" "mi-kde --set variant=adaptive"; do
    "$tdyn" query kept "SELECT measure || ' ' || format('%.12g', value) FROM kept_values
        WHERE measure GLOB '${settings%% *}*' ORDER BY measure" | tail -n +2 >inside.txt
    values $settings --in kept.h5:/kept/arrays/1 |
        awk '{ printf "%s %.12g\n", $1, $2 }' | LC_ALL=C sort >outside.txt
    same inside.txt outside.txt
done
finish
