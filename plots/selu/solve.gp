data = ARG1; base = ARG2; format = ARG3; style = ARG4; note = ARG5
figure_width = 960; figure_height = 460
load style
set multiplot layout 1, 2
set title "One layer, weights of variance 1/n"
set xlabel "variance before ν"
set ylabel "variance after / variance before"
set logscale xy
set format x "10^{%L}"
set xrange [1e-3:1e2]
set yrange [0.03:1000]
set key inside top right vertical Left reverse samplen 2
curve(name) = strcol("activation") eq name ? column("variance") : NaN
plot 1 linestyle 102 notitle, \
     data index 0 using (curve("selu")):"factor" with lines linewidth 3 linecolor rgb blue title "SELU", \
     "" index 0 using (curve("elu")):"factor" with lines linecolor rgb sky title "ELU", \
     "" index 0 using (curve("relu")):"factor" with lines linecolor rgb vermillion title "ReLU", \
     "" index 0 using (curve("gelu")):"factor" with lines linecolor rgb orange title "GELU", \
     "" index 0 using (curve("tanh")):"factor" with lines linecolor rgb green title "tanh", \
     "" index 0 using (curve("sigmoid")):"factor" with lines linecolor rgb grey title "sigmoid", \
     "" index 0 using (curve("sine")):"factor" with lines linecolor rgb purple title "sin 30x", \
     data index 1 using "variance":"factor" with points pointtype 7 pointsize 1.3 linecolor rgb black title "attracting fixed point"
set format x "%g"
set title "SELU for other fixed points (μ, ν)"
set xlabel "wanted variance ν"
set ylabel "λ (lines), α (dashed)"
set xrange [0.08:12]
set yrange [0.02:12]
set key inside bottom left vertical Left reverse samplen 2
at(mean, y) = column("mean") == mean ? column(y) : NaN
plot data index 2 using "variance":(at(0, "lambda")) with lines linewidth 3 linecolor rgb blue title "mean 0", \
     "" index 2 using "variance":(at(0, "alpha")) with lines linewidth 3 dashtype (5, 3) linecolor rgb blue notitle, \
     "" index 2 using "variance":(at(0.5, "lambda")) with lines linecolor rgb green title "mean 0.5", \
     "" index 2 using "variance":(at(0.5, "alpha")) with lines dashtype (5, 3) linecolor rgb green notitle, \
     "" index 2 using "variance":(at(1, "lambda")) with lines linecolor rgb orange title "mean 1", \
     "" index 2 using "variance":(at(1, "alpha")) with lines dashtype (5, 3) linecolor rgb orange notitle, \
     "" index 2 using "variance":(at(-0.5, "lambda")) with lines linecolor rgb vermillion title "mean -0.5", \
     "" index 2 using "variance":(at(-0.5, "alpha")) with lines dashtype (5, 3) linecolor rgb vermillion notitle
unset multiplot
