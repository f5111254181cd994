data = ARG1; base = ARG2; format = ARG3; style = ARG4; note = ARG5
load style
set title "Size of the gradient through SELU layers"
set xlabel "layer (the gradient starts at the last)"
set ylabel "gradient norm relative to the last layer"
set xrange [0:*]
set logscale y
set yrange [0.5:*]
set ytics (1, 2, 5, 10, 20, 50)
set key inside top right vertical
plot data index 0 using "layer":"lo":"hi" with filledcurves linecolor rgb orange notitle, \
     data index 1 using "layer":"lo":"hi" with filledcurves linecolor rgb blue notitle, \
     data index 2 using "layer":"lo":"hi" with filledcurves linecolor rgb green notitle, \
     data index 0 using "layer":"norm" with lines linetype 5 title "width 256", \
     data index 1 using "layer":"norm" with lines linetype 1 title "width 512", \
     data index 2 using "layer":"norm" with lines linetype 3 title "width 1024", \
     data index 3 using "layer":"norm" with lines linestyle 101 title "mean-field theory, χ^{1/2} a layer" enhanced
