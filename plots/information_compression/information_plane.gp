data = ARG1; base = ARG2; format = ARG3; style = ARG4; note = ARG5
figure_width = 1120; figure_height = 470
load style
set style fill solid 1
array functions[2] = ["tanh", "relu"]
array shown[2] = ["tanh", "ReLU"]
array estimators[6] = ["width", "clipped", "ebab", "kde", "akde", "released"]
array titles[6] = ["width 0.07", "30 bins, clipped", "EBAB", "KDE", "aKDE", "released KDE"]
set multiplot layout 2, 6 margins 0.055, 0.905, 0.12, 0.93 spacing 0.012, 0.05
set palette defined (0 '#440154', 0.25 '#3b528b', 0.5 '#21918c', 0.75 '#5ec962', 1 '#fde725')
set logscale cb
set cbrange [1:*]
unset key
set xrange [0:12.5]; set yrange [0:1.05]
set xtics 0, 4
do for [a = 1:2] {
    do for [e = 1:6] {
        if (a == 1) { set title titles[e]; set format x "" } else { unset title; set format x "%g" }
        if (a == 2 && e == 3) { set xlabel "I(X;T) (bits)" offset 9, 0 } else { unset xlabel }
        if (e == 1) { set ylabel shown[a] . ": I(T;Y) (bits)"; set format y "%g" } else { unset ylabel; set format y "" }
        if (a == 1 && e == 6) { set colorbox user origin 0.915, 0.12 size 0.012, 0.81; set cblabel "epoch" } else { unset colorbox; unset cblabel }
        mine(l) = column("layer") == l && strcol("activation") eq functions[a] && strcol("estimator") eq estimators[e]
        plot for [l = 1:6] data index 0 using (mine(l) ? column("x") : 1/0):"y":"epoch" with lines linecolor palette linewidth 1.3, \
             for [l = 1:6] data index 0 using (mine(l) ? column("x") : 1/0):"y":"epoch" with points pointtype 7 pointsize 0.35 linecolor palette
        unset label 999
    }
}
unset multiplot
