data = ARG1; base = ARG2; format = ARG3; style = ARG4; note = ARG5
figure_width = 960; figure_height = 440
load style
set multiplot layout 1, 2
set xlabel "variance before ν"
set ylabel "change of the variance in one layer"
set key inside top left vertical Left reverse
set title "Theorem 3: every box lies above 0"
set logscale x
set xrange [0.018:0.27]
set xtics (0.02, 0.04, 0.08, 0.16, 0.24)
set yrange [-0.02:0.2]
box(name) = strcol("domain") eq name ? 0.5 * (column("x0") + column("x1")) : NaN
set style fill transparent solid 0.1 border
plot 0 linestyle 102 notitle, \
     data index 0 using (box("theorem-3b")):(0.5 * (column("y0") + column("y1"))):"x0":"x1":"y0":"y1" \
         with boxxyerror linewidth 0.4 linecolor rgb orange title "τ in [0.9, 1.25]", \
     "" index 0 using (box("theorem-3a")):(0.5 * (column("y0") + column("y1"))):"x0":"x1":"y0":"y1" \
         with boxxyerror linewidth 0.4 linecolor rgb vermillion title "τ in [0.8, 1.25]"
unset label 999
set key inside bottom left vertical Left reverse
set title "Theorem 2: every box lies below 0"
set xrange [2.7:17.8]
set xtics (3, 4, 6, 8, 12, 16)
set yrange [-10:0.5]
plot 0 linestyle 102 notitle, \
     data index 1 using (box("theorem-2")):(0.5 * (column("y0") + column("y1"))):"x0":"x1":"y0":"y1" \
         with boxxyerror linewidth 0.4 linecolor rgb blue title "τ in [0.8, 1.25]"
unset multiplot
