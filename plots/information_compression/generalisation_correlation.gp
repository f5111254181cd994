data = ARG1; base = ARG2; format = ARG3; style = ARG4; note = ARG5
figure_width = 1120; figure_height = 470
load style
array splits[2] = ["shuffled", "ordered"]
set multiplot layout 2, 6 margins 0.065, 0.99, 0.12, 0.95 spacing 0.012, 0.09
unset key
set ytics 0.05
do for [s = 1:2] {
    do for [l = 1:6] {
        mine(d) = strcol("split") eq splits[s] && column("layer") == l
        stats data index 1 using (mine(0) ? column("r") : NaN) nooutput
        r = STATS_mean
        stats data index 1 using (mine(0) ? column("lo") : NaN) nooutput
        lo = STATS_mean
        stats data index 1 using (mine(0) ? column("hi") : NaN) nooutput
        hi = STATS_mean
        set title sprintf("%s: r = %.2f [%.2f, %.2f]", l < 6 ? sprintf("layer %d", l) : "softmax", r, lo, hi) font ",10" offset 0, -0.6
        if (s == 2 && l == 3) { set xlabel "compression C (EBAB)" offset 9, 0 } else { unset xlabel }
        if (l == 1) { set ylabel splits[s] . ": test accuracy"; set format y "%g" } else { unset ylabel; set format y "" }
        stats data index 0 using (strcol("split") eq splits[s] ? column("accuracy") : NaN) nooutput
        set yrange [STATS_min - 0.01:STATS_max + 0.01]
        set xrange [*:*]
        plot data index 0 using (mine(0) ? column("c") : 1/0):"accuracy" with points linetype s pointsize 0.5
        unset label 999
    }
}
unset multiplot
