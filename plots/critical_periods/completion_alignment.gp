data = ARG1; base = ARG2; format = ARG3; style = ARG4; note = ARG5
figure_width = 960; figure_height = 640
load style
set datafile columnheaders
stats data index 1 using 1 name "panels" nooutput
array switch[panels_records]
stats data index 1 using (switch[int($0) + 1] = $2) nooutput
mine(p, what) = column("panel") == p && stringcolumn("site") eq what ? column("step") : 1/0
set multiplot
do for [p = 1:panels_records] {
    set size 1.0 / panels_records, 0.5
    set arrow 1 from switch[p], graph 0 to switch[p], graph 1 nohead linestyle 102
    set format x "%.0s%c"
    set origin (p - 1.0) / panels_records, 0.5
    set title sprintf("%d steps on the first matrix", switch[p])
    unset xlabel
    if (p == 1) { set ylabel "effective rank" } else { unset ylabel }
    set logscale y; set yrange [1:*]; set format y "%g"
    set key inside top right vertical
    plot data index 0 using (mine(p, "entropy")):"mean" with lines linetype 1 title p == 1 ? "entropy" : "", \
         data index 0 using (mine(p, "participation")):"mean" with lines linetype 2 title p == 1 ? "participation" : "", \
         data index 0 using (mine(p, "stable")):"mean" with lines linetype 3 title p == 1 ? "stable" : ""
    unset label 999
    set origin (p - 1.0) / panels_records, 0
    unset title
    set xlabel "step (k: 1000)"
    if (p == 1) { set ylabel "alignment" }
    unset logscale y; set yrange [0:1.02]
    set key inside center right vertical
    plot data index 0 using (mine(p, "task.1")):"mean" with lines linetype 5 title p == 1 ? "first matrix" : "", \
         data index 0 using (mine(p, "task.2")):"mean" with lines linetype 1 title p == 1 ? "second matrix" : ""
}
unset multiplot
