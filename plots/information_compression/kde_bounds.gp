data = ARG1; base = ARG2; format = ARG3; style = ARG4; note = ARG5
figure_width = 860; figure_height = 400
load style
set multiplot layout 1, 2 margins 0.075, 0.97, 0.15, 0.9 spacing 0.075, 0
set title "Two clusters"
set xlabel "distance / sd of the noise"
set ylabel "I(X;T) (bits)"
set yrange [0:1.1]
set key inside bottom right vertical
plot data index 0 using "x":"upper":"lower" with filledcurves linecolor rgb blue notitle, \
     "" index 0 using "x":"upper" with lines linetype 1 title "upper bound", \
     "" index 0 using "x":"lower" with lines linetype 1 dashtype (6, 3) title "lower bound", \
     "" index 0 using "x":"noisy" with points linetype 2 title "noise propagated", \
     "" index 0 using "x":"truth" with lines linestyle 101 title "truth"
unset label 999
set title "Gaussian channel, two dimensions"
set xlabel "sd of the signal / sd of the noise"
unset ylabel
set logscale x
set xrange [0.1:1000]
set yrange [0:20.5]
set key inside top left vertical
plot data index 1 using "x":"ceiling" with lines linestyle 102 title "ceiling, log N", \
     "" index 1 using "x":"upper":"lower" with filledcurves linecolor rgb blue notitle, \
     "" index 1 using "x":"upper" with lines linetype 1 title "upper bound", \
     "" index 1 using "x":"lower" with lines linetype 1 dashtype (6, 3) title "lower bound", \
     "" index 1 using "x":"noisy" with points linetype 2 title "noise propagated", \
     "" index 1 using "x":"truth" with lines linestyle 101 title "truth"
unset multiplot
