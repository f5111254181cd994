data = ARG1; base = ARG2; format = ARG3; style = ARG4; note = ARG5
figure_width = 900; figure_height = 400
load style
set multiplot layout 1, 2
set title "One application at (0, 1)"
set xlabel "dropout rate"
set ylabel "variance after dropout"
set xrange [0:0.55]
set yrange [0.8:2.2]
set key inside top left vertical
plot 1 with lines linetype 1 title "alpha dropout, exact", \
     1 / (1 - x) with lines linetype 2 title "plain dropout, exact: 1 / (1 - rate)", \
     data index 0 using "rate":"variance":"half" with yerrorbars linetype 1 title "alpha dropout, measured", \
     data index 1 using "rate":"variance":"half" with yerrorbars linetype 2 title "plain dropout, measured"
unset label 999
set title "Rate 0.1 after every layer"
set xlabel "layer"
set ylabel "variance of the activations"
set xrange [0:64]
set xtics 0, 16
set yrange [0.8:*]
set key at graph 0.97, graph 0.5 right center vertical
array colours[3] = [grey, blue, vermillion]
array names[3] = ["no dropout", "alpha dropout", "plain dropout"]
plot for [i = 0:2] data index (2 + i) using "layer":(column("variance") - column("half")):(column("variance") + column("half")) \
         with filledcurves linecolor rgb colours[i + 1] notitle, \
     for [i = 0:2] data index (2 + i) using "layer":"variance" with lines linewidth 2 linecolor rgb colours[i + 1] title names[i + 1], \
     for [i = 0:2] data index (2 + i) using "layer":"theory" with lines linestyle 101 title i == 0 ? "moment map" : ""
unset multiplot
