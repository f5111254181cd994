data = ARG1; base = ARG2; format = ARG3; style = ARG4; note = ARG5
load style
set datafile columnheaders
stats data index 1 using 1 name "depths" nooutput
set xlabel "steps on the first matrix"
set ylabel "test loss on the second matrix"
set title "Pre-training on another matrix harms, and more so in deeper factorizations"
set offsets 0.3, 0.3, 0, 0; set yrange [0:*]
array seen[depths_records]
stats data index 1 using (seen[int($0) + 1] = $1) nooutput
mine(i) = column("depth") == seen[i]
plot for [i = 1:depths_records] data index 0 using (mine(i) ? column("place") : 1/0):"loss":"half":xtic(stringcolumn("pretraining")) with yerrorlines linetype i title sprintf("depth %d", seen[i]), \
     for [i = 1:depths_records] data index 0 using (mine(i) ? column("place") : 1/0):"middle" with points pointtype 2 pointsize 0.8 linecolor rgb grey title (i == 1 ? "median" : "")
