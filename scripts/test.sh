#!/usr/bin/env bash
# On a fresh Debian 12 machine: installs, builds and passes every test: float and double, unit,
# MPI (1, 2 and 4 ranks), command line, sanitizers, short fuzzing. Closes with ctest's summary.
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/install-deps.sh --test
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
jobs=$(nproc)

configure() { # FOLDER OPTIONS...
    local folder=$1
    shift
    cmake -S . -B "$folder" -DTDYN_BENCH=OFF "$@" >"$folder.log" 2>&1 ||
        { cat "$folder.log"; exit 1; }
    cmake --build "$folder" -j "$jobs" >"$folder.log" 2>&1 || { cat "$folder.log"; exit 1; }
    # Sanitizers make compilers warn of what is not there; the plain builds have to be clean.
    if [[ $folder != *-sanitize && $folder != *-fuzz ]] && grep -q 'warning:' "$folder.log"; then
        echo "The build in $folder has warnings:" >&2
        grep 'warning:' "$folder.log" >&2
        exit 1
    fi
    rm -f "$folder.log"
}

echo "Building: float, double, sanitizers, fuzzers"
configure build-test
configure build-test-double -DTDYN_DOUBLE=ON
configure build-test-sanitize -DTDYN_SANITIZE=ON
configure build-test-fuzz -DTDYN_FUZZ=ON -DTDYN_TESTS=OFF -DCMAKE_C_COMPILER=clang

# One ctest run over all four builds, so that its closing summary covers everything.
mkdir -p build-test-all
cat >build-test-all/CTestTestfile.cmake <<END
subdirs("../build-test" "../build-test-double" "../build-test-sanitize" "../build-test-fuzz")
END
exec ctest --test-dir build-test-all --output-on-failure -j "$jobs" "$@"
