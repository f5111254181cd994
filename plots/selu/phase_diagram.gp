data = ARG1; base = ARG2; format = ARG3; style = ARG4; note = ARG5
figure_width = 980; figure_height = 860
load style
stats data index 0 using "width" nooutput
right = STATS_max * 1.415
set multiplot layout 2, 2 margins 0.085, 0.985, 0.075, 0.955 spacing 0.09, 0.11
set palette defined (0 "#ffffff", 0.5 "#a6cee3", 1 "#3f8fc4")
set cbrange [0:100]
unset colorbox; unset key; unset grid
set logscale xy 2
set xrange [5.6:right]; set yrange [0.7:*]
set xtics (8, 16, 32, 64, 128, 256, 512, 1024, 2048) scale 0
set ytics (1, 2, 4, 8, 16, 32, 64, 128) scale 0
set xlabel "width n"
set ylabel "depth (layers)"
array shares[2] = ["one", "batch"]
array titles[2] = ["Inputs inside the box, % (theory)", "Networks inside the box, % (theory)"]
do for [k = 1:2] {
    set title titles[k]
    plot data index 0 using "width":"depth":(column("width") / sqrt(2)):(column("width") * sqrt(2)):(column("depth") / sqrt(2)):(column("depth") * sqrt(2)):shares[k] with boxxyerror fillstyle solid 1 noborder linecolor palette, \
         "" index 0 using "width":"depth":(sprintf("%.0f\n(%.0f)", column(shares[k]), column(shares[k] . "_theory"))) with labels font ",10"
    unset label 999
}
set grid
set title "Spread of the variance over weight draws, last layer"
set ylabel "standard deviation"
set yrange [0.0075:1.3]
set ytics (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1) scale 0.6
set key inside bottom left vertical
plot data index 1 using "width":"one_theory" with lines linestyle 101 title "theory of finite width", \
     "" index 1 using "width":"batch_theory" with lines linestyle 101 notitle, \
     "" index 1 using "width":"one" with points linetype 1 pointsize 1.3 title "one input: 1.97 / √n", \
     "" index 1 using "width":"batch":"batch_lo":"batch_hi" with yerrorbars linetype 2 pointsize 1.2 title "batch of inputs: 1 / n", \
     0.1 linestyle 102 notitle
set title "Gradient norm coming back"
unset logscale x
set logscale y 10
set xrange [0:*]; set xtics 0, 16
set yrange [0.3:6000]; set ytics (1, 10, 100, 1000)
set xlabel "layers passed"
set ylabel "norm / norm at the start"
set key inside top left vertical
array widths[3]
do for [k = 1:3] {
    stats data index 2 using (column("place") == k ? column("width") : NaN) nooutput
    widths[k] = exists("STATS_max") ? STATS_max : 0
}
array colours[3] = [orange, green, blue]
of(k, y) = column("place") == k ? column(y) : NaN
plot for [k = 1:3] data index 2 using "layers":(of(k, "lo")):(of(k, "hi")) with filledcurves linecolor rgb colours[k] notitle, \
     for [k = 1:3] data index 2 using "layers":(of(k, "ratio")) with linespoints linecolor rgb colours[k] title k == 1 || widths[k] > widths[k - 1] ? sprintf("width %d", widths[k]) : "", \
     data index 2 using "layers":(of(3, "theory")) with lines linestyle 101 title "theory: χ^(L/2)", \
     1 linestyle 102 notitle
unset multiplot
