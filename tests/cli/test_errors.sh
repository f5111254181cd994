#!/usr/bin/env bash
# Bad usage and bad input: exit 2, and a message that says what, where, what is allowed.
. "$(dirname "$0")/lib.sh"
logistic=("$tdyn" --plugin "$examples/experiment_logistic.so")

expect 2 "did you mean 'run'" "$tdyn" rnu
expect 2 'command is missing' "$tdyn"
expect 2 'unknown option' "$tdyn" --no-such
expect 2 'selu/moment-map' "$tdyn" run selu/moment-mop --out d
expect 2 'tdyn list' "$tdyn" run
expect 2 'unrecognized option' "$tdyn" run train --bogus
expect 2 'net\.depth' "${logistic[@]}" run train --out d --set net.dept=3
expect 2 'steps' "${logistic[@]}" run logistic --out d --set step=3
expect 2 '\[1, 1000000000\]' "${logistic[@]}" run logistic --out d --set steps=0
expect 2 'integer' "${logistic[@]}" run logistic --out d --set steps=1.5
expect 2 'steps' "${logistic[@]}" run logistic --out d --set steps=many
expect 2 '=' "${logistic[@]}" run logistic --out d --set steps
expect 2 'r' "${logistic[@]}" run logistic --out d --set r=nan
expect 2 'r' "${logistic[@]}" run logistic --out d --set r=1e999
expect 2 'seed' "${logistic[@]}" run logistic --out d --set seed=-1
expect 2 'preset' "${logistic[@]}" run logistic --out d --preset dmo
expect 2 'part' "${logistic[@]}" run logistic --out d --part 3/2
[ -e d ] && fail "a refused run left the directory d"

printf 'experiment: logistic\nr: [1, 2\nsteps: 5\n' >open.yaml
expect 2 'open\.yaml:[0-9]+:[0-9]+' "${logistic[@]}" run open.yaml --out d
printf 'experiment: logistic\nsteps: 5\nstep: 7\n' >unknown.yaml
expect 2 'unknown\.yaml:3:.*steps' "${logistic[@]}" run unknown.yaml --out d
printf 'experiment: logistic\nsteps: 5\nsteps: 7\n' >twice.yaml
expect 2 'twice\.yaml:3' "${logistic[@]}" run twice.yaml --out d
printf 'experiment: logistic\nsweep: {r: [1, 9]}\n' >range.yaml
expect 2 'range\.yaml:2.*\[0, 4\]' "${logistic[@]}" run range.yaml --out d
printf 'experiment: logistc\n' >name.yaml
expect 2 'name\.yaml:1.*logistic' "${logistic[@]}" run name.yaml --out d
printf 'steps: 5\n' >none.yaml
expect 2 'none\.yaml.*experiment' "${logistic[@]}" run none.yaml --out d
: >empty.yaml
expect 2 'empty\.yaml' "${logistic[@]}" run empty.yaml --out d
head -c 4096 /dev/urandom >noise.yaml
expect 2 'noise\.yaml' "${logistic[@]}" run noise.yaml --out d
expect 2 'absent\.yaml' "${logistic[@]}" run absent.yaml --out d
mkdir folder.yaml
expect 2 'folder\.yaml' "${logistic[@]}" run folder.yaml --out d

# Directories: of another sweep, not ours, a file, not writable.
expect 0 '' "${logistic[@]}" run logistic --quiet --out d --set steps=3
expect 2 'fresh' "$tdyn" run selu/dropout --quiet --out d
expect 0 '' "$tdyn" run selu/dropout --quiet --out d --fresh
[ -d d.old-1 ] || fail "--fresh did not keep the old directory"
mkdir other && touch other/file
expect 2 'other' "${logistic[@]}" run logistic --quiet --out other
[ -f other/file ] || fail "a foreign file was removed"
touch plain
expect 2 'plain' "${logistic[@]}" run logistic --quiet --out plain
expect 2 '/proc/no' "${logistic[@]}" run logistic --quiet --out /proc/no/such
for command in status plot check report export; do
    expect 2 'nowhere' "$tdyn" "$command" nowhere
done
expect 2 'nowhere' "$tdyn" query nowhere "SELECT 1"
expect 2 'SQL' "$tdyn" query d "SELEKT 1"
expect 2 'read-only' "$tdyn" query d "DELETE FROM tasks"
expect 2 'SQL' "$tdyn" query d "ATTACH 'x.db' AS x"
expect 2 'one statement' "$tdyn" query d "SELECT 1; SELECT 2"
expect 2 'figure' "$tdyn" plot d --figure nope
expect 2 'csv or hdf5' "$tdyn" export d --format xml
expect 2 'paper' "$tdyn" reproduce --only nope --out r
finish
