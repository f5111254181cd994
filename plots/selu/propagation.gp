data = ARG1; base = ARG2; format = ARG3; style = ARG4; note = ARG5
figure_width = 900; figure_height = 440
load style
set multiplot
set origin 0, 0; set size 0.56, 1
set title "Only SELU keeps its variance"
set xlabel "layer"
set ylabel "variance of the activations"
set xrange [0:150]
set xtics 0, 32, 128
set logscale y
set yrange [1e-40:100]
set format y "10^{%T}"
set key off
set label 1 "SELU" at 130, 5 textcolor rgb blue
set label 2 "tanh" at 130, 1e-2 textcolor rgb green
set label 3 "ELU" at 130, 1e-5 textcolor rgb orange
set label 4 "ReLU" at 130, 1e-38 textcolor rgb vermillion
set label 5 "GELU" at 70, 1e-37 textcolor rgb purple
set label 6 "dashed: theory" at 4, 1e-36 textcolor rgb black
plot data index 0 using "layer":"lo":"hi" with filledcurves linecolor rgb blue, \
     data index 1 using "layer":"lo":"hi" with filledcurves linecolor rgb orange, \
     data index 2 using "layer":"lo":"hi" with filledcurves linecolor rgb green, \
     data index 3 using "layer":"lo":"hi" with filledcurves linecolor rgb vermillion, \
     data index 0 using "layer":"variance" with lines linetype 1, \
     data index 1 using "layer":"variance" with lines linetype 5, \
     data index 2 using "layer":"variance" with lines linetype 3, \
     data index 3 using "layer":"variance" with lines linetype 2, \
     data index 4 using "layer":"variance" with lines linetype 4, \
     for [i = 0:4] data index i using "layer":"theory" with lines linestyle 101
unset label
unset logscale
set origin 0.56, 0; set size 0.44, 1
set format y "%g"
set title "SELU: mean and variance stay at (0, 1)"
set ylabel "mean, variance"
set xrange [0:128]
set yrange [-0.1:1.15]
set ytics 0, 0.25
set key inside center right vertical Left reverse
plot 1 linestyle 101 title "theory", 0 linestyle 101 notitle, \
     data index 5 using "layer":(column("variance") - column("dvariance")):(column("variance") + column("dvariance")) with filledcurves linecolor rgb blue notitle, \
     data index 5 using "layer":"variance" with lines linetype 1 title "variance", \
     data index 5 using "layer":(column("mean") - column("dmean")):(column("mean") + column("dmean")) with filledcurves linecolor rgb vermillion notitle, \
     data index 5 using "layer":"mean" with lines linetype 2 title "mean"
unset multiplot
