data = ARG1; base = ARG2; format = ARG3; style = ARG4; note = ARG5
figure_width = 900; figure_height = 420
load style
set datafile columnheaders
stats data index 1 using 1 name "ends" nooutput
stats data index 3 using 1 name "depths" nooutput
array observed[ends_records]
array deep[depths_records]
stats data index 1 using (observed[int($0) + 1] = $1) nooutput
stats data index 3 using (deep[int($0) + 1] = $1) nooutput
set multiplot
set origin 0, 0; set size 0.5, 1
set xlabel "steps with fewer observations"
set ylabel "test loss"
set yrange [0:*]; set offsets 0.3, 0.3, 0, 0
set title "Depth 3, by observations in the end"
plot for [i = 1:ends_records] data index 0 using (column("observations") == observed[i] ? column("place") : 1/0):"loss":"half":xtic(stringcolumn("pretraining")) with yerrorlines linetype i title sprintf("%d", observed[i])
unset label 999
set origin 0.5, 0
set title "1.5 times as many in the end, by depth"
plot for [i = 1:depths_records] data index 2 using (column("depth") == deep[i] ? column("place") : 1/0):"loss":"half":xtic(stringcolumn("pretraining")) with yerrorlines linetype i title sprintf("depth %d", deep[i])
unset multiplot
