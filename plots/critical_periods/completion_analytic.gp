data = ARG1; base = ARG2; format = ARG3; style = ARG4; note = ARG5
figure_width = 960; figure_height = 420
load style
set datafile columnheaders
stats data index 0 using (switch = column("switch"), 1) nooutput
stats data index 2 using 1 name "rates" nooutput
array rate[rates_records]
stats data index 2 using (rate[int($0) + 1] = $1) nooutput
set multiplot
set origin 0, 0; set size 0.55, 1
set xlabel "time (steps times learning rate)"
set ylabel "singular values"
set title "Descent, and the flow (dashed)"
set arrow 1 from switch, graph 0 to switch, graph 1 nohead linestyle 102
set yrange [0:*]
unset key
plot for [r = 1:8] data index 0 using (column("descent") == 1 && column("rank") == r ? column("time") : 1/0):"value" with lines linetype (r - 1) % 8 + 1, \
     for [r = 1:8] data index 0 using (column("descent") == 0 && column("rank") == r ? column("time") : 1/0):"value" with lines linestyle 101
unset label 999
set origin 0.55, 0; set size 0.45, 1
set ylabel "largest difference (relative)"
set title "Difference from the flow, largest over seeds"
set logscale y; set format y "10^{%T}"; set yrange [*:*]
set key outside top center horizontal
plot for [i = 1:rates_records] data index 1 using (stringcolumn("site") eq "singular-flow" && column("lr") == rate[i] ? column("time") : 1/0):"most" with lines linetype i title sprintf("learning rate %g", rate[i]), \
     data index 1 using (stringcolumn("site") eq "flows" && column("lr") == rate[1] ? column("time") : 1/0):"most" with lines linetype 3 title "between the two flows"
unset multiplot
