data = ARG1; base = ARG2; format = ARG3; style = ARG4; note = ARG5
figure_width = 900; figure_height = 560
load style
set title "Test accuracy by table and network (%)" offset 0, 0.4
unset grid
set style fill solid
unset key
set border 0
set tics scale 0
set xtics font ",11"
set xrange [-0.5:6.5]
stats data index 0 using "y" nooutput
set yrange [-0.5:STATS_max + 0.5]
set cbrange [-8:8]
set cbtics ("-8 or less" -8, "-4" -4, "0" 0, "4" 4, "8 or more" 8)
set cblabel "difference to the table's mean (points)"
set palette defined (-8 vermillion, 0 "#ffffff", 8 blue)
set lmargin at screen 0.25
set rmargin at screen 0.8
plot data index 0 using "x":"y":(100 * column("gain")):xtic(2):ytic(4) with image, \
     data index 0 using "x":"y":"percent" with labels font ",11"
