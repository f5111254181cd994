data = ARG1; base = ARG2; format = ARG3; style = ARG4; note = ARG5
load style
array onsets[3] = [0, 0.1, 0.3]
array names[3] = ["deficit at step 0", "step 100 (the paper's late)", "step 300"]
array colours[3] = [blue, orange, green]
set xlabel "depth (weight matrices in each pathway)"
set ylabel "share of the undisturbed pathway"
set title "Which pathway carries the feature in the end"
set xrange [1.5:13.5]; set yrange [0.45:1]
set xtics (2, 3, 4, 5, 8, 13)
mine(o) = abs(column("onset") - onsets[o]) < 1e-9
plot for [o = 1:3] data using (mine(o) ? column("depth") : 1/0):(mine(o) ? column("theory") : 1/0) with lines linecolor rgb colours[o] linewidth 1.2 notitle, \
     for [o = 1:3] data using (mine(o) ? column("depth") : 1/0):"share":"half" with yerrorbars pointtype 7 linecolor rgb colours[o] title names[o], \
     NaN with lines linecolor rgb grey title "closed form"
