# Sourced by the MPI tests: those of the command line, and a sweep of a few seconds.
command -v mpirun >/dev/null || { echo "no mpirun here: nothing tested"; exit 0; }
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
export OMPI_MCA_btl_vader_single_copy_mechanism=none
export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_leaks=0} # MPI itself leaks
. "$(dirname "${BASH_SOURCE[0]}")/../cli/lib.sh"
# What killed ranks leave goes with it.
export TMPDIR=$scratch OMPI_MCA_btl_vader_backing_directory=$scratch

sweep=(run train --set data.kind=gaussian-clusters --set data.train=1000 --set net.width=48
    --set net.depth=4 --set net.activation=selu,relu --set optimizer.batch=50
    --set measure.0.kind=loss --set 'measure.0.at=log(1,end,20)'
    --set measure.1.kind=effective-rank --set 'measure.1.of=[hidden.last]'
    --set 'measure.1.at=lin(0,end,6)' --set seed=1..4 --checkpoint-interval 0.1)
tasks=8
# Long enough to be disturbed on this machine, with this build: about 4 s alone.
begin=$(date +%s%N)
"$tdyn" "${sweep[@]}" --set steps=1500 --quiet --out calibration || fail "the calibration"
per_sweep=$((($(date +%s%N) - begin) / 1000000))
steps=$((1500 * 4000 / (per_sweep + 1)))
sweep+=(--set steps=$((steps < 1500 ? 1500 : steps > 60000 ? 60000 : steps)))

# on N COMMAND...: on N ranks; 0: without mpirun. Each launcher has a folder of its own: two that start
# together and make the same one can end with "File exists".
on() {
    local ranks=$1
    shift
    if [ "$ranks" -eq 0 ]; then
        "$@"
    else
        TMPDIR=$(mktemp -d "$scratch/mpi-XXXX") mpirun --oversubscribe --bind-to none -n "$ranks" "$@"
    fi
}

# The processes of a session, mpirun among them; `ranks_of`: without mpirun.
session_of() { ps -o pid= -s "$1"; }
ranks_of() { ps -o pid=,comm= -s "$1" | awk '$2 != "mpirun" && $2 != "orterun" && $2 != "setsid" {print $1}'; }

# start N DIR: the sweep in a session of its own, whose leader's id becomes $leader.
start() {
    on_own_session "$1" "$tdyn" "${sweep[@]}" --out "$2" >"$2.txt" 2>&1 &
    leader=$!
}
on_own_session() {
    local ranks=$1
    shift
    if [ "$ranks" -eq 0 ]; then
        exec setsid "$@"
    else
        exec setsid mpirun --oversubscribe --bind-to none -n "$ranks" "$@"
    fi
}

# Waits until DIR has a checkpoint newer than the file `mark`, or the run has ended.
wait_begun() {
    local i
    for i in $(seq 600); do
        [ -n "$(find "$1/checkpoints" -name '*.ck' -newer mark 2>/dev/null | head -1)" ] && return
        kill -0 "$leader" 2>/dev/null || return
        sleep 0.02
    done
}

# check_export DIR: the bytes of `straight.csv`, nothing left over.
check_export() {
    "$tdyn" export "$1" >"$1.csv" || fail "export of $1"
    same straight.csv "$1.csv"
    ls "$1"/checkpoints/*.ck* >/dev/null 2>&1 && fail "checkpoints left in $1"
    expect 0 "$tasks done, 0 failed, 0 diverged, 0 left" "$tdyn" status "$1"
}
