data = ARG1; base = ARG2; format = ARG3; style = ARG4; note = ARG5
figure_width = 960; figure_height = 380
load style
set datafile columnheaders
stats data index 1 using 1 name "panels" nooutput
array switch[panels_records]
stats data index 1 using (switch[int($0) + 1] = $2) nooutput
set multiplot
do for [p = 1:panels_records] {
    set origin (p - 1.0) / panels_records, 0; set size 1.0 / panels_records, 1
    set title sprintf("%d steps on the first matrix", switch[p])
    set xlabel "step (k: 1000)"
    if (p == 1) { set ylabel "singular values" } else { unset ylabel }
    set yrange [0:*]
    set format x "%.0s%c"
    set arrow 1 from switch[p], graph 0 to switch[p], graph 1 nohead linestyle 102
    unset key
    plot for [r = 1:10] data index 0 using (column("panel") == p && column("rank") == r ? column("step") : 1/0):"value" with lines linetype 1 linecolor rgb (r <= 2 ? blue : r <= 4 ? orange : grey)
    unset label 999
}
unset multiplot
