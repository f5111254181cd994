data = ARG1; base = ARG2; format = ARG3; style = ARG4; note = ARG5
figure_width = 900; figure_height = 380
load style
set multiplot layout 1, 2
set xlabel "layer"
set xrange [0:*]
set xtics 0, 8
set key inside top right vertical
set title "Width 1024: variance"
set ylabel "variance of the activations"
set yrange [0.98:1.025]
plot data index 0 using "layer":(column("variance") - column("dvariance")):(column("variance") + column("dvariance")) \
         with filledcurves linecolor rgb blue title "95 % confidence", \
     data index 0 using "layer":"variance" with lines linetype 1 title "simulation", \
     data index 1 using "layer":"variance" with lines linestyle 101 title "moment map"
unset label 999
set title "Width 1024: mean"
set ylabel "mean of the activations"
set yrange [-0.01:0.0125]
plot data index 0 using "layer":(column("mean") - column("dmean")):(column("mean") + column("dmean")) \
         with filledcurves linecolor rgb vermillion title "95 % confidence", \
     data index 0 using "layer":"mean" with lines linetype 2 title "simulation", \
     data index 1 using "layer":"mean" with lines linestyle 101 title "moment map"
unset multiplot
