data = ARG1; base = ARG2; format = ARG3; style = ARG4; note = ARG5
load style
set datafile columnheaders
set boxwidth 0.3
set style fill solid 0.6 noborder
set ylabel "test loss on the second matrix"
set xlabel "start"
set title "Loss by kind of start"
set yrange [0:*]; set offsets 0.4, 0.4, 0, 0
set xtics ()
plot data using ((column("trained") == 0) ? column("place") - 0.17 : 1/0):"loss" with boxes linecolor rgb blue title "without pre-training", \
     data using ((column("trained") == 1) ? column("place") + 0.17 : 1/0):"loss" with boxes linecolor rgb orange title "with pre-training", \
     data using (column("place") + 0.34 * column("trained") - 0.17):"loss":"half" with yerrorbars pointtype 0 pointsize 0 linecolor rgb black notitle, \
     data using "place":(0):xtic(stringcolumn("init")) with points pointtype 0 linecolor rgb black notitle
