data = ARG1; base = ARG2; format = ARG3; style = ARG4; note = ARG5
figure_width = 960; figure_height = 420
load style
set multiplot layout 1, 2
set title "Strengths after an early deficit of B"
set xlabel "time (learning rate × steps)"
set ylabel "strength K"
set xrange [0:4]; set yrange [0:3.1]
set key inside right center vertical
mine(d) = column("depth") == d
set object 1 rectangle from 0, graph 0 to 0.2, graph 1 fillcolor rgb grey fillstyle transparent solid 0.2 noborder behind
plot for [d = 2:4] data index 0 using (mine(d) ? column("time") : 1/0):(mine(d) ? column("a_theory") : 1/0) with lines linecolor d - 1 linewidth 1.2 notitle, \
     for [d = 2:4] data index 0 using (mine(d) ? column("time") : 1/0):(mine(d) ? column("b_theory") : 1/0) with lines linecolor d - 1 linewidth 1.2 dashtype (6, 4) notitle, \
     for [d = 2:4] data index 0 using (mine(d) ? column("time") : 1/0):"a" with points linecolor d - 1 pointtype 7 pointsize 0.5 title sprintf("A, depth %d", d), \
     for [d = 2:4] data index 0 using (mine(d) ? column("time") : 1/0):"b" with points linecolor d - 1 pointtype 6 pointsize 0.5 title sprintf("B, depth %d", d)
unset object 1
unset label 999
set title "Distance from the closed form"
unset xlabel
set ylabel "largest deviation / S"
set xrange [0.5:6.5]; set yrange [1e-16:1]
set logscale y; set format y "10^{%L}"
set key inside top left vertical
plot for [d = 1:4] data index 1 using 0:(column(sprintf("d%d", d))):xticlabels(1) with points linecolor d pointtype 7 pointsize 0.9 title sprintf("depth %d", d)
unset multiplot
