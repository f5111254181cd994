data = ARG1; base = ARG2; format = ARG3; style = ARG4; note = ARG5
figure_width = 960; figure_height = 400
load style
array modes[4] = [1, 2, 3, 5]
array names[4] = ["S = 3.87", "S = 2.65, removed from A", "S = 1.73", "S = 1"]
mine(m) = column("mode") == m
set multiplot layout 1, 2
set xlabel "epoch"
set xrange [0:1000]; set yrange [-0.02:1.05]
set object 1 rectangle from 0, graph 0 to 200, graph 1 fillcolor rgb grey fillstyle transparent solid 0.2 noborder behind
set title "pathway A"
set ylabel "strength / S"
set key off
plot for [i = 1:4] data index 0 using (mine(modes[i]) ? column("epoch") : 1/0):(mine(modes[i]) ? column("a") : 1/0) with lines linecolor i linewidth 2
unset label 999
set title "pathway B"
unset ylabel
set key inside right center vertical
plot for [i = 1:4] data index 0 using (mine(modes[i]) ? column("epoch") : 1/0):(mine(modes[i]) ? column("b") : 1/0) with lines linecolor i linewidth 2 title names[i]
unset multiplot
