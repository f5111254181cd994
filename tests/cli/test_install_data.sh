#!/usr/bin/env bash
# scripts/install-data.sh: converts what a package holds, leaves alone what is there, fails without a trace.
# apt-get is a stand-in that "downloads" a small package made here.
script=$(cd "$(dirname "$0")/../.." && pwd)/scripts/install-data.sh
. "$(dirname "$0")/lib.sh"
command -v dpkg-deb >/dev/null || { echo "dpkg-deb is not here: skipped"; exit 0; }

tables=package/usr/lib/python3/dist-packages/sklearn/datasets/data
mkdir -p package/DEBIAN "$tables" bin
printf 'Package: python3-sklearn\nVersion: 1\nArchitecture: all\nMaintainer: none <none@example.org>\nDescription: none\n' \
    >package/DEBIAN/control
printf '3,2,setosa,versicolor,virginica\n5.1,3.5,0\n4.9,3.0,2\n6,2,1\n' >"$tables/iris.csv"
printf '2,1,class_0,class_1\n14,0\n12,1\n' >"$tables/wine_data.csv"
printf '2,1,malignant,benign\n17,0\n20,1\n' >"$tables/breast_cancer.csv"
printf '0.000e+00,5.0,3.000000e+00\n1,2,9\n' | gzip >"$tables/digits.csv.gz"
dpkg-deb -b package python3-sklearn_1_all.deb >/dev/null || fail "cannot make a package"
cat >bin/apt-get <<END
#!/bin/sh
echo "\$1" >>"$scratch/calls"
[ "\$1" = download ] && cp "$scratch/python3-sklearn_1_all.deb" .
END
chmod +x bin/apt-get

expect 0 'Fetching' env PATH="$scratch/bin:$PATH" "$script" --light tables
printf 'x1,x2,class\n5.1,3.5,setosa\n4.9,3.0,virginica\n6,2,versicolor\n' >iris.csv
same iris.csv tables/iris.csv
printf 'x1,class\n17,malignant\n20,benign\n' >cancer.csv
same cancer.csv tables/breast-cancer-wisc-diag.csv
printf 'x1,x2,class\n0.000e+00,5.0,3\n1,2,9\n' >digits.csv
same digits.csv tables/digits.csv
[ "$(find tables -type f | wc -l)" -eq 4 ] || fail "not 4 files: $(find tables)"
[ "$(ls -A tables | wc -l)" -eq 4 ] || fail "something was left behind: $(ls -A tables)"
(cd "$scratch" && mkdir -p data && mv tables data/tabular)
expect 0 '' "$tdyn" run train --quiet --set data=tabular --set data.set=iris --set data.folds=1 \
    --set data.validation_share=0 --set steps=1 --out d

# The second run asks nobody; a missing file is fetched again.
rm calls
expect 0 '^$' env PATH="$scratch/bin:$PATH" "$script" --light data/tabular
[ -e calls ] && fail "a second run calls apt-get"
rm data/tabular/wine.csv
expect 0 'wine' env PATH="$scratch/bin:$PATH" "$script" --light data/tabular
[ -s data/tabular/wine.csv ] || fail "the missing file was not fetched"

# What cannot be fetched: exit 1, the reason, nothing half-written.
printf '#!/bin/sh\nexit 100\n' >bin/apt-get
expect 1 'install-data.sh: (cannot fetch the package python3-sklearn|root or sudo is needed)' \
    env PATH="$scratch/bin:$PATH" "$script" --light other
[ -z "$(ls -A other)" ] || fail "a failed run left $(ls -A other)"
expect 2 'install-data.sh --light' "$script" --bogus
expect 0 'install-data.sh --light' "$script" --help
finish
