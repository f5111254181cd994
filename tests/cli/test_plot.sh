#!/usr/bin/env bash
# Always a figure or a clear reason: one task, all diverged, no display, no gnuplot, no pngcairo.
. "$(dirname "$0")/lib.sh"

"$tdyn" run selu/moment-map --quiet --out one || fail "selu/moment-map"
expect 0 'figures/.*svg' env -u DISPLAY -u HOME TERM=dumb "$tdyn" plot one
for file in one/figures/*; do
    [ -s "$file" ] || fail "$file is empty"
done
file=$(ls one/figures/*.svg | head -1)
grep -q '<svg' "$file" || fail "$file is no SVG"
head -c 8 "$(ls one/figures/*.png | head -1)" | grep -q PNG || fail "the PNG is none"
head -c 5 "$(ls one/figures/*.pdf | head -1)" | grep -q '%PDF-' || fail "the PDF is none"
[ -s "$(ls one/data/*.tsv | head -1)" ] || fail "no data behind the figure"

# Training that diverges: every seed, and one of three.
training=("$tdyn" run selu/training --quiet --set data.kind=gaussian-clusters --set data.features=5
    --set net.width=4 --set net.depth=8 --set epochs=1 --set optimizer.batch=50)
"${training[@]}" --out none --set optimizer.lr=1e6 --set net.activation=identity --set net.norm=none --set seed=1..2 || fail "diverging run"
expect 0 '' "$tdyn" status none
expect 0 'diverged' "$tdyn" status none
expect 0 'svg' "$tdyn" plot none
grep -lq 'no data' none/figures/*.svg || fail "a figure without data does not say so"
"${training[@]}" --out some --set net.activation=identity --set net.norm=none --set optimizer.lr=1e-3,1e6 --set seed=1 || fail "half diverging run"
expect 0 'svg' "$tdyn" plot some
grep -lq '1 of 2 tasks diverged' some/figures/*.svg || fail "a figure does not say that tasks diverged"

# A sweep without the parameters that a figure is drawn over.
"$tdyn" run information-compression/kde-bounds --set data=clusters --set n=50 --quiet --out partial || fail "a part of a sweep"
expect 0 'svg' "$tdyn" plot partial
grep -lq 'no task here has the parameter' partial/figures/*.svg || fail "a figure does not say which parameter it lacks"

# Without gnuplot, or with one that cannot write PNG: the package is named, the data stay.
mkdir bin nothing
expect 1 'gnuplot-nox' env PATH="$scratch/nothing" "$tdyn" plot one
real=$(command -v gnuplot)
cat >bin/gnuplot <<END
#!/bin/bash
[ "\$5" = png ] && { echo "unknown or ambiguous terminal name; type just 'set terminal' for a list" >&2; exit 1; }
exec "$real" "\$@"
END
chmod +x bin/gnuplot
rm one/figures/*
expect 1 'gnuplot-nox' env PATH="$scratch/bin:$PATH" "$tdyn" plot one
ls one/figures/*.svg >/dev/null || fail "the SVG was not kept"

# A read-only directory can be looked at.
expect 0 'report.html' "$tdyn" report one
grep -q '<svg' one/report.html || fail "the report has no inline figure"
grep -qE 'src="http|href="http|url\(http' one/report.html && fail "the report needs a network"
finish
