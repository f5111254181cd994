data = ARG1; base = ARG2; format = ARG3; style = ARG4; note = ARG5
figure_width = 900; figure_height = 420
load style
set datafile columnheaders
stats data index 1 using 1 name "depths" nooutput
array deep[depths_records]
stats data index 1 using (deep[int($0) + 1] = $1) nooutput
mine(i) = column("depth") == deep[i] ? column("place") : 1/0
set multiplot
set origin 0, 0; set size 0.5, 1
set xlabel "steps on the first matrix, B does not learn"
set ylabel "share in the product at the end"
set offsets 0.2, 0.2, 0, 0; set yrange [0:1.05]
set title "Shares of A and B (dashed)"
plot for [i = 1:depths_records] data index 0 using (mine(i)):"a":"da":xtic(stringcolumn("pretraining")) with yerrorlines linetype i title sprintf("depth %d", deep[i]), \
     for [i = 1:depths_records] data index 0 using (mine(i)):"b":"db" with yerrorlines linetype i dashtype (6, 4) notitle
unset label 999
set origin 0.5, 0
set yrange [0:*]
set ylabel "test loss on the second matrix"
set title "Loss at the end"
plot for [i = 1:depths_records] data index 0 using (mine(i)):"loss":"dloss":xtic(stringcolumn("pretraining")) with yerrorlines linetype i notitle
unset multiplot
