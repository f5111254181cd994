#!/usr/bin/env bash
# Measures tdyn's training speed against PyTorch on the same work, both in turn on one core, and
# against the bound that the matrix products set here. One JSON line a workload; nothing is
# installed. Environment: BUILD (build folder), CORE (processor, default 0), ALTERNATIONS (default 5).
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
build=${BUILD:-$root/build-bench}
core=${CORE:-0}
alternations=${ALTERNATIONS:-5}
python=/usr/bin/python3 # Debian's own, which has its python3-torch

if [ ! -f "$build/CMakeCache.txt" ]; then
    cmake -S "$root" -B "$build" -DTDYN_TESTS=OFF >/dev/null
fi
make -C "$build" -j"$(nproc)" bench_mlp bench_deep_linear >/dev/null
workloads="ib_mlp ib_mlp:50 selu_mlp deep_linear:20:2 deep_linear:20:5 deep_linear:20:13 deep_linear:100:3"
program_of() {
    case $1 in
    deep_linear:*) echo "$build/bench/bench_deep_linear" ;;
    *) echo "$build/bench/bench_mlp" ;;
    esac
}

load=$(cut -d' ' -f1 /proc/loadavg)
if awk "BEGIN {exit !($load > 0.5)}"; then
    echo "bench.sh: the load average is $load: other programs will disturb the measurement" >&2
fi
export OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 PYTHONDONTWRITEBYTECODE=1
if ! "$python" -c 'import torch, numpy' 2>/dev/null; then
    echo "bench.sh: PyTorch is not here (Debian: apt-get install python3-torch python3-numpy);" \
        "tdyn alone is measured" >&2
    for workload in $workloads; do
        case $workload in
        ib_mlp:*) arguments=(ib_mlp --seeds "${workload#ib_mlp:}") ;;
        *) arguments=("$workload") ;;
        esac
        taskset -c "$core" "$(program_of "$workload")" "${arguments[@]}"
    done
    exit 0
fi
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
for workload in $workloads; do
    mkdir "$scratch/$workload"
    taskset -c "$core" "$python" "$root/bench/compare.py" "$(program_of "$workload")" "$workload" \
        "$scratch/$workload" "$alternations"
done
