data = ARG1; base = ARG2; format = ARG3; style = ARG4; note = ARG5
figure_width = 1000; figure_height = 330
load style
array families[4] = ["width", "ebab", "kde", "akde"]
array titles[4] = ["bins of fixed width", "EBAB", "KDE", "aKDE"]
array labels[4] = ["width", "number of bins", "noise variance", "variance / max |t|²"]
array used[4] = [0.07, 30, 1e-3, 1e-3]
array least[4] = [0.006, 3, 3e-6, 3e-6]
array most[4] = [4, 500, 3, 0.3]
array functions[2] = ["tanh", "relu"]
array names[2] = ["tanh", "ReLU"]
set multiplot layout 1, 4 margins 0.06, 0.985, 0.19, 0.9 spacing 0.03, 0
set logscale x; set yrange [-0.05:1]
set format x "10^{%L}"
do for [k = 1:4] {
    set title titles[k]
    set xlabel labels[k]
    set xrange [least[k]:most[k]]
    if (k == 1) { set ylabel "compression C, layer 5"; set format y "%g"; set key inside top left vertical samplen 1.5 } else { unset ylabel; set format y ""; unset key }
    set arrow 1 from used[k], graph 0 to used[k], graph 1 nohead linestyle 102
    mine(f) = strcol("activation") eq functions[f] && strcol("family") eq families[k]
    plot for [f = 1:2] data index 0 using (mine(f) ? column("parameter") : 1/0):"lo":"hi" with filledcurves linecolor f notitle, \
         for [f = 1:2] data index 0 using (mine(f) ? column("parameter") : 1/0):"c" with linespoints linecolor f title names[f]
    unset label 999
}
unset multiplot
