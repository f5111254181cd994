data = ARG1; base = ARG2; format = ARG3; style = ARG4; note = ARG5
figure_width = 860; figure_height = 400
load style
stats data using "n" nooutput
n = STATS_max
set multiplot layout 1, 2 margins 0.085, 0.985, 0.16, 0.88 spacing 0.05, 0
array forms[2] = ["ksg-1", "ksg-2"]
array ks[4] = [1, 3, 10, 30]
mine(f, k) = strcol("form") eq forms[f] && column("k") == ks[k]
set xlabel "dimensions of each variable"
set xrange [0.5:10.5]
set xtics 1, 1, 10
set yrange [0:1.3]
set key inside bottom left vertical
do for [f = 1:2] {
    set title sprintf("KSG form %d, %d samples", f, n)
    if (f == 1) { set ylabel "estimate / truth" } else { unset ylabel }
    plot 1 linestyle 102 notitle, \
         for [k = 1:4] data using (mine(f, k) ? column("d") + 0.06 * (k - 2.5) : 1 / 0):"share":"half" with yerrorlines linetype k title sprintf("k = %d", ks[k])
    unset label 999
}
unset multiplot
