data = ARG1; base = ARG2; format = ARG3; style = ARG4; note = ARG5
figure_width = 900; figure_height = 420
load style
set datafile columnheaders
stats data index 1 using 1 name "depths" nooutput
array seen[depths_records]
stats data index 1 using (seen[int($0) + 1] = $1) nooutput
mine(i) = column("depth") == seen[i]
set multiplot
set origin 0, 0; set size 0.5, 1
set xlabel "observations / degrees of freedom"
set ylabel "harm: test loss with minus without pre-training"
set title "Harm of pre-training"
set xrange [0.8:*]
plot 0 with lines linestyle 102 notitle, \
     for [i = 1:depths_records] data index 0 using (mine(i) ? column("ratio") : 1/0):"harm":"half" with yerrorlines linetype i title sprintf("depth %d", seen[i])
unset label 999
set origin 0.5, 0
set ylabel "test loss on the second matrix"
set title "Loss with and without pre-training (dashed)"
set logscale y; set format y "10^{%T}"
plot for [i = 1:depths_records] data index 0 using (mine(i) ? column("ratio") : 1/0):"after" with linespoints linetype i notitle, \
     for [i = 1:depths_records] data index 0 using (mine(i) ? column("ratio") : 1/0):"without" with linespoints linetype i dashtype (6, 4) notitle
unset multiplot
