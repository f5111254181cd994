data = ARG1; base = ARG2; format = ARG3; style = ARG4; note = ARG5
figure_width = 900; figure_height = 360
load style
array depths[3] = [2, 5, 13]
frames = format eq "gif" ? 32 : 1
unset key
set xrange [-0.3:10.3]; set yrange [-0.3:10.3]
set xtics 0, 5; set ytics 0, 5
set size square
set xlabel "K_A"
mine(d) = column("depth") == d
# Time grows with the square of the frame: everything begins slowly. The last frames stand still.
do for [f = 1:frames] {
    now = frames == 1 ? 1.0 : (f > 27 ? 1.0 : 0.5 * (f / 27.0)**2)
    set label 1 sprintf("step %d%s", int(1000 * now + 0.5), now < 0.015 ? ": B gets no gradient" : "") \
        at screen 0.5, 0.97 center textcolor rgb (now < 0.015 ? vermillion : black)
    set multiplot layout 1, 3 margins 0.07, 0.98, 0.15, 0.85 spacing 0.05, 0
    do for [k = 1:3] {
        d = depths[k]
        set title sprintf("depth %d", d)
        if (k == 1) { set ylabel "K_B" } else { unset ylabel }
        plot data index 1 using (mine(d) ? column("a") : NaN):"b":"da":"db" with vectors nohead linecolor rgb "#cccccc" linewidth 0.7, \
             [0:10] 10 - x with lines linecolor rgb black linewidth 1.2, \
             data index 0 using (mine(d) && column("next") <= now ? column("a") : NaN):"b":"da":"db" with vectors nohead linecolor rgb blue linewidth 1, \
             data index 0 using (mine(d) && column("time") <= now && column("next") > now ? column("a") : NaN):"b" with points pointtype 7 pointsize 0.5 linecolor rgb vermillion
        unset label 1
    }
    unset multiplot
}
