data = ARG1; base = ARG2; format = ARG3; style = ARG4; note = ARG5
figure_width = 620; figure_height = 420
load style
set xlabel "learning rate"
set ylabel "largest difference of strengths / S"
set logscale xy
set xrange [0.001:0.0125]; set yrange [0.003:0.15]
set xtics (0.00125, 0.0025, 0.005, 0.01)
set ytics (0.005, 0.01, 0.02, 0.05, 0.1)
set key inside bottom right vertical
plot 0.02 linestyle 101 notitle, \
     3.5 * x linestyle 102 title "proportional to the step", \
     data index 0 using "lr":"early":"early_half" with yerrorlines linetype 2 title "deficit from epoch 0", \
     data index 0 using "lr":"none":"none_half" with yerrorlines linetype 1 pointsize 1.1 title "no deficit", \
     data index 0 using "lr":"middle" with points linetype 3 pointtype 8 pointsize 1.6 title "from 400 (coincides)", \
     data index 0 using "lr":"late" with points linetype 4 pointtype 12 pointsize 2.2 title "from 750 (coincides)"
