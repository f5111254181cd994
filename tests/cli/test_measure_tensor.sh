#!/bin/bash
# Activations that a run kept, measured afterwards by `tdyn measure`: the same numbers, to the last
# digit, as inside the run.
here=$(cd "$(dirname "$0")" && pwd)
. "$here/lib.sh"

layers='"hidden.2|softmax", label'
where='on: all, samples: 4096, at: end'
cat >run.yaml <<EOF
experiment: train
net: {kind: mlp, widths: [10, 7, 3], activation: tanh}
data: {kind: icosahedral, split: shuffled}
optimizer: {kind: adam, lr: 1e-3, batch: 256}
epochs: 5
measure:
  - {kind: tensor, of: ["hidden.2|softmax|label"], $where}
  - {kind: tensor, as: quarter, of: ["hidden.2|label|hidden.*"], every: 4, $where}
  - {kind: mi-bins, as: width, of: [$layers], $where}
  - {kind: mi-bins, as: ebab, method: ebab, floor: auto, of: [$layers], outputs: [x, y], $where}
  - {kind: mi-kde, as: akde, variant: adaptive, every: 4, of: [hidden.2, label], $where}
  - {kind: mi-ross, as: ross, every: 4, of: [hidden.2, label], $where}
EOF
expect 0 '1 of 1 tasks' "$tdyn" run run.yaml --out out

# stored MEASURE SITE: a value of the run.
stored() {
    "$tdyn" query out "SELECT value FROM run_values WHERE measure = '$1' AND site = '$2'" | tail -n +2
}
# array MEASURE SITE FILE: a tensor of the run as a text table (not by SQL's printf, which rounds).
array() {
    "$tdyn" query out "SELECT i, value FROM arrays, names m, names s, td_array(arrays.id)
        WHERE m.id = measure AND s.id = site AND m.text = '$1' AND s.text = '$2' ORDER BY i, j" |
        awk 'NR > 1 { printf "%s%s", NR == 2 ? "" : $1 == row ? "," : "\n", $2; row = $1 }
             END { print "" }' >"$3"
}
# now OUTPUT MEASURE ARGS...: the same by tdyn measure.
now() {
    local output=$1
    shift
    "$tdyn" measure "$@" | awk -F '\t' -v output="$output" '$1 == output { print $2 }'
}
equal() {
    [ -n "$1" ] && [ "$1" = "$2" ] || fail "'$1' inside the run, '$2' afterwards: $3"
}

for site in hidden.2 softmax label; do
    array tensor $site@all $site.csv
    [ "$(wc -l <$site.csv)" = 4096 ] || fail "$site.csv has not 4096 rows"
done
array quarter hidden.2@all quarter.csv
array quarter label@all quarter_label.csv
[ "$(awk 'NR % 4 == 1' hidden.2.csv | cksum)" = "$(cksum <quarter.csv)" ] || fail "every fourth row"

for site in hidden.2 softmax; do
    for output in x entropy patterns y; do
        equal "$(stored width.$output $site,label@all)" \
            "$(now mi-bins.$output mi-bins --in $site.csv --in label.csv)" "width $output $site"
    done
    for output in x y; do
        equal "$(stored ebab.$output $site,label@all)" \
            "$(now mi-bins.$output mi-bins --in $site.csv --in label.csv --set method=ebab --set floor=auto)" \
            "ebab $output $site"
    done
done
for output in x-upper x-lower y-upper y-lower variance; do
    equal "$(stored akde.$output hidden.2,label@all)" \
        "$(now mi-kde.$output mi-kde --in quarter.csv --in quarter_label.csv --set variant=adaptive)" "akde $output"
done
equal "$(stored ross hidden.2,label@all)" "$(now mi-ross mi-ross --in quarter.csv --in quarter_label.csv)" ross

# The same from an NPY file, as NumPy would save it.
perl -e '
    my @rows = map { chomp; [split /,/] } <STDIN>;
    my $header = "{\x27descr\x27: \x27<f8\x27, \x27fortran_order\x27: False, \x27shape\x27: (" .
        scalar(@rows) . ", " . scalar(@{$rows[0]}) . "), }\n";
    print "\x93NUMPY\x01\x00", pack("v", length $header), $header, pack("d<*", map { @$_ } @rows);
' <quarter.csv >quarter.npy
for output in x-upper y-lower; do
    equal "$(stored akde.$output hidden.2,label@all)" \
        "$(now mi-kde.$output mi-kde --in quarter.npy --in quarter_label.csv --set variant=adaptive)" "npy $output"
done

# The arrays travel in exports, too.
expect 0 'quarter.*hidden.2@all.*1024x7' "$tdyn" export out --format csv
finish
