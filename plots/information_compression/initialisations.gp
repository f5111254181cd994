data = ARG1; base = ARG2; format = ARG3; style = ARG4; note = ARG5
figure_width = 900; figure_height = 340
load style
array estimators[3] = ["width", "ebab", "akde"]
array titles[3] = ["bins of 0.07", "EBAB", "aKDE"]
set multiplot layout 1, 3 margins 0.07, 0.99, 0.17, 0.9 spacing 0.03, 0
set xrange [0.5:6.5]; set yrange [-0.03:1]
set xtics ("1" 1, "2" 2, "3" 3, "4" 4, "5" 5, "softmax" 6)
set xlabel "layer"
unset key
do for [e = 1:3] {
    set title titles[e]
    if (e == 1) { set ylabel "compression C"; set format y "%g" } else { unset ylabel; set format y "" }
    mine(d) = strcol("estimator") eq estimators[e]
    plot data index 0 using (mine(0) ? column("layer") + 0.6 * column("jitter") : 1/0):"c" with points linetype 1 pointsize 0.5, \
         data index 1 using (mine(0) ? column("layer") - 0.38 : 1/0):"middle":(0.76):(0) with vectors nohead linecolor rgb vermillion linewidth 2.5
    unset label 999
}
unset multiplot
