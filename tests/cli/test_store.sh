#!/usr/bin/env bash
# Nothing lost, nothing twice: concurrent starts, kills, full disks, closed pipes, damaged files.
. "$(dirname "$0")/lib.sh"
logistic=("$tdyn" --plugin "$examples/experiment_logistic.so" run logistic --quiet)
sweep=(--set r=3.1,3.7 --set seed=1..100 --set steps=20000 --set every=1000)

"${logistic[@]}" "${sweep[@]}" --out alone || fail "the plain run"
"$tdyn" export alone >alone.csv
[ "$(wc -l <alone.csv)" -eq 4001 ] || fail "export has $(wc -l <alone.csv) lines, not 4001"

# Eight copies started at once: one works, the others are told who holds the directory (or find it
# done); a symbolic link is the same directory.
mkdir real && ln -s real link
for i in 1 2 3 4 5 6 7 8; do
    if [ $((i % 2)) -eq 0 ]; then out=link; else out=./real; fi
    "${logistic[@]}" "${sweep[@]}" --out $out >copy$i.txt 2>&1 &
    pids[i]=$!
done
winners=0
for i in 1 2 3 4 5 6 7 8; do
    wait "${pids[i]}"
    code=$?
    case $code in
    0) winners=$((winners + 1)) ;;
    2) grep -qE 'process [0-9]+' copy$i.txt || fail "copy $i does not say who holds the directory: $(cat copy$i.txt)" ;;
    *) fail "copy $i ended with $code: $(cat copy$i.txt)" ;;
    esac
done
[ "$winners" -ge 1 ] || fail "no copy finished"
"$tdyn" export real >eight.csv
same alone.csv eight.csv
expect 0 '^200$' "$tdyn" query real "SELECT count(*) FROM tasks"

# Killed at random moments, then run again. Long tasks go on from their checkpoints.
long=(--set r=3.7 --set seed=1..4 --set steps=3000000 --set every=500000)
"${logistic[@]}" "${long[@]}" --out straight
"$tdyn" export straight >straight.csv
for delay in 0.05 0.1 0.2; do
    timeout -s KILL $delay "${logistic[@]}" "${long[@]}" --checkpoint-interval 0.02 --out killed >/dev/null 2>&1
done
for signal in TERM USR1 INT HUP; do
    timeout -s $signal 0.1 "${logistic[@]}" "${long[@]}" --checkpoint-interval 0.02 --out killed >/dev/null 2>&1
done
# A damaged checkpoint is named and ignored.
for file in killed/checkpoints/*.ck; do
    [ -e "$file" ] && truncate -s 40 "$file"
done
"${logistic[@]}" "${long[@]}" --out killed || fail "going on after kills"
"$tdyn" export killed >killed.csv
same straight.csv killed.csv

# A file size limit during the run, a full disk and a closed pipe at export.
(ulimit -f 8; "${logistic[@]}" "${sweep[@]}" --out limited >limited.txt 2>&1)
code=$?
[ "$code" -eq 1 ] || fail "a file size limit gives exit $code instead of 1: $(cat limited.txt)"
"${logistic[@]}" "${sweep[@]}" --out limited || fail "going on after the file size limit"
"$tdyn" export limited >limited.csv
same alone.csv limited.csv
if [ -w /dev/full ]; then
    "$tdyn" export alone >/dev/full 2>full.txt
    [ $? -eq 1 ] || fail "export to a full disk does not fail with 1"
    grep -q 'No space left' full.txt || fail "export to a full disk says: $(cat full.txt)"
    "$tdyn" query alone "SELECT 1" >/dev/full 2>full.txt && fail "query to a full disk succeeds"
fi
"$tdyn" export alone 2>pipe.txt | head -1 >/dev/null
[ -s pipe.txt ] && fail "a closed pipe is not quiet: $(cat pipe.txt)"

# A flipped byte in a log: what it hit is computed again, nothing is there twice.
cp -r alone flipped
log=$(ls flipped/log/*.log | head -1)
half=$(($(stat -c %s "$log") / 2))
byte=$(dd if="$log" bs=1 skip=$half count=1 2>/dev/null | od -An -tu1)
printf "\\x$(printf %02x $((byte ^ 64)))" | dd of="$log" bs=1 seek=$half conv=notrunc 2>/dev/null
rm -f flipped/results.sqlite
"${logistic[@]}" "${sweep[@]}" --out flipped || fail "going on after a flipped byte"
"$tdyn" export flipped >flipped.csv
same alone.csv flipped.csv
expect 0 '^0$' "$tdyn" query flipped "SELECT count(*) - count(DISTINCT task || measure || site || step) FROM logistic_values"

# Parts of a job array give the whole.
for i in 1 2 3; do
    "${logistic[@]}" "${sweep[@]}" --out parts --part $i/3 || fail "part $i"
done
"$tdyn" export parts >parts.csv
same alone.csv parts.csv

# An edited sweep keeps what it has and says what no longer belongs.
"${logistic[@]}" --set r=3.1 --set seed=1..100 --set steps=20000 --set every=1000 --out alone
expect 0 '100 done' "$tdyn" status alone
expect 0 'no longer part' "$tdyn" status alone
expect 0 '^2000$' "$tdyn" query alone "SELECT count(*) FROM logistic_values"
finish
