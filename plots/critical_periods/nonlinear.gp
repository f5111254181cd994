data = ARG1; base = ARG2; format = ARG3; style = ARG4; note = ARG5
figure_width = 960; figure_height = 380
load style
array titles[3] = ["linear", "tanh", "ReLU"]
set multiplot layout 1, 3 margins 0.075, 0.985, 0.16, 0.9 spacing 0.05, 0
set xlabel "feature, strongest first"
set xrange [0.5:8.5]; set xtics 1, 1; set yrange [-0.1:1]
do for [k = 1:3] {
    set title titles[k]
    if (k == 1) { set ylabel "effect on A's share"; set key inside top right vertical samplen 1.5 } else { unset ylabel; set key off }
    plot 0 linestyle 102 notitle, \
         data index (k - 1) using (column("mode") - 0.12):"early":"early_half" with yerrorlines linetype 2 title "deficit from epoch 0", \
         data index (k - 1) using "mode":"middle":"middle_half" with yerrorlines linetype 3 title "from 400", \
         data index (k - 1) using (column("mode") + 0.12):"late":"late_half" with yerrorlines linetype 1 title "from 750"
    unset label 999
}
unset multiplot
