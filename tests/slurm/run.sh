#!/usr/bin/env bash
# A Slurm of one node on this machine (as root, without cgroups), and two jobs on it: a sweep that gets
# the warning signal, stops and is requeued; a job array. Both give the bytes of a plain run.
set -euo pipefail
tdyn=$1
here=$(cd "$(dirname "$0")/../.." && pwd)
for package in slurm-wlm munge; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] ||
        apt-get install -y -q --no-install-recommends "$package" >/dev/null
done

dir=$(mktemp -d)
mkdir "$dir/state" "$dir/spool" "$dir/log"
host=$(hostname -s)
cat >"$dir/slurm.conf" <<END
ClusterName=one
SlurmctldHost=$host(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
CryptoType=crypto/munge
MpiDefault=none
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SwitchType=switch/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerType=sched/backfill
ReturnToService=2
JobRequeue=1
StateSaveLocation=$dir/state
SlurmdSpoolDir=$dir/spool
SlurmctldPidFile=$dir/slurmctld.pid
SlurmdPidFile=$dir/slurmd.pid
SlurmctldLogFile=$dir/log/slurmctld.log
SlurmdLogFile=$dir/log/slurmd.log
SlurmctldPort=6817
SlurmdPort=6818
NodeName=$host NodeAddr=127.0.0.1 CPUs=2 RealMemory=2000 State=UNKNOWN
PartitionName=debug Nodes=$host Default=YES MaxTime=INFINITE State=UP
END
export SLURM_CONF=$dir/slurm.conf OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
stop() {
    scancel --me 2>/dev/null || true
    for name in slurmd slurmctld; do
        [ -f "$dir/$name.pid" ] && kill "$(cat "$dir/$name.pid")" 2>/dev/null
    done
    [ -z "${munge:-}" ] || kill "$munge" 2>/dev/null
    rm -rf "$dir"
}
trap stop EXIT
if ! pgrep -x munged >/dev/null; then
    install -d -o munge -g munge -m 755 /run/munge
    su -s /bin/sh munge -c /usr/sbin/munged
    munge=$(pgrep -x munged)
fi
slurmctld
sleep 2
slurmd
sleep 4
sinfo -h | grep -q idle || { echo "the node did not come up" >&2; exit 1; }

export PATH=$(dirname "$tdyn"):$PATH
cd "$dir"
sweep=(run selu/propagation --set seed=1..40 --set width=512 --set depth=64)
"$tdyn" "${sweep[@]}" --quiet --out plain
"$tdyn" export plain >plain.csv
cat >sweep.yaml <<END
name: selu/propagation
experiment: selu/propagation
width: 512
depth: 64
sweep: {seed: 1..40}
END

wait_for() { # JOB: until it has left the queue
    for _ in $(seq 600); do
        [ -z "$(squeue -h -j "$1" 2>/dev/null)" ] && return
        sleep 1
    done
    echo "job $1 did not end" >&2
    exit 1
}

check() { # NAME
    "$tdyn" export "$1" >"$1.csv"
    # The name of a user's composition is part of the id: the values must be the same.
    cut -d, -f2- "$1.csv" | sort >a.txt
    cut -d, -f2- plain.csv | sort >b.txt
    cmp a.txt b.txt || { echo "$1 differs from the plain run" >&2; exit 1; }
    echo "$1: the bytes of a plain run"
}

job=$(sbatch --parsable --ntasks=2 --time=10 -o sweep.txt "$here/scripts/slurm/sweep.sbatch" "$dir/sweep.yaml" "$dir/requeued")
sleep 6
scancel --signal=USR1 --batch "$job" # as Slurm does before the time limit
sleep 3
scontrol update job "$job" starttime=now 2>/dev/null || true # do not wait out the requeue delay
wait_for "$job"
check requeued

job=$(sbatch --parsable --array=1-4 --time=10 -o array-%a.txt "$here/scripts/slurm/array.sbatch" "$dir/sweep.yaml" "$dir/array")
wait_for "$job"
check array
