#!/usr/bin/env bash
# What takes longer than scripts/test.sh may: every fuzzer for FUZZ_SECONDS (default 600), valgrind over
# the unit tests, and a real Slurm on this machine (a requeued sweep, a job array). Needs root for Slurm.
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/install-deps.sh --test
seconds=${FUZZ_SECONDS:-600}
jobs=$(nproc)

echo "Fuzzing, $seconds s each"
cmake -S . -B build-fuzz -DTDYN_FUZZ=ON -DTDYN_TESTS=OFF -DTDYN_BENCH=OFF -DCMAKE_C_COMPILER=clang >/dev/null
cmake --build build-fuzz -j "$jobs" >/dev/null
for fuzzer in build-fuzz/tests/fuzz_*; do
    [ -x "$fuzzer" ] && [ -f "$fuzzer" ] || continue
    name=${fuzzer##*/fuzz_}
    mkdir -p "build-fuzz/corpus/$name"
    "$fuzzer" -max_total_time="$seconds" -rss_limit_mb=2048 -timeout=10 -print_final_stats=1 \
        "build-fuzz/corpus/$name" "tests/fuzz/corpus/$name" 2>"build-fuzz/$name.log" ||
        { tail -40 "build-fuzz/$name.log"; exit 1; }
    grep stat::number_of_executed_units "build-fuzz/$name.log" | sed "s/^stat::/$name: /"
done

echo "valgrind"
command -v valgrind >/dev/null || apt-get install -y -q --no-install-recommends valgrind >/dev/null
# The baseline instruction set: valgrind knows no AVX-512. It computes long double in 64 bits, so the
# tests of generated grids are left out.
cmake -S . -B build-valgrind -DTDYN_NATIVE=OFF -DTDYN_BENCH=OFF -DCMAKE_BUILD_TYPE=RelWithDebInfo >/dev/null
cmake --build build-valgrind -j "$jobs" >/dev/null
for test in build-valgrind/tests/sweep_test_{record,checkpoint,sql,yaml,plan} \
    build-valgrind/tests/numeric_test_{status,memory,kind,param,linalg,fft}; do
    valgrind -q --leak-check=full --error-exitcode=9 "$test" >build-valgrind/valgrind.log 2>&1 ||
        { tail -40 build-valgrind/valgrind.log; exit 1; }
    echo "$(basename "$test"): silent"
done

echo "Slurm"
cmake -S . -B build -DTDYN_TESTS=OFF -DTDYN_BENCH=OFF >/dev/null
cmake --build build -j "$jobs" >/dev/null
tests/slurm/run.sh "$PWD/build/cli/tdyn"
echo "All nightly tests passed."
