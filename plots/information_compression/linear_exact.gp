data = ARG1; base = ARG2; format = ARG3; style = ARG4; note = ARG5
figure_width = 980; figure_height = 400
load style
array inits[3] = [0.01, 0.1, 1]
mine(k) = column("init") == inits[k]
stats data using "step" nooutput
last = STATS_max
set multiplot layout 1, 3 margins 0.05, 0.825, 0.16, 0.9 spacing 0.055, 0
set logscale x
set xlabel "step of gradient descent"
set xrange [1:last]
set title "I(X;T), share of its final value"
set yrange [0:1.1]
set key at screen 0.84, screen 0.85 left top vertical title "initial weights" left
plot for [k = 1:3] data using (mine(k) ? column("step") : 1 / 0):(column("x") - column("xhalf")):(column("x") + column("xhalf")) with filledcurves linetype k notitle, \
     for [k = 1:3] data using (mine(k) ? column("step") : 1 / 0):"x" with lines linetype k title sprintf("%g / √fan-in", inits[k])
unset label 999
set key notitle
set title "I(T;Y) (bits)"
set yrange [0:*]
set key off
plot for [k = 1:3] data using (mine(k) ? column("step") : 1 / 0):(column("y") - column("yhalf")):(column("y") + column("yhalf")) with filledcurves linetype k notitle, \
     for [k = 1:3] data using (mine(k) ? column("step") : 1 / 0):"y" with lines linetype k notitle
set title "mean squared error"
set logscale y
set yrange [*:*]
set key at screen 0.84, screen 0.5 left top vertical title "error over" left
plot for [k = 1:3] data using (mine(k) ? column("step") : 1 / 0):"test" with lines linetype k title (k == 1 ? "all inputs" : ""), \
     for [k = 1:3] data using (mine(k) ? column("step") : 1 / 0):"train" with lines linetype k dashtype (6, 3) title (k == 1 ? "training samples" : "")
unset multiplot
