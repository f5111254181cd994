data = ARG1; base = ARG2; format = ARG3; style = ARG4; note = ARG5
figure_width = 720; figure_height = 400
load style
set boxwidth 0.8
set style fill solid 0.9 noborder
set xlabel "ones among the 12 bits"
set ylabel "patterns"
set xrange [-0.6:12.6]
set yrange [0:1000]
set xtics 0, 1
set key top left
plot data using "w":"patterns" with boxes linetype 1 fillstyle solid 0.35 title "all", \
     data using "w":"ones" with boxes linetype 1 fillstyle solid 0.95 title "of class 1", \
     data using "w":(column("patterns") + 30):(column("ones") > 0 && column("ones") < column("patterns") ? sprintf("%d of %d", column("ones"), column("patterns")) : "") with labels font ",9" notitle
