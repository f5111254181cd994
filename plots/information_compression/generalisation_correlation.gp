data = ARG1; base = ARG2; format = ARG3; style = ARG4; note = ARG5
figure_width = 1120; figure_height = 470
load style
array splits[2] = ["shuffled", "ordered"]
stats data index 2 using "least" nooutput
least = STATS_min
set multiplot layout 2, 6 margins 0.065, 0.99, 0.12, 0.93 spacing 0.012, 0.06
unset key
set xrange [-0.04:0.9]; set xtics 0, 0.2 font ",11"; set ytics 0, (least < 0.8 ? 0.1 : 0.02), 1
set yrange [least - 0.01:1.03 + 0.1 * (1 - least)]
do for [s = 1:2] {
    do for [k = 1:6] {
        l = 4 + (k - 1) % 3
        mine(d) = strcol("split") eq splits[s] && strcol("estimator") eq (k < 4 ? "ebab" : "akde") && column("layer") == l
        if (s == 1) { set title ((k < 4 ? "EBAB, " : "aKDE, ") . (l < 6 ? sprintf("layer %d", l) : "softmax")); set format x "" } else { unset title; set format x "%g" }
        if (s == 2 && k == 3) { set xlabel "compression C" offset 9, 0 } else { unset xlabel }
        if (k == 1) { set ylabel (splits[s] . ": test accuracy"); set format y "%g" } else { unset ylabel; set format y "" }
        plot data index 0 using (mine(0) ? column("c") : 1/0):"accuracy" with points linetype s pointsize 0.5, \
             data index 1 using (mine(0) ? 0 : 1/0):(1.015 + 0.07 * (1 - least)):"text" with labels left font ",10" textcolor rgb black
        unset label 999
    }
}
unset multiplot
