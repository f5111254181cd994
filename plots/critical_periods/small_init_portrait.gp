data = ARG1; base = ARG2; format = ARG3; style = ARG4; note = ARG5
figure_width = 960; figure_height = 400
load style
array onsets[2] = [0, 5000]
array names[2] = ["early deficit", "late deficit"]
array colours[2] = [blue, vermillion]
set xrange [-0.3:10.3]; set yrange [-0.3:10.3]
set xtics 0, 5; set ytics 0, 5
set size square
set xlabel "K_A"
set key at screen 0.5, screen 0.985 center top horizontal maxrows 1 samplen 1.5
mine(d) = column("depth") == d
set multiplot layout 1, 3 margins 0.06, 0.98, 0.13, 0.86 spacing 0.05, 0
do for [d = 2:4] {
    set title sprintf("depth %d", d)
    if (d == 2) { set ylabel "K_B" } else { unset ylabel }
    plot data index 1 using (mine(d) ? column("a") : NaN):"b":"da":"db" with vectors nohead linecolor rgb "#bbbbbb" linewidth 0.8 title "streamlines", \
         [0:10] 10 - x with lines linecolor rgb black linewidth 1.2 title "solutions", \
         for [o = 1:2] data index 0 using (mine(d) && column("onset") == onsets[o] ? column("a") : NaN):"b":"da":"db" with vectors nohead linecolor rgb colours[o] linewidth 2 title names[o], \
         data index 2 using (mine(d) ? column("a") : NaN):"b" with points pointtype 6 pointsize 1.2 linecolor rgb black title "invariant"
    unset label 999
    unset key
}
unset multiplot
