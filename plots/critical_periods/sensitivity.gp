data = ARG1; base = ARG2; format = ARG3; style = ARG4; note = ARG5
figure_width = 960; figure_height = 400
load style
array depths[4] = [2, 3, 5, 8]
set multiplot layout 1, 2
set title "Lasting effect of a deficit by its onset"
set xlabel "onset / learning time"
set ylabel "gain in share"
set xrange [0:2]; set yrange [0:0.52]
set key inside bottom left vertical
mine(d) = column("depth") == d
plot for [k = 1:4] data index 0 using (mine(depths[k]) ? column("onset") : 1/0):(mine(depths[k]) ? column("theory") : 1/0) with lines linecolor k linewidth 1.3 notitle, \
     for [k = 1:4] data index 0 using (mine(depths[k]) ? column("onset") : 1/0):"effect" with points linecolor k pointtype 7 pointsize 0.7 title sprintf("depth %d", depths[k])
unset label 999
set title "Time to half learning"
set xlabel "depth"
set ylabel "time (learning rate × steps)"
set xrange [1.5:*]; set yrange [0:*]
set key inside bottom right vertical
plot data index 1 using "depth":"theory" with lines linestyle 101 title "quadrature", \
     data index 1 using "depth":"integrated" with points linecolor rgb blue pointtype 7 title "integrated", \
     data index 1 using "depth":"logistic" with points linecolor rgb vermillion pointtype 6 pointsize 1.6 title "logistic (depth 2)"
unset multiplot
