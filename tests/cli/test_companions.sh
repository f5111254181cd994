#!/usr/bin/env bash
# A seed's bytes do not depend on the seeds that are swept with it, nor on an interruption among them.
. "$(dirname "$0")/lib.sh"
sweep=(run train --set data.kind=gaussian-clusters --set data.train=512 --set 'net.widths=[10,7,5,4,3]' --set net.activation=tanh
    --set optimizer.kind=adam --set optimizer.batch=64 --set steps=1500 --checkpoint-interval 0.05
    --set measure.0.kind=loss --set 'measure.0.at=log(1,end,12)'
    --set measure.1.kind=mi-bins --set 'measure.1.of=[hidden.*]' --set 'measure.1.at=[0,end]')

# rows_of DIR SEEDS: what the store has of the first SEEDS seeds; the seed is the ninth column from the end.
rows_of() {
    "$tdyn" export "$1" | awk -F, -v seeds="$2" '
        NR == 1 && $(NF - 8) != "seed" { print "the columns of an export are others"; exit }
        NR > 1 && $(NF - 8) <= seeds'
}

for seeds in 1 3 8 50; do
    "$tdyn" "${sweep[@]}" --set seed=1..$seeds --out together$seeds --quiet || fail "$seeds seeds"
done
rows_of together50 50 >all.csv
[ "$(cut -d, -f1 all.csv | sort -u | wc -l)" -eq 50 ] || fail "not 50 tasks"
for seeds in 1 3 8; do
    rows_of together$seeds $seeds >few.csv
    rows_of together50 $seeds >among.csv
    [ -s few.csv ] || fail "nothing stored of $seeds seeds"
    same few.csv among.csv
done

# Stopped among the fifty and gone on with: first a few of them, then all.
"$tdyn" "${sweep[@]}" --set seed=1..50 --out resumed --quiet &
sleep 0.5
kill -TERM $! 2>/dev/null
wait $!
case $? in
0 | 75) ;;
*) fail "the stopped run" ;;
esac
"$tdyn" "${sweep[@]}" --set seed=20..30 --out resumed --quiet || fail "eleven seeds of a stopped run"
"$tdyn" "${sweep[@]}" --set seed=1..50 --out resumed --quiet || fail "going on"
rows_of resumed 50 >resumed.csv
same all.csv resumed.csv
finish
