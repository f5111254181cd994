data = ARG1; base = ARG2; format = ARG3; style = ARG4; note = ARG5
load style
set datafile columnheaders
stats data index 1 using 1 name "depths" nooutput
array seen[depths_records]
stats data index 1 using (seen[int($0) + 1] = $1) nooutput
set logscale x; set format x "10^{%T}"
set xlabel "scale of the start"
set ylabel "test loss on the second matrix"
set title "Loss by the size of the start, with (dashed) and without pre-training"
set yrange [0:*]
set xrange [5e-5:0.6]
mine(i, t) = column("depth") == seen[i] && column("trained") == t
plot for [i = 1:depths_records] data index 0 using (mine(i, 0) ? column("scale") : 1/0):"loss":"half" with yerrorlines linetype i title sprintf("depth %d", seen[i]), \
     for [i = 1:depths_records] data index 0 using (mine(i, 1) ? column("scale") : 1/0):"loss":"half" with yerrorlines linetype i dashtype (6, 4) notitle
