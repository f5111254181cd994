/* Runs gnuplot on a figure's script: no shell, data as files, one process a format, all at
   once. */
#ifndef TD_CLI_GNUPLOT_H
#define TD_CLI_GNUPLOT_H

#include <stdbool.h>

#include "numeric/status.h"

struct td_gnuplot {
    const char *script;   /* FIGURE.gp */
    const char *data;     /* DATA.tsv */
    const char *base;     /* output path without extension */
    const char *note;     /* printed on the figure, "" for none */
    const char *title;    /* for the empty figure */
    const char *data_dir; /* holds plots/style.gp and plots/empty.gp */
    bool animated;        /* also base.gif, for which the script plots frame after frame */
    bool empty;           /* no rows: draw plots/empty.gp, which says so, instead */
};

/* base.svg, base.png, base.pdf (and base.gif if animated). TD_FAILED: gnuplot missing (names the
   package), without a terminal, or its own message; TD_INTERRUPTED: stopped by a signal. */
td_status td_gnuplot_run(const struct td_gnuplot *job, struct td_error *err);

#endif
