#!/usr/bin/env bash
# Measures tdyn against its peers on the same work, both in turn on one core: training against
# PyTorch (and the bound that the matrix products set here), estimators of information against NumPy
# and SciPy. One JSON line a workload; nothing is installed.
#     scripts/bench.sh [WORKLOAD...]
# Environment: BUILD (build folder), CORE (processor, default 0), ALTERNATIONS (default 5).
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
build=${BUILD:-$root/build-bench}
core=${CORE:-0}
alternations=${ALTERNATIONS:-5}
python=/usr/bin/python3 # Debian's own, which has its python3-torch
workloads=${*:-ib_mlp ib_mlp:50 selu_mlp deep_linear:20:2 deep_linear:20:5 deep_linear:20:13
    deep_linear:100:3 kde ksg:1 ksg:3}

program_of() {
    case $1 in
    deep_linear:*) echo bench_deep_linear ;;
    kde) echo bench_kde ;;
    ksg:*) echo bench_ksg ;;
    ib_mlp | ib_mlp:* | selu_mlp) echo bench_mlp ;;
    *)
        echo "bench.sh: no workload '$1'; there are ib_mlp, ib_mlp:SEEDS, selu_mlp," \
            "deep_linear:WIDTH:DEPTH, kde, ksg:DIMENSIONS" >&2
        return 2
        ;;
    esac
}
modules_of() { # what the peer needs
    case $1 in
    kde) echo numpy ;;
    ksg:*) echo scipy ;;
    *) echo torch ;;
    esac
}
alone() {
    case $1 in
    ib_mlp:*) "$2" ib_mlp --seeds "${1#ib_mlp:}" ;;
    kde) "$2" - 0.2 ;;
    ksg:*) "$2" - 0.2 "${1#ksg:}" ;;
    *) "$2" "$1" ;;
    esac
}
beside_peer() { # WORKLOAD PROGRAM FOLDER
    case $1 in
    kde) "$python" "$root/bench/compare_estimators.py" "$2" kde "$3" "$alternations" ;;
    ksg:*)
        "$python" "$root/bench/compare_estimators.py" "$2" ksg "$3" "$alternations" \
            --dim "${1#ksg:}"
        ;;
    *) "$python" "$root/bench/compare.py" "$2" "$1" "$3" "$alternations" ;;
    esac
}

programs=""
for workload in $workloads; do
    programs="$programs $(program_of "$workload")"
done
if [ ! -f "$build/CMakeCache.txt" ]; then
    cmake -S "$root" -B "$build" -DTDYN_TESTS=OFF >/dev/null
fi
# shellcheck disable=SC2086
make -C "$build" -j"$(nproc)" $programs >/dev/null

load=$(cut -d' ' -f1 /proc/loadavg)
if awk "BEGIN {exit !($load > 0.5)}"; then
    echo "bench.sh: the load average is $load: other programs will disturb the measurement" >&2
fi
export OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 PYTHONDONTWRITEBYTECODE=1
taskset -cp "$core" $$ >/dev/null
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
for workload in $workloads; do
    program=$build/bench/$(program_of "$workload")
    module=$(modules_of "$workload")
    mkdir "$scratch/$workload"
    if "$python" -c "import $module, numpy" 2>/dev/null; then
        beside_peer "$workload" "$program" "$scratch/$workload"
    else
        echo "bench.sh: $workload without its peer, which needs $module (Debian: apt-get install" \
            "python3-$module)" >&2
        alone "$workload" "$program"
    fi
done
