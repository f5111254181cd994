data = ARG1; base = ARG2; format = ARG3; style = ARG4; note = ARG5
figure_width = 960; figure_height = 400
load style
# Block 0: learning rates and length. Then depth 8, 16, 32; SELU, batch normalisation; largest,
# smallest learning rate.
stats data index 0 using "fast" nooutput
fast = STATS_max
stats data index 0 using "slow" nooutput
slow = STATS_max
stats data index 0 using "epochs" nooutput
epochs = STATS_max
stats data index 0 using "least" nooutput
least = STATS_max
set multiplot layout 1, 3 margins 0.075, 0.985, 0.16, 0.9 spacing 0.045, 0
set xlabel "epoch"
set xrange [0:epochs]
set logscale y
set yrange [0.8 * least:14]
set ytics (0.001, 0.01, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10)
do for [k = 0:2] {
    set title sprintf("%d hidden layers", 8 * 2 ** k)
    if (k == 0) { set ylabel "training loss (nats)" } else { unset ylabel; set format y "" }
    if (k == 0) { set key inside top right vertical width -4 samplen 1.6 } else { set key off }
    plot for [j = 0:3] data index (4 * k + j + 1) using "epoch":"lo":"hi" with filledcurves linecolor rgb (j < 2 ? blue : vermillion) notitle, \
         data index (4 * k + 1) using "epoch":"loss" with lines linetype 1 title sprintf("SELU, rate %g", fast), \
         data index (4 * k + 2) using "epoch":(slow < fast ? column("loss") : 1 / 0) with lines linetype 1 dashtype (6, 3) title slow < fast ? sprintf("SELU, rate %g", slow) : "", \
         data index (4 * k + 3) using "epoch":"loss" with lines linetype 2 title sprintf("batch norm, rate %g", fast), \
         data index (4 * k + 4) using "epoch":(slow < fast ? column("loss") : 1 / 0) with lines linetype 2 dashtype (6, 3) title slow < fast ? sprintf("batch norm, rate %g", slow) : ""
    unset label 999
}
unset multiplot
