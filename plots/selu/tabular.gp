data = ARG1; base = ARG2; format = ARG3; style = ARG4; note = ARG5
figure_width = 720; figure_height = 440
load style
set title "Four tables: accuracy of networks of given depth"
set xlabel "hidden layers"
set ylabel "test accuracy, mean over tables"
set logscale x 2
set xrange [1.8:36]
set xtics (2, 4, 8, 16, 32)
set yrange [*:1]
set key inside bottom left vertical
array names[7] = ["SNN (SELU)", "MSRAinit", "LayerNorm", "Highway", "ResNet", "WeightNorm", "BatchNorm"]
plot for [i = 0:6] data index i using "depth":"test" with linespoints linetype (i + 1) linewidth (i == 0 ? 3 : 1.6) title names[i + 1]
