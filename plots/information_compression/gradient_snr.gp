data = ARG1; base = ARG2; format = ARG3; style = ARG4; note = ARG5
figure_width = 960; figure_height = 430
load style
array activations[2] = ["tanh", "relu"]
array titles[2] = ["tanh", "ReLU"]
array layers[6] = ["hidden.1", "hidden.2", "hidden.3", "hidden.4", "hidden.5", "output"]
mine(a, k) = strcol("activation") eq activations[a] && strcol("layer") eq layers[k]
here(a) = strcol("activation") eq activations[a]
stats data index 1 using "step" nooutput
last = STATS_max
set multiplot layout 1, 2 margins 0.07, 0.915, 0.15, 0.9 spacing 0.08, 0
set logscale x
set logscale y
set xlabel "training step"
set xrange [1:last]
set yrange [0.1:10]
set border 11
set y2tics nomirror out scale 0.6
set y2range [0:1]
do for [a = 1:2] {
    set title titles[a]
    if (a == 1) { set ylabel "signal / noise"; unset y2label; set key inside top left vertical maxrows 4 samplen 1.6 font ",11" } else { unset ylabel; set y2label "loss (nats)" offset -1; set key off }
    plot data index 1 using (here(a) ? column("step") : 1 / 0):"noise" with lines linestyle 102 title (a == 1 ? "no signal" : ""), \
         for [k = 1:6] data index 0 using (mine(a, k) ? column("step") : 1 / 0):"snr" with lines linetype (k < 6 ? k : 6) title layers[k], \
         data index 1 using (here(a) ? column("step") : 1 / 0):"loss" axes x1y2 with lines linecolor rgb grey linewidth 1.2 dashtype (6, 4) title "loss"
    unset label 999
}
unset multiplot
