# Stands for a figure that has no data: says so instead of leaving nothing.
data = ARG1; base = ARG2; format = ARG3; style = ARG4; note = ARG5; title = ARG6
load style
unset xtics; unset ytics; unset border; unset key; unset grid
set xrange [0:1]; set yrange [0:1]
set label 1 title at graph 0.5, 0.6 center noenhanced
set label 2 "no data: no finished task has values for this figure" at graph 0.5, 0.45 center
plot NaN notitle
