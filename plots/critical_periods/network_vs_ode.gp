data = ARG1; base = ARG2; format = ARG3; style = ARG4; note = ARG5
figure_width = 960; figure_height = 620
load style
array titles[4] = ["no deficit", "deficit of B from epoch 0", "from epoch 400", "from epoch 750"]
array onset[4] = [-1, 0, 4, 7.5]
array modes[4] = [1, 2, 3, 5]
array names[4] = ["S = 3.87", "S = 2.65", "S = 1.73", "S = 1"]
mine(m) = column("mode") == m
set multiplot layout 2, 2 margins 0.075, 0.985, 0.09, 0.93 spacing 0.07, 0.12
set xrange [0:10]; set yrange [0:1.08]
do for [k = 1:4] {
    set title titles[k]
    if (k > 2) { set xlabel "time (learning rate × steps)" } else { unset xlabel }
    if (k % 2 == 1) { set ylabel "strength / S" } else { unset ylabel }
    if (k == 1) { set key inside right top vertical maxrows 3 } else { set key off }
    unset object 1
    if (k > 1) { set object 1 rectangle from onset[k], graph 0 to onset[k] + 1.5, graph 1 fillcolor rgb grey fillstyle transparent solid 0.2 noborder behind }
    plot for [i = 1:4] data index (k - 1) using (mine(modes[i]) ? column("time") : 1/0):(mine(modes[i]) ? column("a") : 1/0) with lines linecolor i linewidth 2 title names[i] . ", A", \
         for [i = 1:4] data index (k - 1) using (mine(modes[i]) ? column("time") : 1/0):(mine(modes[i]) ? column("b") : 1/0) with lines linecolor i linewidth 2 dashtype (5, 3) notitle, \
         NaN with lines linecolor rgb grey linewidth 2 dashtype (5, 3) title "B", \
         for [i = 1:4] data index (k - 1) using (mine(modes[i]) ? column("time") : 1/0):(mine(modes[i]) ? column("a_equation") : 1/0) every 3 with points pointtype 7 pointsize 0.35 linecolor rgb black notitle, \
         for [i = 1:4] data index (k - 1) using (mine(modes[i]) ? column("time") : 1/0):(mine(modes[i]) ? column("b_equation") : 1/0) every 3 with points pointtype 7 pointsize 0.35 linecolor rgb black notitle, \
         NaN with points pointtype 7 pointsize 0.35 linecolor rgb black title "equation"
    unset label 999
}
unset multiplot
