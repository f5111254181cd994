data = ARG1; base = ARG2; format = ARG3; style = ARG4; note = ARG5
figure_width = 900; figure_height = 440
load style
set multiplot layout 1, 2
set key inside bottom center vertical Left reverse
set title "Theorem 1: the domain and its image"
set xlabel "mean μ"
set ylabel "variance ν"
set xrange [-0.125:0.125]
set yrange [0.46:1.56]
set ytics 0.6, 0.2
box(name) = strcol("box") eq name ? 1 : NaN
plot data index 0 using (0.5 * (column("x0") + column("x1")) * box("domain")):(0.5 * (column("y0") + column("y1"))):"x0":"x1":"y0":"y1" \
         with boxxyerror fillstyle empty border rgb black linewidth 1.5 linecolor rgb black title "domain", \
     "" index 0 using (0.5 * (column("x0") + column("x1")) * box("paper")):(0.5 * (column("y0") + column("y1"))):"x0":"x1":"y0":"y1" \
         with boxxyerror fillstyle empty border rgb vermillion linewidth 2 linecolor rgb vermillion dashtype (5, 3) title "image, the paper's bounds", \
     "" index 0 using (0.5 * (column("x0") + column("x1")) * box("here")):(0.5 * (column("y0") + column("y1"))):"x0":"x1":"y0":"y1" \
         with boxxyerror fillstyle transparent solid 0.2 border rgb blue linewidth 1.5 linecolor rgb blue title "image, extremes found here", \
     "" index 0 using (0.5 * (column("x0") + column("x1")) * box("fixed")):(0.5 * (column("y0") + column("y1"))):"x0":"x1":"y0":"y1" \
         with boxxyerror fillstyle transparent solid 0.3 border rgb green linewidth 1.2 linecolor rgb green title "fixed points over (ω, τ)"
unset label 999
set style fill transparent solid 0.45 noborder
set title "Theorems 2 and 3: change of the variance in one layer"
set xlabel "variance before ν"
set ylabel "variance after / variance before"
set key inside bottom left vertical Left reverse
set logscale xy
set xrange [0.015:24]
set yrange [0.22:2.2]
set xtics (0.02, 0.1, 0.5, 1, 3, 10)
set ytics (0.25, 0.5, 0.7, 1, 1.4, 2)
plot 1 linestyle 102 notitle, \
     data index 3 using "variance":"lo":"hi" with filledcurves linecolor rgb orange title "theorem 3, τ ≥ 0.9: grows", \
     data index 2 using "variance":"lo":"hi" with filledcurves linecolor rgb vermillion title "theorem 3: grows", \
     data index 4 using "variance":"lo":"hi" with filledcurves linecolor rgb grey title "theorem 1", \
     data index 1 using "variance":"lo":"hi" with filledcurves linecolor rgb blue title "theorem 2: shrinks"
unset multiplot
