data = ARG1; base = ARG2; format = ARG3; style = ARG4; note = ARG5
figure_width = 960; figure_height = 440
load style
# Edges at omega = 0 and at tau = 1, as derived in docs/papers/selu.md.
$edges << EOD
0	0.4958
0	2.6576
-1.0308	1
0.9017	1
EOD
set multiplot layout 1, 2 margins 0.07, 0.985, 0.135, 0.92 spacing 0.09, 0
set palette maxcolors 4 defined (0 "#bbbbbb", 1 "#cfe3f2", 2 "#3f8fc4", 3 "#f0c29b")
set cbrange [-0.5:3.5]
unset colorbox; unset grid; unset key
set title "Where the moment map ends"
set xlabel "sum of a unit's weights ω"
set ylabel "sum of their squares τ"
set xrange [-1.55:1.55]; set yrange [0.35:2.85]
set label 1 "inside theorem 1's domain" at -0.95, 1.25 front
set label 2 "another fixed point" at -1.3, 2.1 front
set label 3 "grows without end" at 1.5, 2.1 right front
set label 4 "vanishes" at -1.45, 0.6 front
set object 1 rectangle from -0.1, 0.95 to 0.1, 1.1 fillstyle empty border linecolor rgb "black" linewidth 1.5 front
plot data index 0 using "omega":"tau":"x0":"x1":"y0":"y1":"region" with boxxyerror fillstyle solid 1 noborder linecolor palette, \
     $edges using 1:2 with points pointtype 6 pointsize 1.4 linewidth 2 linecolor rgb "black"
unset label; unset object 1
set grid
set title "Networks whose weights sum to ω on average"
set xlabel "layer"
set ylabel "variance of the activations"
set xrange [0:*]; set xtics 0, 16
set logscale y
set yrange [0.3:1e10]; set format y "10^{%L}"
set key inside top left vertical
array sums[5] = [1.2, 0.9, 0.5, 0, -0.9]
array colours[5] = [vermillion, orange, green, black, blue]
of(w, y) = column("omega") == w ? column(y) : NaN
plot for [k = 1:5] data index 1 using "layer":(of(sums[k], "lo")):(of(sums[k], "hi")) with filledcurves linecolor rgb colours[k] notitle, \
     for [k = 1:5] data index 1 using "layer":(of(sums[k], "variance")) with linespoints linecolor rgb colours[k] title sprintf("ω = %g", sums[k])
unset multiplot
