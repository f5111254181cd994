#!/usr/bin/env bash
# On a fresh Debian 12 machine: installs, builds, runs every experiment (demo preset) on all cores,
# draws the figures, checks the claims and writes one report. Run again to go on or to repeat.
#   scripts/reproduce.sh [OUT]            default OUT: runs/reproduce
#   PRESET=paper scripts/reproduce.sh     the papers' own sizes (hours to days)
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/install-deps.sh
cmake -S . -B build -DTDYN_TESTS=OFF -DTDYN_BENCH=OFF >build.log 2>&1 || { cat build.log; exit 1; }
cmake --build build -j "$(nproc)" >>build.log 2>&1 || { cat build.log; exit 1; }
rm -f build.log

out=${1:-runs/reproduce}
if [ "$(id -u)" -eq 0 ]; then # containers and CI: Open MPI asks root to say so twice
    export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
fi
ranks=$(nproc)
if [ "$ranks" -gt 1 ]; then
    exec mpirun -n "$ranks" build/cli/tdyn reproduce --preset "${PRESET:-demo}" --out "$out"
fi
exec build/cli/tdyn reproduce --preset "${PRESET:-demo}" --out "$out"
