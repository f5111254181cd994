data = ARG1; base = ARG2; format = ARG3; style = ARG4; note = ARG5
figure_width = 640; figure_height = 420
load style
array modes[4] = [1, 2, 3, 5]
array names[4] = ["S = 3.87", "S = 2.65", "S = 1.73", "S = 1"]
mine(m) = column("mode") == m
set xlabel "probability that B's gate is closed"
set ylabel "A's share at the end"
set xrange [-0.03:1.03]; set yrange [0.4:1.03]
set key inside bottom right vertical
plot for [i = 1:4] data index 0 using (mine(modes[i]) ? column("probability") : 1/0):(mine(modes[i]) ? column("equation") : 1/0) with lines linecolor i linewidth 1.2 dashtype (6, 4) notitle, \
     for [i = 1:4] data index 0 using (mine(modes[i]) ? column("probability") : 1/0):(mine(modes[i]) ? column("share") : 1/0):"half" with yerrorbars linetype i title names[i], \
     NaN with lines linecolor rgb grey dashtype (6, 4) title "equation, mean gate"
