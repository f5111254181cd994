data = ARG1; base = ARG2; format = ARG3; style = ARG4; note = ARG5
load style
set datafile columnheaders
stats data index 1 using 1 name "depths" nooutput
array seen[depths_records]
stats data index 1 using (seen[int($0) + 1] = $1) nooutput
set xlabel "principal angle between the matrices' subspaces (degrees)"
set ylabel "harm: test loss with minus without pre-training"
set title "Harm of pre-training by the angle between the subspaces"
set xrange [-3:93]; set xtics 0, 15
mine(i) = column("depth") == seen[i]
plot 0 with lines linestyle 102 notitle, \
     for [i = 1:depths_records] data index 0 using (mine(i) ? column("angle") : 1/0):"harm":"half" with yerrorlines linetype i title sprintf("depth %d", seen[i]), \
     for [i = 1:depths_records] data index 0 using (mine(i) ? column("angle") : 1/0):"middle" with points pointtype 2 linecolor rgb grey title (i == 1 ? "median" : "")
