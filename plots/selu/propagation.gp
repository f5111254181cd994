data = ARG1; base = ARG2; format = ARG3; style = ARG4; note = ARG5
figure_width = 900; figure_height = 440
load style
set multiplot
set origin 0, 0; set size 0.6, 1
set title "Variance through random layers"
set xlabel "layer"
set ylabel "variance of the activations"
set xrange [0:*]
set xtics 0, 32
set logscale y
set yrange [1e-40:100]
set format y "10^{%T}"
set key outside right center vertical
plot data index 0 using "layer":"lo":"hi" with filledcurves linecolor rgb blue notitle, \
     data index 1 using "layer":"lo":"hi" with filledcurves linecolor rgb orange notitle, \
     data index 2 using "layer":"lo":"hi" with filledcurves linecolor rgb green notitle, \
     data index 3 using "layer":"lo":"hi" with filledcurves linecolor rgb vermillion notitle, \
     data index 0 using "layer":"variance" with lines linetype 1 title "SELU", \
     data index 1 using "layer":"variance" with lines linetype 5 title "ELU", \
     data index 2 using "layer":"variance" with lines linetype 3 title "tanh", \
     data index 3 using "layer":"variance" with lines linetype 2 title "ReLU", \
     data index 4 using "layer":"variance" with lines linetype 4 title "GELU", \
     for [i = 0:4] data index i using "layer":"theory" with lines linestyle 101 title i == 4 ? "theory" : ""
unset label 999
unset logscale
set origin 0.6, 0; set size 0.4, 1
set format y "%g"
set title "SELU: mean and variance"
set ylabel "mean, variance"
set xrange [0:*]
set yrange [-0.1:1.15]
set ytics 0, 0.25
set key inside center right vertical Left reverse
plot 1 linestyle 101 title "theory", 0 linestyle 101 notitle, \
     data index 5 using "layer":(column("variance") - column("dvariance")):(column("variance") + column("dvariance")) with filledcurves linecolor rgb blue notitle, \
     data index 5 using "layer":"variance" with lines linetype 1 title "variance", \
     data index 5 using "layer":(column("mean") - column("dmean")):(column("mean") + column("dmean")) with filledcurves linecolor rgb vermillion notitle, \
     data index 5 using "layer":"mean" with lines linetype 2 title "mean"
unset multiplot
