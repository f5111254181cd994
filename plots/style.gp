# The look of every figure. A script defines data, base, format, style and note, optionally
# figure_width and figure_height (points, default 720 x 440), and loads this file first:
#     data = ARG1; base = ARG2; format = ARG3; style = ARG4; note = ARG5
#     load style
# It gives the terminal and output for `format` (svg, png, pdf; gif: an animation, one frame a plot), the palette (Okabe and Ito 2008:
# safe for colour-blind readers) as linetypes 1-8 and as colour names, line styles, and prints
# `note` (what is missing) at the foot.
set encoding utf8
if (!exists("figure_width")) { figure_width = 720 }
if (!exists("figure_height")) { figure_height = 440 }
if (!exists("note")) { note = "" }
if (format eq "svg") {
    set terminal svg size figure_width, figure_height enhanced font "DejaVu Sans,13" background rgb "white"
}
if (format eq "png") {
    set terminal pngcairo size 2 * figure_width, 2 * figure_height enhanced font "DejaVu Sans,13" fontscale 1.5 linewidth 2 pointscale 2
}
if (format eq "pdf") {
    set terminal pdfcairo size figure_width / 90.0, figure_height / 90.0 enhanced font "DejaVu Sans,12" fontscale 0.85
}
if (format eq "gif") {
    set terminal gif animate delay 8 loop 0 size figure_width, figure_height enhanced font "DejaVu Sans,10"
}
set output base . "." . format

blue = "#0072B2"; vermillion = "#D55E00"; green = "#009E73"; purple = "#CC79A7"
orange = "#E69F00"; sky = "#56B4E9"; yellow = "#F0E442"; black = "#000000"; grey = "#777777"
set linetype 1 linecolor rgb blue linewidth 2 pointtype 7 pointsize 0.7
set linetype 2 linecolor rgb vermillion linewidth 2 pointtype 5 pointsize 0.7
set linetype 3 linecolor rgb green linewidth 2 pointtype 9 pointsize 0.8
set linetype 4 linecolor rgb purple linewidth 2 pointtype 13 pointsize 0.9
set linetype 5 linecolor rgb orange linewidth 2 pointtype 11 pointsize 0.8
set linetype 6 linecolor rgb sky linewidth 2 pointtype 6 pointsize 0.7
set linetype 7 linecolor rgb yellow linewidth 2 pointtype 4 pointsize 0.7
set linetype 8 linecolor rgb black linewidth 2 pointtype 8 pointsize 0.8
set linetype cycle 8

# Line styles with meaning: what theory says, and lines that only guide the eye.
set style line 101 linecolor rgb black linewidth 1.4 dashtype (6, 4)
set style line 102 linecolor rgb grey linewidth 1 dashtype (2, 3)
set style fill transparent solid 0.22 noborder # bands

set datafile separator "\t"
set datafile missing "NaN"
set border 3 linecolor rgb "#444444" linewidth 1
set tics nomirror out scale 0.6 textcolor rgb "#222222"
set grid linecolor rgb "#dddddd" linewidth 0.6 linetype 1
set key outside top center horizontal noenhanced samplen 2.2 width 1 Left reverse
set title font ",14" noenhanced
set format y "%g"
if (strlen(note) > 0) {
    set label 999 note at screen 0.01, screen 0.018 font ",10" textcolor rgb "#aa0000" noenhanced
}
