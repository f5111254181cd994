data = ARG1; base = ARG2; format = ARG3; style = ARG4; note = ARG5
figure_width = 1000; figure_height = 440
load style
stats data index 1 using "sampling" nooutput
sampling = STATS_max
array names[8] = ["independent, Gaussian", "correlation 0.9", "all inputs equal", "Student's t, 2 d.o.f.", "99 % zeros", "mean 10", "variance 1000", "variance 0.001"]
array colours[8] = [black, sky, blue, vermillion, purple, green, orange, yellow]
shape(k, y) = column("shape") == k ? column(y) : NaN
set multiplot layout 1, 2 margins 0.075, 0.985, 0.135, 0.92 spacing 0.085, 0
set xlabel "layer"
set xrange [0:128]
set xtics 0, 16
set logscale y
set title "Mean and variance over the batch"
set ylabel "distance from (0, 1)"
set yrange [5e-3:3000]
set ytics (0.01, 0.1, 1, 10, 100, 1000)
set key inside top right vertical samplen 1.6
plot 0.1 linestyle 102 notitle, \
     for [k = 0:7] data index 0 using "layer":(shape(k, "distance")) with lines linewidth 2 linecolor rgb colours[k + 1] title names[k + 1]
unset label 999
set title "Means of the units over the batch"
set ylabel "standard deviation over units"
set yrange [0.04:10]
set ytics (0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10)
plot for [k = 0:7] data index 0 using "layer":(shape(k, "units")) with lines linewidth 2 linecolor rgb colours[k + 1] notitle, \
     data index 0 using "layer":(shape(0, "theory")) with lines linestyle 101 title "theory, independent inputs", \
     sampling linestyle 102 title "sampling error"
unset multiplot
