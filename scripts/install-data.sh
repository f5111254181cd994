#!/usr/bin/env bash
# Fetches the tabular data sets that tdyn knows by name and writes them as FOLDER/NAME.csv. What is there
# already is left alone: a second run ends at once. As root, or as a user with sudo.
#   scripts/install-data.sh [FOLDER]           all 18; installs R and its package mlbench for 14 of them
#   scripts/install-data.sh --light [FOLDER]   the 4 that come as CSV files in one package (2 MB)
# FOLDER: data/tabular of this checkout; for an installed tdyn PREFIX/share/tdyn/data/tabular.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)

light_sets=(iris wine breast-cancer-wisc-diag digits)
r_sets=(breast-cancer-wisc molec-biol-splice glass congressional-voting ionosphere letter pima
    statlog-landsat statlog-shuttle conn-bench-sonar soybean statlog-vehicle conn-bench-vowel zoo)

light=false
case ${1:-} in
--light)
    light=true
    shift
    ;;
-*)
    sed -n '2,7s/^# //p' "$0"
    [ "$1" = --help ] && exit 0
    exit 2
    ;;
esac
folder=${1:-$root/data/tabular}

fail() {
    echo "install-data.sh: $*" >&2
    exit 1
}

lacks() { # NAMES...: whether one of the files is missing
    local name
    for name in "$@"; do
        [ -s "$folder/$name.csv" ] || return 0
    done
    return 1
}

# scikit-learn's tables. Most open with a line of counts and class names; classes are numbers.
table_of() { # CLASS-NAMES: a header line, and names for class numbers if there are any
    awk -F, -v names="$1" '
        BEGIN { known = split(names, class, " ") }
        NR == 1 { for (i = 1; i < NF; i++) printf "x%d,", i; print "class" }
        { label = $NF + 0; sub(/,[^,]*$/, ""); print $0 "," (known ? class[label + 1] : label) }'
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        fail "root or sudo is needed for: $*"
    fi
}

# The package as a file in the current folder, installing nothing.
download_sklearn() {
    apt-get download -q -o APT::Sandbox::User="$(id -un)" python3-sklearn
}

install_light() {
    local scratch files
    if ! command -v apt-get >/dev/null || ! command -v dpkg-deb >/dev/null; then
        fail "apt-get and dpkg-deb are needed to fetch the package python3-sklearn;" \
            "tables of your own work without: data.path"
    fi
    scratch=$(mktemp -d "$folder/.fetch-XXXXXX") # there: the renames below are at once
    # shellcheck disable=SC2064
    trap "rm -rf '$scratch'" EXIT
    if ! (cd "$scratch" && download_sklearn >log 2>&1); then # no package list yet, or an old one
        as_root apt-get update -q || fail "cannot fetch the package python3-sklearn"
        (cd "$scratch" && download_sklearn) || fail "cannot fetch the package python3-sklearn"
    fi
    dpkg-deb -x "$scratch"/python3-sklearn_*.deb "$scratch/package"
    files=$(dirname "$(find "$scratch/package" -name iris.csv)")
    tail -n +2 "$files/iris.csv" | table_of "setosa versicolor virginica" >"$scratch/iris.csv"
    tail -n +2 "$files/wine_data.csv" | table_of "1 2 3" >"$scratch/wine.csv"
    tail -n +2 "$files/breast_cancer.csv" | table_of "malignant benign" \
        >"$scratch/breast-cancer-wisc-diag.csv"
    gzip -dc "$files/digits.csv.gz" | table_of "" >"$scratch/digits.csv"
    mv "$scratch"/*.csv "$folder/"
}

has_mlbench() {
    command -v Rscript >/dev/null && Rscript -e 'library(mlbench)' >/dev/null 2>&1
}

install_r_sets() {
    if ! has_mlbench; then
        command -v apt-get >/dev/null ||
            fail "apt-get is needed to install R (r-base-core) and its package r-cran-mlbench;" \
                "where both are there this script uses them"
        echo "Installing R and its package mlbench"
        as_root apt-get update -q
        as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends \
            r-base-core r-cran-mlbench
    fi
    Rscript "$root/scripts/mlbench-to-csv.R" "$folder"
}

mkdir -p "$folder" || fail "cannot make the folder $folder"
[ -w "$folder" ] || fail "cannot write to $folder"
if ! $light && lacks "${r_sets[@]}"; then
    install_r_sets
fi
if lacks "${light_sets[@]}"; then
    echo "Fetching ${light_sets[*]}"
    install_light
fi
