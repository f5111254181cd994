data = ARG1; base = ARG2; format = ARG3; style = ARG4; note = ARG5
figure_width = 960; figure_height = 420
load style
stats data index 0 using "tables" nooutput
set multiplot layout 1, 2
set yrange [7.6:0.4]
set ytics scale 0
set xzeroaxis linetype -1
set key at screen 0.5, 0.96 center horizontal maxrows 1
set lmargin at screen 0.115
set rmargin at screen 0.56
set bmargin at screen 0.15
set tmargin at screen 0.83
set title sprintf("Average rank over %d tables", STATS_max) offset 0, -0.4
set xlabel "average rank minus mean rank (left is better)"
set xrange [-2.6:3.6]
set arrow 1 from 0, graph 0 to 0, graph 1 nohead linestyle 102
plot data index 0 using "rank":"place":"lo":"hi":ytic(2) with xerrorbars linetype 1 linewidth 1.6 pointsize 1 title "here, 95 %", \
     data index 0 using "paper":"place" with points pointtype 6 pointsize 1.3 linewidth 1.6 linecolor rgb vermillion title "paper, 121 tables", \
     data index 0 using (2.55):"place":"p" with labels left font ",11" textcolor rgb "#444444" notitle
unset label 999
unset arrow 1
unset key
set format y ""
set lmargin at screen 0.62
set rmargin at screen 0.975
set title "Depth that validation selects" offset 0, -0.4
set xlabel "hidden layers, mean over tables"
set xrange [0:13]
plot data index 0 using "depth":"place":"depth_lo":"depth_hi" with xerrorbars linetype 1 linewidth 1.6 pointsize 1, \
     data index 0 using "paper_depth":"place" with points pointtype 6 pointsize 1.3 linewidth 1.6 linecolor rgb vermillion
unset multiplot
