data = ARG1; base = ARG2; format = ARG3; style = ARG4; note = ARG5
figure_width = 1080; figure_height = 380
load style
set style fill solid 1 noborder
array depths[4] = [2, 3, 5, 8]
set palette defined (0 "#ffffff", 0.15 "#cfe3f2", 0.5 "#56B4E9", 0.8 "#0072B2", 1 "#08306b")
set cbrange [0:0.5]
set logscale y
set xrange [0:1.6]; set yrange [0.018:1.05]
set xtics 0, 0.5; set ytics (0.02, 0.05, 0.1, 0.2, 0.5, 1)
set xlabel "onset / learning time"
unset key; unset grid
mine(d) = column("depth") == d
set multiplot layout 1, 4 margins 0.065, 0.91, 0.17, 0.88 spacing 0.02, 0
do for [k = 1:4] {
    set title sprintf("depth %d", depths[k])
    if (k == 1) { set ylabel "length / learning time" } else { unset ylabel; set format y "" }
    if (k == 4) { set colorbox; set cblabel "effect on the share" } else { unset colorbox }
    plot data index 0 using (mine(depths[k]) ? column("onset") : 1/0):"length":"x0":"x1":"y0":"y1":"effect" with boxxyerror fillstyle solid 1 noborder linecolor palette, \
         data index 1 using (mine(depths[k]) ? column("theory") : 1/0):"length" with lines linecolor rgb black linewidth 1.5, \
         data index 1 using (mine(depths[k]) ? column("integrated") : 1/0):"length" with points pointtype 6 pointsize 0.8 linecolor rgb vermillion
    unset label 999
}
unset multiplot
