/* Figures: plots/PAPER/FIGURE.sql + FIGURE.gp, run over one directory's results.

   The .sql opens with comment lines
       -- title: Map of mean and variance
       -- caption: one paragraph
       -- needs: selu/moment-map, selu/propagation
       -- animation: yes                      (optional: a GIF besides, format gif)
   followed by SELECTs separated by `;`, each of which becomes one block of DIR/data/FIGURE.tsv
   (header line; blocks apart by two blank lines). The script is run as gnuplot -c FIGURE.gp
   DATA.tsv OUTBASE FORMAT STYLE NOTE TITLE once a format; NOTE says what is missing (diverged or
   failed tasks) and style.gp prints it. */
#ifndef TD_CLI_FIGURES_H
#define TD_CLI_FIGURES_H

#include <sqlite3.h>
#include <stdbool.h>

#include "numeric/memory.h"
#include "numeric/status.h"

struct td_figure {
    const char *name;  /* "map" */
    const char *paper; /* "selu" */
    const char *title, *caption;
    const char *sql; /* all statements */
    const char *sql_path, *gp_path;
    size_t n_needs;
    const char **needs; /* experiments */
    bool animated;      /* has a GIF besides */
};
struct td_figures {
    size_t n;
    struct td_figure *v;
};

/* Papers of the experiments stored in `db`, sorted: *n names in `arena`. */
td_status td_papers_in(sqlite3 *db, struct td_arena *arena, const char *const **out, size_t *n,
                       struct td_error *err);
/* Whether tasks of `experiment` are stored. */
bool td_experiment_in(sqlite3 *db, const char *experiment);

/* The figures of a paper whose experiments are all in `db`; sorted by name. A paper without a
   folder has none. */
td_status td_figures_find(const char *data_dir, const char *paper, sqlite3 *db,
                          struct td_arena *arena, struct td_figures *out, struct td_error *err);

/* Writes DIR/data/FIGURE.tsv and DIR/figures/FIGURE.{svg,png,pdf} (and .gif). Without gnuplot or a
   terminal of it: TD_FAILED naming the Debian package; what could be written stays. */
td_status td_figure_draw(const char *dir, const char *data_dir, const struct td_figure *figure,
                         sqlite3 *db, struct td_error *err);

/* All figures of everything in DIR, each named on stdout; `only` (may be NULL) picks one. */
td_status td_plot_dir(const char *dir, const char *data_dir, const char *only,
                      struct td_error *err);

#endif
