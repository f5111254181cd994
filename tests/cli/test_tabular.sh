#!/usr/bin/env bash
# Tables on the command line: a file, a table by name, folds, highway layers, provenance, mistakes.
. "$(dirname "$0")/lib.sh"
mkdir -p data/tabular
{
    echo "id,size,colour,kind"
    for i in $(seq 1 40); do
        echo "p$i,$((i * 37 % 41)),$([ $((i % 3)) = 0 ] && echo red || echo blue),$([ $((i % 2)) = 0 ] && echo even || echo odd)"
    done
} >data/tabular/mine.csv
run=("$tdyn" run train --quiet --set data=tabular --set steps=5 --set net.width=8
    --set 'measure=[loss,accuracy]' --set measure.0.on=validation)

expect 0 'set = ' "$tdyn" describe data:tabular
expect 0 'gate_bias = -2' "$tdyn" describe network:mlp
expect 0 '' "${run[@]}" --set data.set=mine --set 'data.ignore=[id]' --set data.fold=1..4 --out named
expect 0 '^4$' "$tdyn" query named "SELECT count(*) FROM train_values WHERE measure = 'loss' AND site = 'validation' AND step = 5"
expect 0 'data/tabular/mine.csv.*bytes, xxh3' "$tdyn" query named "SELECT * FROM provenance WHERE key LIKE 'data %'"
expect 0 '' "${run[@]}" --set data.path=data/tabular/mine.csv --set data.ignore=[id] --out path
for dir in named path; do # a table is the same by name and by path
    "$tdyn" query "$dir" "SELECT measure, site, step, value FROM train_values WHERE data_fold = 1 ORDER BY 1, 2, 3" >"$dir.tsv"
done
same named.tsv path.tsv
expect 0 '' "${run[@]}" --set data.set=mine --set 'data.ignore=[id]' --set net.highway=true --set net.depth=4 --out highway

rm -rf d
expect 2 'did you mean iris' "${run[@]}" --set data.set=irys --out d
expect 2 "'set'.*'path'" "${run[@]}" --out d
expect 2 'not both' "${run[@]}" --set data.set=mine --set data.path=x --out d
expect 2 "'knd', did you mean kind" "${run[@]}" --set data.set=mine --set data.target=knd --out d
expect 2 'fold 5 of 4' "${run[@]}" --set data.set=mine --set data.fold=5 --out d
expect 2 'data\.fold must be in \[1, 1000\]' "${run[@]}" --set data.set=mine --set data.fold=0 --out d
expect 2 'data\.folds' "${run[@]}" --set data.set=mine --set data.fold_s=1 --out d
expect 2 'net\.highway.*conic' "${run[@]}" --set data.set=mine --set net.highway=true --set net.shape=conic --out d
printf 'a,kind\n1,x\n2,x\n' >one.csv
expect 2 'same value in all 2 rows' "${run[@]}" --set data.path=one.csv --out d
printf 'a,kind\n1,x\nbig,y\n2,x\n3,y\n4,x\n5,y\n6,x\n7,y\n8,x\n9,y\n' >mixed.csv
expect 2 "row 1, column 0 \('a'\).*'big' is a text" "${run[@]}" --set data.path=mixed.csv --out d
[ -e d ] && fail "a refused run left the directory d"
finish
