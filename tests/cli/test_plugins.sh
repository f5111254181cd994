#!/usr/bin/env bash
# The examples of docs/adding.md work as plugins: listed, described, validated and run.
. "$(dirname "$0")/lib.sh"

printf '1,0\n0,1\n' >even.csv
printf '1,1\n2,2\n' >flat.csv
expect 0 'gini' "$tdyn" --plugin "$examples/measure_gini.so" list measure
expect 0 '(^|[^0-9.])0\.5([^0-9]|$)' "$tdyn" --plugin "$examples/measure_gini.so" measure gini --in even.csv
expect 0 'gini[[:space:]]+0([^.0-9]|$)' "$tdyn" --plugin "$examples/measure_gini.so" measure gini --in flat.csv

expect 0 'frequency of the ripple' "$tdyn" --plugin "$examples/activation_snake.so" describe activation:snake
expect 0 '' "$tdyn" --plugin "$examples/activation_snake.so" run train --quiet --out snake \
    --set net.activation=snake --set data.kind=parity --set net.depth=1 --set net.width=4 --set steps=5
expect 2 'snake' "$tdyn" run train --quiet --out none --set net.activation=snake

logistic=("$tdyn" --plugin "$examples/experiment_logistic.so")
expect 0 'logistic map' "${logistic[@]}" list
expect 0 '' "${logistic[@]}" run logistic --quiet --out map --set r=0,2,4 --set steps=50
expect 0 '150$' "$tdyn" query map "SELECT count(*) AS n FROM logistic_values"
# r = 2 has the fixed point 1/2, reached to machine precision after 50 steps.
expect 0 '^0.5$' "$tdyn" query map "SELECT value FROM logistic_values WHERE r = 2 AND step = 49"
expect 2 'r.*\[0, 4\]' "${logistic[@]}" run logistic --out bad --set r=4.5

expect 2 'missing.so' "$tdyn" --plugin ./missing.so list
expect 2 'td_plugin' "$tdyn" --plugin libm.so.6 list
finish
