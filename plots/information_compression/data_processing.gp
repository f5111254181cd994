data = ARG1; base = ARG2; format = ARG3; style = ARG4; note = ARG5
figure_width = 860; figure_height = 600
load style
array activations[2] = ["tanh", "relu"]
array titles[2] = ["tanh", "ReLU"]
array names[3] = ["exact", "bins.fine", "bins.coarse"]
array labels[3] = ["exact patterns", "bins of 0.001", "bins of 0.5"]
array values[2] = [".x", ".y"]
mine(a, q, k) = strcol("activation") eq activations[a] && strcol("estimator") eq names[k] . values[q]
set multiplot layout 2, 2 margins 0.085, 0.985, 0.1, 0.94 spacing 0.07, 0.1
set xrange [0.7:5.3]
set xtics 1, 1, 5
set key inside bottom left vertical
do for [q = 1:2] {
    do for [a = 1:2] {
        if (q == 1) { set title titles[a]; unset xlabel; set yrange [0:12.9] } else { unset title; set xlabel "hidden layer"; set yrange [0:1.08] }
        if (a == 1) { set ylabel (q == 1 ? "I(X;T) (bits)" : "I(T;Y) (bits)") } else { unset ylabel }
        plot for [k = 1:3] data using (mine(a, q, k) ? column("layer") + 0.04 * (k - 2) : 1 / 0):"bits":"half" with yerrorlines linetype k title (a == 1 && q == 1 ? labels[k] : "")
        unset label 999
    }
}
unset multiplot
