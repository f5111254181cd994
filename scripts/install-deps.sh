#!/usr/bin/env bash
# Installs what tdyn needs from Debian's packages, and nothing that is there already: a second run
# ends at once. As root, or as a user with sudo.
#   scripts/install-deps.sh          build, run, plot, the default real data set, four small tables
#   scripts/install-deps.sh --test   also what the tests need
set -euo pipefail
cd "$(dirname "$0")/.."

packages=(gcc make cmake pkg-config
    libopenblas-dev liblapacke-dev libgsl-dev libfftw3-dev libsqlite3-dev libyaml-dev
    libjansson-dev libzip-dev zlib1g-dev libhdf5-dev libxxhash-dev librandom123-dev libsleef-dev
    libopenmpi-dev openmpi-bin gnuplot-nox dataset-fashion-mnist)
if [ "$(dpkg --print-architecture)" = amd64 ]; then
    packages+=(libxsmm-dev)
fi
if [ "${1:-}" = --test ]; then
    packages+=(libcmocka-dev clang libclang-rt-14-dev)
fi

missing=()
for package in "${packages[@]}"; do
    if [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" != installed ]; then
        missing+=("$package")
    fi
done
# Four tabular data sets, 2 MB to fetch; what needs them says so where they are missing.
install_tables() {
    scripts/install-data.sh --light || echo "install-deps.sh: goes on without these data sets" >&2
}

if [ ${#missing[@]} -eq 0 ]; then
    install_tables
    exit 0
fi

as_root=()
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
        echo "install-deps.sh: root or sudo is needed to install: ${missing[*]}" >&2
        exit 1
    fi
    as_root=(sudo)
fi
echo "Installing: ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
"${as_root[@]}" apt-get update -q
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends \
    "${missing[@]}"
install_tables
