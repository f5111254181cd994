data = ARG1; base = ARG2; format = ARG3; style = ARG4; note = ARG5
load style
set title "Gradients through 100 SELU layers grow slowly, as mean-field theory says"
set xlabel "layer (100: where the gradient starts)"
set ylabel "gradient norm relative to the last layer"
set xrange [0:100]
set logscale y
set yrange [0.9:60]
set ytics (1, 2, 5, 10, 20, 50)
set key inside top right vertical
plot data index 0 using "layer":"lo":"hi" with filledcurves linecolor rgb orange notitle, \
     data index 1 using "layer":"lo":"hi" with filledcurves linecolor rgb blue notitle, \
     data index 0 using "layer":"norm" with lines linetype 5 title "width 256", \
     data index 1 using "layer":"norm" with lines linetype 1 title "width 512", \
     data index 2 using "layer":"norm" with lines linestyle 101 title "mean-field theory, χ^{(100 - layer)/2}" enhanced
