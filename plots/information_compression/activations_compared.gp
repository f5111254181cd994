data = ARG1; base = ARG2; format = ARG3; style = ARG4; note = ARG5
figure_width = 1000; figure_height = 560
load style
array estimators[6] = ["width", "kde", "clipped", "ebab", "akde", "released"]
array titles[6] = ["bins of 0.07", "KDE, variance 0.001", "30 bins, clipped", "EBAB", "aKDE", "released KDE"]
array colours[3] = [sky, blue, orange]
array names[3] = ["layer 4", "layer 5", "softmax layer"]
set multiplot layout 2, 3 margins 0.06, 0.99, 0.2, 0.93 spacing 0.02, 0.08
set xrange [0.4:10.6]; set yrange [-0.1:1]
set boxwidth 0.25
set style fill solid 0.75 noborder
set xtics 1, 1 rotate by 40 right noenhanced
set grid noxtics ytics
do for [e = 1:6] {
    set title titles[e] offset 0, -0.6
    if (e == 1 || e == 4) { set ylabel "compression C"; set format y "%g" } else { unset ylabel; set format y "" }
    if (e == 4) { set key inside top right vertical samplen 1.5 } else { unset key }
    mine(l) = column("layer") == l && strcol("estimator") eq estimators[e]
    bar(l) = mine(l) ? column("place") + 0.26 * (l - 5) : 1/0
    if (e < 4) {
        set xtics format ""
        plot for [l = 4:6] data index 0 using (bar(l)):"c":"lo":"hi":(0.25) with boxerrorbars linecolor rgb colours[l - 3] linewidth 1 title names[l - 3]
    } else {
        set xtics format "%g"
        plot data index 1 using "place":(-1):xticlabel(strcol("name")) with points pointsize 0 notitle, \
             for [l = 4:6] data index 0 using (bar(l)):"c":"lo":"hi":(0.25) with boxerrorbars linecolor rgb colours[l - 3] linewidth 1 title names[l - 3]
    }
    unset label 999
}
unset multiplot
