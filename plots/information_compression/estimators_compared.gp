data = ARG1; base = ARG2; format = ARG3; style = ARG4; note = ARG5
figure_width = 980; figure_height = 460
load style
array activations[2] = ["tanh", "relu"]
array titles[2] = ["tanh", "ReLU"]
array names[8] = ["kde.fixed", "bins.clipped", "bins.ebab", "bins.equal-count", "kde.adaptive", "kde.released", "noisy", "bins.width"]
array labels[8] = ["KDE, variance 0.001", "30 bins on [-1, 1]", "EBAB", "equal-count bins", "KDE, adaptive", "KDE, as released", "noise propagated", "bins of width 0.07"]
array colours[8] = [blue, vermillion, green, purple, orange, sky, grey, black]
mine(a, e) = strcol("activation") eq activations[a] && strcol("estimator") eq e
set multiplot layout 1, 2 margins 0.065, 0.8, 0.14, 0.92 spacing 0.05, 0
set logscale x
set xlabel "activities multiplied by"
set xrange [0.007:140]
set xtics (0.01, 0.1, 1, 10, 100)
set yrange [0:11.6]
do for [a = 1:2] {
    set title titles[a]
    if (a == 1) { set ylabel "I(X;T) (bits)"; set key off } else { unset ylabel; set key at screen 0.815, screen 0.85 left top vertical samplen 2 }
    plot for [k = 1:8] data using (mine(a, names[k]) ? column("scale") : 1 / 0):"bits" with linespoints linecolor rgb colours[k] pointtype (k < 8 ? 4 + k : 2) title labels[k], \
         data using (mine(a, "exact") ? column("scale") : 1 / 0):"bits" with lines linestyle 101 title "exact patterns"
    unset label 999
}
unset multiplot
