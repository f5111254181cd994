data = ARG1; base = ARG2; format = ARG3; style = ARG4; note = ARG5
figure_width = 960; figure_height = 620
load style
array sources[6] = ["gaussian-pair", "uniform-noise", "rectified", "staircase", "patterns", "channel"]
array titles[6] = ["Gaussian pair", "uniform noise", "Gaussian and rectified Gaussian", "continuous variable, five classes", "100 patterns", "Gaussian channel"]
# Estimators of every panel, separated by blanks; "_" stands for a blank in their names.
array lines[6] = ["ksg-1 ksg-2 gao", "ksg-1 ksg-2 gao", "ksg-1 ksg-2 gao", "ksg-1 ksg-2 gao ross", "plug-in_entropy miller-madow_entropy plug-in_y miller-madow_y", "kde_x-upper kde_x-lower noisy"]
name(word) = word eq "plug-in_entropy" ? "plug-in entropy" : word eq "miller-madow_entropy" ? "miller-madow entropy" : word eq "plug-in_y" ? "plug-in y" : word eq "miller-madow_y" ? "miller-madow y" : word eq "kde_x-upper" ? "kde x-upper" : word eq "kde_x-lower" ? "kde x-lower" : word
label(word) = word eq "ksg-1" ? "KSG 1" : word eq "ksg-2" ? "KSG 2" : word eq "gao" ? "Gao" : word eq "ross" ? "Ross" : word eq "plug-in_entropy" ? "H(T), plug-in" : word eq "miller-madow_entropy" ? "H(T), Miller-Madow" : word eq "plug-in_y" ? "I(T;Y), plug-in" : word eq "miller-madow_y" ? "I(T;Y), Miller-Madow" : word eq "kde_x-upper" ? "KDE, upper bound" : word eq "kde_x-lower" ? "KDE, lower bound" : "noise propagated"
mine(p, w) = strcol("source") eq sources[p] && strcol("estimator") eq name(w)
stats data using "n" nooutput
least = STATS_min
most = STATS_max
set multiplot layout 2, 3 margins 0.085, 0.985, 0.1, 0.94 spacing 0.07, 0.13
set logscale x
set xrange [0.7 * least:1.4 * most]
set xtics (100, 300, 1000, "" 3000, 10000, "" 30000)
set offsets 0, 0, graph 0.42, graph 0.06
set key inside top right vertical samplen 1.6 font ",11"
do for [p = 1:6] {
    set title titles[p]
    if (p % 3 == 1) { set ylabel "estimate − truth (bits)" } else { unset ylabel }
    if (p > 3) { set xlabel "samples" } else { unset xlabel }
    plot 0 linestyle 102 notitle, \
         for [k = 1:words(lines[p])] data using (mine(p, word(lines[p], k)) ? column("n") * (1 + 0.03 * (k - 2)) : 1 / 0):"error":"half" with yerrorlines linetype k title label(word(lines[p], k))
    unset label 999
}
unset multiplot
