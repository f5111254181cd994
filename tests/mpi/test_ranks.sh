#!/usr/bin/env bash
# The same bytes alone, on 1, 2 and 4 ranks, in parts, and whatever OPENBLAS_NUM_THREADS says.
. "$(dirname "$0")/lib.sh"
"$tdyn" "${sweep[@]}" --out straight --quiet || fail "the plain run"
"$tdyn" export straight >straight.csv
[ "$(wc -l <straight.csv)" -gt 100 ] || fail "an empty export"

for ranks in 1 2 4; do
    on $ranks "$tdyn" "${sweep[@]}" --out ranks$ranks >ranks.txt 2>&1 || fail "$ranks ranks: $(cat ranks.txt)"
    grep -q "$tasks of $tasks tasks done; $tasks computed now" ranks.txt || fail "no closing line: $(cat ranks.txt)"
    check_export ranks$ranks
done

OPENBLAS_NUM_THREADS=2 on 2 "$tdyn" "${sweep[@]}" --out threads --quiet || fail "2 threads, 2 ranks"
check_export threads
OPENBLAS_NUM_THREADS=2 "$tdyn" "${sweep[@]}" --out threads0 --quiet || fail "2 threads, alone"
check_export threads0

# A job array: each part on ranks of its own, two at a time.
for part in 1 2 3; do
    on 2 "$tdyn" "${sweep[@]}" --out parts --part $part/3 --quiet >part$part.txt 2>&1 &
    pids[part]=$!
done
for part in 1 2 3; do
    wait "${pids[part]}" || fail "part $part of 3: $(cat part$part.txt)"
done
check_export parts

# Again: nothing is computed twice, and it says so.
expect 0 "0 computed now" on 2 "$tdyn" "${sweep[@]}" --out ranks2
check_export ranks2

# An error of rank 0 ends all ranks with its code and is printed once.
mkdir alien && touch alien/thesis.tex
on 3 "$tdyn" "${sweep[@]}" --out alien >alien.txt 2>&1
[ $? -eq 2 ] || fail "a directory of others: $(cat alien.txt)"
[ "$(grep -c '^tdyn: ' alien.txt)" -eq 1 ] || fail "not printed once: $(cat alien.txt)"
on 2 "$tdyn" run no/such --out none >none.txt 2>&1
[ $? -eq 2 ] || fail "an unknown experiment: $(cat none.txt)"
[ "$(grep -c '^tdyn: ' none.txt)" -eq 1 ] || fail "not printed once: $(cat none.txt)"
finish
