#!/usr/bin/env bash
# Killed, terminated, warned in the middle, on 0 (no mpirun), 1, 2 and 4 ranks: going on gives the
# bytes of an undisturbed run.
. "$(dirname "$0")/lib.sh"
"$tdyn" "${sweep[@]}" --out straight --quiet || fail "the plain run"
"$tdyn" export straight >straight.csv

# disturb N DIR DELAY COMMAND: starts the sweep, waits until it has begun and DELAY s more, evaluates
# COMMAND; sets code and milliseconds.
disturb() {
    local ranks=$1 dir=$2 delay=$3 begin
    touch mark
    start "$ranks" "$dir"
    wait_begun "$dir"
    sleep "$delay"
    begin=$(date +%s%N)
    eval "$4" 2>/dev/null
    wait "$leader" 2>/dev/null
    code=$?
    milliseconds=$((($(date +%s%N) - begin) / 1000000))
}

# one N DIR COMMAND CODES: twice disturbed, then to the end.
one() {
    local ranks=$1 dir=$2 command=$3 codes=$4 delay stopped=0
    for delay in 0.02 0.15; do
        disturb "$ranks" "$dir" $delay "$command"
        [[ " $codes 0 " == *" $code "* ]] || fail "$dir: exit $code, not $codes: $(cat "$dir.txt")"
        [ "$milliseconds" -lt 5000 ] || fail "$dir: $milliseconds ms to stop"
        [ "$code" -ne 0 ] && stopped=1
    done
    [ $stopped -eq 1 ] || fail "$dir: was never stopped"
    on "$ranks" "$tdyn" "${sweep[@]}" --out "$dir" >"$dir.txt" 2>&1 || fail "$dir: going on: $(cat "$dir.txt")"
    check_export "$dir"
}

one 0 kill0 'kill -9 $leader' 137
one 2 kill2 'kill -9 $(session_of $leader)' 137
one 4 kill4 'kill -9 $(session_of $leader)' 137
one 2 mpirun9 'kill -9 $leader' 137
one 2 rank9 'kill -9 $(ranks_of $leader | tail -1)' 137
one 0 term0 'kill -TERM $leader' 75
one 2 term2 'kill -TERM $leader' '1 75 143'
one 1 usr1 'kill -USR1 $leader' 75
one 2 usr2 'kill -USR1 $leader' 75
one 4 usr4 'kill -USR1 $leader' 75
one 2 first 'kill -TERM $(ranks_of $leader | head -1)' 75
one 4 last 'kill -HUP $(ranks_of $leader | tail -1)' 75
finish
