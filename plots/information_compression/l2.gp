data = ARG1; base = ARG2; format = ARG3; style = ARG4; note = ARG5
figure_width = 1120; figure_height = 360
load style
array estimators[3] = ["width", "ebab", "akde"]
array titles[3] = ["bins of 0.07", "EBAB", "aKDE"]
array splits[2] = ["shuffled", "ordered"]
array colours[6] = [grey, sky, green, orange, vermillion, purple]
set multiplot layout 1, 4
set logscale x
set xrange [1.6e-4:0.04]
set xtics ("0" 2e-4, "0.001" 1e-3, "0.01" 1e-2)
set xlabel "L2 coefficient"
set yrange [-0.05:1.05]
left(k) = 0.055 + 0.235 * (k - 1) + (k == 4 ? 0.055 : 0)
set tmargin at screen 0.9; set bmargin at screen 0.18
do for [e = 1:3] {
    set lmargin at screen left(e); set rmargin at screen left(e) + 0.21
    set title titles[e]
    if (e == 1) { set ylabel "compression C"; set format y "%g"; set key inside top left vertical samplen 1.2 } else { unset ylabel; set format y ""; unset key }
    mine(l) = strcol("estimator") eq estimators[e] && column("layer") == l
    plot for [l = 2:6] data index 0 using (mine(l) ? column("l2") : 1/0):"c":"lo":"hi" with yerrorbars linecolor rgb colours[l] pointtype 7 pointsize 0.5 notitle, \
         for [l = 2:6] data index 0 using (mine(l) ? column("l2") : 1/0):"c" with lines linecolor rgb colours[l] linewidth 2 title l < 6 ? sprintf("layer %d", l) : "softmax"
    unset label 999
}
set lmargin at screen left(4); set rmargin at screen 0.99
set title "overfitting"
set ylabel "training - test accuracy"
set format y "%g"
set yrange [*:*]
set offsets 0, 0, graph 0.25, 0
set key inside top left vertical samplen 1.2
plot for [s = 1:2] data index 1 using (strcol("split") eq splits[s] ? column("l2") : 1/0):"gap":"lo":"hi" with yerrorbars linetype s notitle, \
     for [s = 1:2] data index 1 using (strcol("split") eq splits[s] ? column("l2") : 1/0):"gap" with lines linetype s title splits[s]
unset multiplot
