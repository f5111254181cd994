#!/bin/bash
# tdyn measure mi-...: the users' cases on files, equal numbers whatever the type, and the same
# numbers inside a training run.
here=$(cd "$(dirname "$0")" && pwd)
. "$here/lib.sh"

# array FILE TYPE PACK N...: a 1-D NPY of numbers packed as perl's PACK.
array() {
    local file=$1 descr=$2 pack=$3
    shift 3
    perl -e '
        my ($descr, $pack, @v) = @ARGV;
        my $header = "{\x27descr\x27: \x27$descr\x27, \x27fortran_order\x27: False, \x27shape\x27: (" .
            scalar(@v) . ",), }\n";
        print "\x93NUMPY\x01\x00", pack("v", length $header), $header, pack("$pack*", @v);
    ' "$descr" "$pack" "$@" >"$file"
}
# value MEASURE ARGS...: the value column of that row.
value() {
    local row=$1
    shift
    "$tdyn" measure "$@" | awk -F '\t' -v row="$row" '$1 == row { print $2 }'
}
# close GOT WANT MARGIN
close() {
    awk -v a="$1" -v b="$2" -v m="$3" 'BEGIN { exit !(a != "" && a - b <= m && b - a <= m) }' ||
        fail "$1 instead of $2"
}

# --- a continuous variable with itself: the estimator's ceiling ---
array x.npy '<f8' 'd<' $(awk 'BEGIN { for (i = 1; i <= 1000; ++i) printf "%.17g ", exp(i / 200) }')
close "$(value mi-ksg mi-ksg --in x.npy --in x.npy --set unit=nats)" 5.9844709 5e-8
close "$(value mi-ksg mi-ksg --in x.npy --in x.npy)" 8.6337664 5e-8
close "$(value mi-ksg mi-ksg --in x.npy --in x.npy --set unit=nats --set form=2)" 5.6511375 5e-8
for form in 1 2; do
    expect 0 'at its ceiling .* N = 1000, k = 3.*infinite' \
        "$tdyn" measure mi-ksg --in x.npy --in x.npy --set form=$form
done

# --- integers: the same bits as from floats, in either order ---
numbers="$(seq 0 99) 1000"
array int64.npy '<i8' 'q<' $numbers
array int16.npy '<i2' 's<' $numbers
array float.npy '<f8' 'd<' $numbers
seq 1 101 | awk '{ print $1 * $1 % 17 }' >other.csv
close "$(value mi-ksg mi-ksg --in float.npy --in float.npy --set unit=nats)" 3.6873775 5e-8
for settings in form=1 form=2 jitter=1e-10; do
    for a in int64 int16 float; do
        for b in int64 int16 float; do
            "$tdyn" measure mi-ksg --in $a.npy --in $b.npy --set $settings |
                sed "s/$a.npy\|$b.npy/FILE/g" >>"self.$settings"
        done
        "$tdyn" measure mi-ksg --in $a.npy --in other.csv --set $settings | cut -f 2-5 >>"pair.$settings"
        "$tdyn" measure mi-ksg --in other.csv --in $a.npy --set $settings | cut -f 2-5 >>"pair.$settings"
    done
    [ "$(sort -u "self.$settings" | wc -l)" -eq 2 ] || fail "self pairs differ: $settings"
    [ "$(sort -u "pair.$settings" | wc -l)" -eq 2 ] || fail "pairs differ: $settings"
done

# --- values outside the bins ---
printf '0.1\n0.9\n1.1\n1.9\n2.1\n2.9\n3.1\n3.9\n' >t.csv
close "$(value mi-bins.x mi-bins --in t.csv --set method=clipped)" 1.0612781 5e-8
expect 0 '6 of 8 outside \[-1,1\]' "$tdyn" measure mi-bins --in t.csv --set method=clipped
[ "$(value mi-bins.x mi-bins --in t.csv --set method=width --set width=0.5)" = 3 ] || fail "width"
[ "$(value mi-bins.x mi-bins --in t.csv --set method=equal-count --set count=4)" = 2 ] ||
    fail "equal-count"

# --- inputs that repeat ---
printf '0.1\n0.6\n0.6\n0.6\n0.9\n' >t.csv
printf '0\n0\n1\n1\n2\n' >ids.csv
ids="--in t.csv --in ids.csv --set second=ids --set width=0.5"
close "$(value mi-bins.entropy mi-bins $ids)" 0.7219281 5e-8
close "$(value mi-bins.entropy-given-x mi-bins $ids)" 0.4 1e-12
close "$(value mi-bins.x mi-bins $ids)" 0.3219281 5e-8
close "$(value mi-bins.x mi-bins --in t.csv --set width=0.5)" 0.7219281 5e-8

# --- every estimator: help, units, refusals ---
for measure in mi-bins mi-kde mi-ksg mi-gao mi-ross mi-noisy mi-linear; do
    expect 0 "^$measure " "$tdyn" measure --list
    expect 0 'Complexity: O' "$tdyn" measure $measure --help
    expect 2 'unit.*bits.*nats' "$tdyn" measure $measure --in t.csv --in ids.csv --set unit=bans
done
seq 8 >eight.csv
for measure in mi-bins mi-kde mi-ksg mi-gao mi-ross mi-noisy; do
    expect 2 '5 rows.*8' "$tdyn" measure $measure --in t.csv --in eight.csv
done
echo 1,2,3 >row.csv
printf '1\nnan\n' >nan.csv
printf '4\n4\n4\n' >constant.csv
for measure in mi-bins mi-kde mi-noisy; do
    expect 0 'one sample' "$tdyn" measure $measure --in row.csv
    expect 0 'constant' "$tdyn" measure $measure --in constant.csv
    expect 2 'row 1.*nan' "$tdyn" measure $measure --in nan.csv
done

# --- the same estimators inside a training run ---
cat >run.yaml <<'Y'
experiment: train
net: {kind: mlp, depth: 2, width: 4, activation: tanh}
data: {kind: gaussian-clusters}
steps: 3
measure:
  - {kind: mi-bins, of: [hidden.*, label, input], at: [0, end]}
  - {kind: mi-kde, of: [hidden.last, label], at: [end]}
  - {kind: mi-ross, of: [hidden.last, label], at: [end]}
  - {kind: mi-noisy, draws: 2, at: [end]}
Y
if "$tdyn" run run.yaml --out run >run.txt 2>&1; then
    "$tdyn" query run "SELECT DISTINCT measure, site FROM run_values" >values.tsv
    for row in 'mi-bins.x.*hidden.1,label,input' 'mi-bins.y.*hidden.2,label,input' \
        'mi-kde.x-upper' 'mi-kde.y-lower' 'mi-ross' 'mi-noisy.x.*output'; do
        grep -qE "$row" values.tsv || fail "no $row in $(cat values.tsv)"
    done
else
    fail "training run: $(cat run.txt)"
fi
finish
