data = ARG1; base = ARG2; format = ARG3; style = ARG4; note = ARG5
figure_width = 1080; figure_height = 600
load style
array depths[4] = [2, 5, 8, 13]
array onsets[2] = [0, 0.1]
array when[2] = ["early", "late"]
unset key
set xrange [-0.3:10.3]; set yrange [-0.3:10.3]
set xtics 0, 5; set ytics 0, 5
set size square
arrow(v, da, db) = da**2 + db**2 > 0 ? 0.33 * v / sqrt(da**2 + db**2) : NaN
mine(d) = column("depth") == d
set multiplot layout 2, 4 margins 0.06, 0.985, 0.1, 0.93 spacing 0.035, 0.1
do for [o = 1:2] {
    do for [k = 1:4] {
        d = depths[k]
        if (o == 1) { set title sprintf("depth %d", d) } else { unset title }
        if (k == 1) { set ylabel sprintf("%s deficit of B\nK_B", when[o]) } else { set ylabel " " }
        if (o == 2) { set xlabel "K_A" } else { set xlabel " " }
        plot data index 1 using (mine(d) ? column("a") : NaN):"b":"da":"db" with vectors nohead linecolor rgb "#bbbbbb" linewidth 0.7, \
             data index 2 every 2 using (mine(d) ? column("a") : NaN):"b":(arrow(column("da"), column("da"), column("db"))):(arrow(column("db"), column("da"), column("db"))) \
                 with vectors head size 0.18, 25 filled linecolor rgb sky linewidth 0.6, \
             [0:10] 10 - x with lines linecolor rgb black linewidth 1.2, \
             data index 0 using (mine(d) && column("onset") == onsets[o] ? column("a") : NaN):"b":"da":"db" with vectors nohead linecolor rgb blue linewidth 0.8, \
             data index 3 using (mine(d) && column("onset") == onsets[o] ? column("a") : NaN):"b" with points pointtype 7 pointsize 0.35 linecolor rgb vermillion
        unset label 999
    }
}
unset multiplot
