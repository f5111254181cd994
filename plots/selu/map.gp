data = ARG1; base = ARG2; format = ARG3; style = ARG4; note = ARG5
figure_width = 640; figure_height = 520
load style
set title "The moment map: where mean and variance go, layer by layer"
set xlabel "mean of the activations μ"
set ylabel "variance of the activations ν"
set offsets graph 0.04, graph 0.04, graph 0.04, graph 0.04
set key maxcols 1
plot data index 0 using "mean":"variance":(column("dmean") / 3):(column("dvariance") / 3) \
         with vectors head size graph 0.008, 20 filled linecolor rgb sky linewidth 1.1 title "a third of the change in one layer", \
     data index 1 using "mean":"variance":"dmean":"dvariance" with vectors nohead linecolor rgb blue linewidth 1.2 notitle, \
     data index 1 using "mean":"variance" with points pointtype 7 pointsize 0.35 linecolor rgb blue title "trajectories, layer by layer", \
     data index 2 using "mean":"variance" with points pointtype 7 pointsize 1.3 linecolor rgb vermillion title "fixed point"
