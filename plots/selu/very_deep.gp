data = ARG1; base = ARG2; format = ARG3; style = ARG4; note = ARG5
figure_width = 560; figure_height = 400
load style
set title "Training accuracy of very deep networks"
set xlabel "epoch"
set ylabel "training accuracy"
set yrange [0:1]
set xtics 1
set key inside top left vertical
plot 0.1 linestyle 102 title "chance", \
     for [i = 0:1] data index i using "epoch":"lo":"hi" with filledcurves linecolor rgb (i == 0 ? blue : vermillion) notitle, \
     data index 0 using "epoch":"accuracy" with linespoints linetype 1 title "SELU", \
     data index 1 using "epoch":"accuracy" with linespoints linetype 2 title "ReLU, same initialisation"
