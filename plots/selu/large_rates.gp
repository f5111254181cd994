data = ARG1; base = ARG2; format = ARG3; style = ARG4; note = ARG5
figure_width = 1080; figure_height = 420
load style
array names[3] = ["SELU", "ReLU, batch norm", "ReLU, He"]
array colours[3] = [blue, vermillion, green]
array depths[2] = [16, 32]
of(d, k, y) = column("depth") == d && column("net") == k ? column(y) : NaN
lost(d, k) = of(d, k, "diverged") > 0 ? 8 * 1.22 ** k : NaN
set multiplot layout 1, 3 margins 0.065, 0.985, 0.14, 0.91 spacing 0.075, 0
set logscale xy
set xlabel "learning rate"
set xrange [6e-4:5]
set format x "10^{%L}"
set yrange [0.16:16]
set ytics (0.2, 0.5, 1, 2, 5)
do for [p = 1:2] {
    d = depths[p]
    set title sprintf("%d hidden layers", d)
    if (p == 1) { set ylabel "training loss at the end (nats)"; set key inside bottom right vertical samplen 1.4 } else { unset ylabel; unset key }
    set label 1 "diverged" at 7e-4, 9.5 textcolor rgb "#444444"
    plot log(10) linestyle 102 title "chance", \
         for [k = 0:2] data index 0 using "lr":(of(d, k, "lo")):(of(d, k, "hi")) with filledcurves linecolor rgb colours[k + 1] notitle, \
         for [k = 0:2] data index 0 using "lr":(of(d, k, "loss")) with linespoints pointtype 7 linewidth 2 linecolor rgb colours[k + 1] title names[k + 1], \
         for [k = 0:2] data index 0 using "lr":(lost(d, k)) with points pointtype 2 pointsize 1 linewidth 2 linecolor rgb colours[k + 1] notitle, \
         for [k = 0:2] data index 0 using (column("lr") * 0.94):(lost(d, k)):(of(d, k, "diverged") < 1 ? sprintf("%.0f %%", 100 * of(d, k, "diverged")) : "") with labels right font ",10" notitle
    unset label 999
}
unset label 1
set title "Drift of SELU's activations, 32 layers"
unset logscale x
set format x "%g"
set xlabel "layer"
set xrange [0:33]; set xtics 0, 8
set ylabel "distance from (0, 1)"
set yrange [0.01:20]; set ytics (0.01, 0.1, 1, 10)
set key inside top left vertical
array rates[3] = [0.001, 0.01, 0.03]
array shades[3] = [sky, blue, black]
at(r, y) = abs(column("lr") / r - 1) < 1e-6 ? column(y) : NaN
plot for [k = 1:3] data index 1 using "layer":(at(rates[k], "after")) with linespoints pointsize 0.4 linewidth 2 linecolor rgb shades[k] title sprintf("after, rate %g", rates[k]), \
     data index 1 using "layer":(at(0.001, "before")) with lines linestyle 101 title "before"
unset multiplot
