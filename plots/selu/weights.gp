data = ARG1; base = ARG2; format = ARG3; style = ARG4; note = ARG5
figure_width = 960; figure_height = 420
load style
stats data index 0 using "sampling" nooutput
sampling = STATS_max
stats data index 0 using "place" nooutput
n = STATS_max
set multiplot layout 1, 2
set yrange [0.4:n + 0.6]
unset key
set border 1
set title "Variance after the last layer"
set lmargin at screen 0.24; set rmargin at screen 0.6; set bmargin at screen 0.14; set tmargin at screen 0.92
set xlabel "variance over the batch"
set xrange [0:1.35]
set ytics scale 0
set arrow 1 from 1, graph 0 to 1, graph 1 nohead linestyle 101
plot data index 0 using "variance":"place":"lo":"hi":ytic(1) with xerrorbars linetype 1 pointsize 1.2
unset label 999
unset arrow 1
set title "Spread within a network"
set lmargin at screen 0.65; set rmargin at screen 0.985
set format y ""
set ytics 1, 1, n
set xlabel "standard deviation"
set xrange [0:0.5]
set arrow 1 from sampling, graph 0 to sampling, graph 1 nohead linestyle 102
set key inside top right vertical
plot data index 0 using "inputs":"place" with points linetype 1 pointsize 1.2 title "variance of an input", \
     data index 0 using "units":"place" with points linetype 2 pointtype 4 pointsize 1.2 title "mean of a unit"
unset multiplot
