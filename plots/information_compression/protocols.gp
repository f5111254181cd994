data = ARG1; base = ARG2; format = ARG3; style = ARG4; note = ARG5
figure_width = 1000; figure_height = 320
load style
set style fill solid 1
array protocols[4] = ["tishby, sgd", "tishby, adam", "saxe", "chelombiev"]
array titles[4] = ["Tishby, SGD (text)", "Tishby, Adam (code)", "Saxe", "Chelombiev"]
set multiplot layout 1, 4 margins 0.065, 0.9, 0.18, 0.9 spacing 0.018, 0
set palette defined (0 '#440154', 0.25 '#3b528b', 0.5 '#21918c', 0.75 '#5ec962', 1 '#fde725')
set logscale cb
unset key
set xrange [0:12.5]; set yrange [0:1.05]
set xtics 0, 4
set xlabel "I(X;T) (bits)"
do for [p = 1:4] {
    set title titles[p]
    if (p == 1) { set ylabel "I(T;Y) (bits)"; set format y "%g" } else { unset ylabel; set format y "" }
    if (p == 4) { set colorbox user origin 0.912, 0.18 size 0.013, 0.72; set cblabel "epoch" } else { unset colorbox; unset cblabel }
    mine(l) = column("layer") == l && strcol("protocol") eq protocols[p]
    plot for [l = 1:6] data index 0 using (mine(l) ? column("x") : 1/0):"y":"epoch" with lines linecolor palette linewidth 1.3, \
         for [l = 1:6] data index 0 using (mine(l) ? column("x") : 1/0):"y":"epoch" with points pointtype 7 pointsize 0.35 linecolor palette
    unset label 999
}
unset multiplot
