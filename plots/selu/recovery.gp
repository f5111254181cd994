data = ARG1; base = ARG2; format = ARG3; style = ARG4; note = ARG5
figure_width = 900; figure_height = 420
load style
array names[4] = ["mean 0.5, variance 4", "mean 0, variance 4", "mean 0.5, variance 0.1", "mean 0, variance 0.1"]
array colours[4] = [blue, sky, vermillion, orange]
set multiplot layout 1, 2
set title "SELU networks with shifted and scaled inputs"
set xlabel "layer"
set ylabel "variance of the activations"
set xrange [0:*]
set xtics 0, 4
set yrange [0:*]
set key inside top right vertical
plot 1 linestyle 102 notitle, \
     for [i = 0:3] data index i using "layer":"lo":"hi" with filledcurves linecolor rgb colours[i + 1] notitle, \
     for [i = 0:3] data index i using "layer":"variance" with lines linewidth 2 linecolor rgb colours[i + 1] title names[i + 1], \
     for [i = 0:3] data index i using "layer":"theory" with lines linestyle 101 title i == 0 ? "moment map" : ""
unset label 999
set title "Distance of the mean curve from (0, 1)"
set ylabel "distance"
set logscale y
set yrange [2e-3:5]
set ytics (0.01, 0.03, 0.1, 0.3, 1, 3)
set key off
set label 1 "threshold of the claim" at 31.5, 0.125 right textcolor rgb grey
set arrow 1 from 16, 2e-3 to 16, 0.1 nohead linestyle 102
plot 0.1 linestyle 102, \
     for [i = 0:3] data index i using "layer":"distance" with lines linewidth 2 linecolor rgb colours[i + 1]
unset multiplot
