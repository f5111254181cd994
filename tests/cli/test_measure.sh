#!/bin/bash
# tdyn measure on files as NumPy, spreadsheets and damaged disks leave them.
here=$(cd "$(dirname "$0")" && pwd)
. "$here/lib.sh"
data=$here/../numeric/data

# npy FILE DESCR SHAPE [ORDER] [PAD]: an NPY header; the elements follow from standard input.
npy() {
    local header length
    header="{'descr': '$2', 'fortran_order': ${4:-False}, 'shape': $3, }$(printf '%*s' "${5:-0}" '')"
    length=$((${#header} + 1))
    { printf '\x93NUMPY\x02\x00'
      printf "\\x$(printf %02x $((length & 255)))\\x$(printf %02x $((length >> 8)))\\x00\\x00"
      printf '%s\n' "$header"
      cat; } >"$1"
}
# integers BYTES N...: small non-negative integers, little-endian, BYTES each.
integers() {
    local bytes=$1 n
    shift
    for n; do
        printf "\\x$(printf %02x "$n")"
        head -c $((bytes - 1)) /dev/zero
    done
}
# doubles N...: the integers 0 to 5 as float64, little-endian.
doubles() {
    local n high=(0000 3ff0 4000 4008 4010 4014)
    for n; do
        printf '\x00\x00\x00\x00\x00\x00'
        printf "\\x${high[n]:2:2}\\x${high[n]:0:2}"
    done
}
# halves N...: the same as float16.
halves() {
    local n high=(00 3c 40 42 44 45)
    for n; do printf "\\x00\\x${high[n]}"; done
}
a="1 0 2 3 1 0 0 4 1 2 2 5" # D3 A of the cases

# --- list, help, JSON ---
expect 0 '^participation-ratio +x: activations' "$tdyn" measure --list
expect 0 'cross-entropy.*labels' "$tdyn" measure --list
expect 0 'Rows are samples' "$tdyn" measure --help
expect 0 'Parameters' "$tdyn" measure moments --help
for part in 'Arrays \(--in\): x' 'mean, variance, skewness, kurtosis' 'O\(n d\)' 'by = all' 'all\|column'; do
    expect 0 "$part" "$tdyn" measure --help moments
done
[ "$("$tdyn" measure --list | wc -l)" -ge 9 ] || fail "fewer than nine measures"

# --- the cases' number, from every format ---
doubles $a | npy a.npy '<f8' '(4, 3)'
doubles $a | npy padded.npy '<f8' '(4, 3)' False 5000
integers 8 $a | npy int64.npy '<i8' '(4, 3)'
integers 2 $a | npy int16.npy '<i2' '(4, 3)'
integers 1 $a | npy uint8.npy '|u1' '(4, 3)'
halves $a | npy half.npy '<f2' '(4, 3)'
doubles 1 3 0 2 0 1 4 2 2 0 1 5 | npy fortran.npy '<f8' '(4, 3)' True
printf '1,0,2\n3,1,0\n0,4,1\n2,2,5\n' >a.csv
printf '\xef\xbb\xbfx;y;z\r\n"1";0;2\r\n3;1;0\r\n0;4;1\r\n2;2;5\r\n' >excel.csv
for measure in participation-ratio effective-rank moments norm saturation; do
    "$tdyn" measure $measure --in a.npy >reference.tsv || fail "$measure a.npy"
    for file in padded.npy int64.npy int16.npy uint8.npy half.npy fortran.npy a.csv excel.csv \
        "$data/stored.npz:A" "$data/deflated.npz:A" "$data/one.npz"; do
        "$tdyn" measure $measure --in "$file" >got.tsv || fail "$measure $file"
        same reference.tsv got.tsv
    done
done
expect 0 $'^participation-ratio\t2\.3910343[0-9]*\t\t\tdimensions\t\t4\t3$' \
    "$tdyn" measure participation-ratio --in a.npy
expect 0 $'^measure\tvalue\tlo\thi\tunit\twarning\tn\td$' "$tdyn" measure norm --in a.npy
printf '0\n1\n2\n4\n' >target.csv
expect 0 $'^cka\t0\.5528459' "$tdyn" measure cka --in a.npy --in target.csv
expect 0 'whatever the data: 1' "$tdyn" measure cca --in a.npy --in target.csv
expect 0 '"value": 2\.3910343' "$tdyn" measure participation-ratio --in a.npy --format json
expect 0 '"lo": null' "$tdyn" measure participation-ratio --in a.npy --format json
if ! "$tdyn" measure norm --in "$data/arrays.h5:/A" 2>&1 | grep -q 'without HDF5'; then
    "$tdyn" measure norm --in a.npy >reference.tsv
    "$tdyn" measure norm --in "$data/arrays.h5:/A" >got.tsv
    same reference.tsv got.tsv
    expect 2 'name one as FILE:/NAME: /A' "$tdyn" measure norm --in "$data/arrays.h5"
fi

# --- parameters, several arrays, shapes ---
printf '2\n2\n0\n1\n' >labels.csv
integers 4 2 2 0 1 | npy labels.npy '<i4' '(4,)'
for labels in labels.csv labels.npy; do
    expect 0 $'^accuracy\t0\.25\t.*\t4\t3$' "$tdyn" measure accuracy --in a.npy --in $labels
done
expect 0 'bits' "$tdyn" measure cross-entropy --in a.npy --in labels.csv --set unit=bits
expect 0 'variance\.2' "$tdyn" measure moments --set by=column --in a.npy
doubles 1 4 0 2 3 | npy vector.npy '<f8' '(5,)'
expect 0 $'^norm.max\t4\t\t\t\t\t5\t1$' "$tdyn" measure norm --in vector.npy
doubles 3 | npy scalar.npy '<f8' '()'
expect 0 $'one number.*\t1\t1$' "$tdyn" measure moments --in scalar.npy
printf '1,2\n1,2\n' >constant.csv
expect 0 $'\t0\t\t\tdimensions\tconstant input' "$tdyn" measure participation-ratio --in constant.csv

# --- refusals: exit 2, the file, the reason, what is allowed; nothing on standard output ---
# refuse PATTERN ARGS...
refuse() {
    local pattern=$1
    shift
    expect 2 "$pattern" "$tdyn" measure "$@"
    [ -z "$("$tdyn" measure "$@" 2>/dev/null)" ] || fail "output in spite of an error: $*"
}
refuse 'participation-ratio' participation-ration --in a.npy
refuse 'NAME.*--list'
refuse 'takes 1 array.*activations.*0 given' participation-ratio
refuse 'takes 2 arrays.*labels.*1 given' accuracy --in a.npy
refuse 'takes 1 array.*2 given' norm --in a.npy --in a.npy
refuse 'a.npy has 4 rows.*vector.npy has 5: rows are samples' accuracy --in a.npy --in vector.npy
refuse 'center' participation-ratio --in a.npy --set centre=false
refuse '--set center: PARAMETER=VALUE' participation-ratio --in a.npy --set center
refuse 'by.*all.*column' moments --in a.npy --set by=row
refuse 'no parameters' norm --in a.npy --set x=1
refuse 'tsv or json' norm --in a.npy --format xml
refuse 'unrecognized option' norm --inn a.npy
refuse 'missing.npy: No such file' norm --in missing.npy
printf '1,2\n3,nan\n' >nan.csv
refuse 'nan.csv: row 1, column 1 .*nan' norm --in nan.csv
printf 'a,b\n1,2\n3,\n' >gap.csv
refuse 'gap.csv: row 1, column 1 .*line 3.* no value' norm --in gap.csv
{ halves 0 1 2 3 4; printf '\x00\x7c'; } | npy inf.npy '<f2' '(2, 3)'
refuse 'inf.npy: row 1, column 2 .*inf' norm --in inf.npy
: | npy empty.npy '<f8' '(0, 3)'
refuse 'no rows' norm --in empty.npy
doubles 1 2 | npy complex.npy '<c16' '(1,)'
refuse "<c16.*complex" norm --in complex.npy
doubles 1 | npy object.npy '|O' '(1,)'
refuse "object" norm --in object.npy
doubles 1 2 | npy structured.npy 'x' '(1,)'
sed -i "s/'x'/[('a', '<f8'), ('b', '<f8')]/" structured.npy
expect 2 'structured|NPY header' "$tdyn" measure norm --in structured.npy
head -c 100 a.npy >cut.npy
refuse 'cut.npy.*truncated' norm --in cut.npy
refuse 'folder' norm --in .

# Headers that promise far more than the file holds: little time, little memory.
for shape in '(1000000000, 1000000)' '(-1, 3)' '(9223372036854775808,)' '(3037000500, 3037000500)'; do
    doubles 1 2 3 4 5 0 1 2 3 4 | npy vast.npy '<f8' "$shape"
    refuse 'vast.npy' norm --in vast.npy
done

# --- a full disk is an error, a closed pipe is not ---
if [ -w /dev/full ]; then
    "$tdyn" measure moments --in a.npy >/dev/full 2>full.txt && fail "no error on a full disk"
    grep -q 'No space left' full.txt || fail "no reason for the full disk: $(cat full.txt)"
fi
awk 'BEGIN { for (i = 0; i < 2000; ++i) printf "%s%d", i ? "," : "", i; print "" }' >wide.csv
cat wide.csv wide.csv >two.csv
"$tdyn" measure moments --set by=column --in two.csv 2>pipe.txt | head -1 >/dev/null
[ ! -s pipe.txt ] || fail "complaint about a closed pipe: $(cat pipe.txt)"
finish
