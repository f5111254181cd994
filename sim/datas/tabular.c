#include "sim/datas/tabular.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "numeric/array_format.h"
#include "numeric/memory.h"
#include "numeric/table_file.h"

/* What scripts/install-data.sh installs: in one package as CSV files, and from R's mlbench. */
static const char *const light[] = {"iris", "wine", "breast-cancer-wisc-diag", "digits"};
static const char *const from_r[] = {"breast-cancer-wisc",
                                     "molec-biol-splice",
                                     "glass",
                                     "congressional-voting",
                                     "ionosphere",
                                     "letter",
                                     "pima",
                                     "statlog-landsat",
                                     "statlog-shuttle",
                                     "conn-bench-sonar",
                                     "soybean",
                                     "statlog-vehicle",
                                     "conn-bench-vowel",
                                     "zoo"};
enum { LIGHT = sizeof light / sizeof *light, FROM_R = sizeof from_r / sizeof *from_r };

/* ---- the file ---- */

static bool among(const char *name, const char *const *names, size_t n) {
    for (size_t i = 0; i < n; ++i)
        if (strcmp(name, names[i]) == 0)
            return true;
    return false;
}

static td_status not_found(const char *name, struct td_error *err) {
    const char *all[LIGHT + FROM_R];
    memcpy(all, light, sizeof light);
    memcpy(all + LIGHT, from_r, sizeof from_r);
    bool is_light = among(name, light, LIGHT);
    if (is_light || among(name, from_r, FROM_R))
        return td_fail(err, TD_BAD_INPUT,
                       "the data set %s is not installed: scripts/install-data.sh%s fetches it "
                       "(data/tabular/%s.csv is looked for below the current folder and below that "
                       "of TDYN_DATA)",
                       name, is_light ? " --light" : "", name);
    const char *near = td_nearest(name, all, LIGHT + FROM_R);
    char text[41];
    return td_fail(err, TD_BAD_INPUT,
                   "there is no data set '%s'%s%s; scripts/install-data.sh fetches none of that "
                   "name, nor is there a file data/tabular/%s.csv below the current folder or that "
                   "of TDYN_DATA; a file elsewhere is given as 'path'",
                   td_printable(name, text, sizeof text), near ? ", did you mean " : "",
                   near ? near : "", text);
}

static td_status find_file(const struct td_tabular *p, char out[PATH_MAX], struct td_error *err) {
    if (p->set[0] && p->path[0])
        return td_fail(err, TD_BAD_INPUT,
                       "data kind tabular takes the 'set' of a name or the 'path' of a file, not "
                       "both (%s, %s)",
                       p->set, p->path);
    if (!p->set[0] && !p->path[0])
        return td_fail(err, TD_BAD_INPUT,
                       "data kind tabular needs a 'set', such as iris or wine, or the 'path' of a "
                       "file");
    if (p->set[0])
        return td_table_find(p->set, out, PATH_MAX) ? TD_OK : not_found(p->set, err);
    if (snprintf(out, PATH_MAX, "%s", p->path) >= PATH_MAX)
        return td_fail(err, TD_BAD_INPUT, "the path %.40s... is too long", p->path);
    return TD_OK;
}

/* ---- the data set ---- */

static td_status build(const struct td_tabular *p, const struct td_table *t, struct td_dataset *out,
                       struct td_error *err) {
    struct td_rows rows = {0};
    int32_t *label = td_calloc(t->n, sizeof *label);
    td_status status = label ? TD_OK : td_fail_memory(err, t->n * sizeof *label);
    if (!status)
        status =
            td_csv_classes(t->csv.name, t->target, t->lines, t->n, "", label, &out->n_classes, err);
    if (!status)
        status = td_tabular_rows(p, t->csv.name, label, t->n, out->n_classes, &rows, err);
    if (!status)
        status = td_tabular_encode(p, t, &rows, label, out, err);
    if (!status)
        status = td_dataset_finish(out, p->standardize, err);
    td_rows_free(&rows);
    td_free(label);
    return status;
}

static void summarise(const struct td_tabular *p, const char *path, struct td_dataset *out) {
    const char *name = p->set[0] ? p->set : strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
    char parts[TD_PARTS_TEXT];
    snprintf(out->summary, sizeof out->summary, "%.60s, %s rows, %zu features, %zu classes", name,
             td_parts_text(out, parts), out->d, out->n_classes);
}

static td_status load(const void *params, uint64_t seed, struct td_dataset *out,
                      struct td_error *err) {
    const struct td_tabular *p = params;
    struct td_table t = {0};
    char path[PATH_MAX];
    (void)seed;
    memset(out, 0, sizeof *out);
    td_status status = find_file(p, path, err);
    if (!status)
        status = td_table_read(p, path, &t, err);
    if (!status)
        status = build(p, &t, out, err);
    if (status)
        td_dataset_free(out);
    else
        summarise(p, path, out);
    td_table_free(&t);
    return status;
}

static bool uses_seed(const void *params) {
    (void)params;
    return false;
}

static const struct td_param table[] = {
    {.name = "set",
     .type = TD_STRING,
     .offset = offsetof(struct td_tabular, set),
     .initial = "",
     .flags = TD_TABLE,
     .help = "A table by name: data/tabular/NAME.csv below the current folder, else below the "
             "folder of TDYN_DATA (an installed tdyn's share/tdyn)"},
    {.name = "path",
     .type = TD_STRING,
     .offset = offsetof(struct td_tabular, path),
     .initial = "",
     .flags = TD_PATH,
     .help = "Instead: any text table, one sample a line; separated by tabs, semicolons, commas or "
             "spaces"},
    {.name = "target",
     .type = TD_STRING,
     .offset = offsetof(struct td_tabular, target),
     .initial = "-1",
     .help = "Column of the class by name or number (0 the first, -1 the last); classes are whole "
             "numbers or texts, numbered in sorted order"},
    {.name = "ignore",
     .type = TD_STRINGS,
     .offset = offsetof(struct td_tabular, ignore),
     .initial = "[]",
     .help = "Columns to leave out, by name or number: identifiers, dates"},
    {.name = "categorical",
     .type = TD_STRINGS,
     .offset = offsetof(struct td_tabular, categorical),
     .initial = "[]",
     .help = "Columns whose numbers are codes of categories, by name or number; columns of texts "
             "are categories anyway"},
    {.name = "missing",
     .type = TD_STRINGS,
     .offset = offsetof(struct td_tabular, missing),
     .initial = "[]",
     .help = "Cells that mean no value, besides empty ones, NA, N/A, NaN, null, none, ? and -"},
    {.name = "header",
     .type = TD_CHOICE,
     .offset = offsetof(struct td_tabular, header),
     .initial = "auto",
     .choices = td_csv_header_names,
     .help = "Whether the first line names the columns; auto: if it holds text. With texts in the "
             "table and no header, say no"},
    {.name = "rows",
     .type = TD_INT,
     .offset = offsetof(struct td_tabular, rows),
     .initial = "0",
     .max = TD_SAMPLES_MAX,
     .unit = "samples",
     .help = "Use at most so many rows, of each class its share, drawn by fold_seed; 0: all"},
    {.name = "folds",
     .type = TD_INT,
     .offset = offsetof(struct td_tabular, folds),
     .initial = "4",
     .min = 1,
     .max = 1000,
     .help = "Parts of equal size, each with every class in its share, one of which tests; a class "
             "with fewer samples than folds is in some of them only. 1: nothing tests"},
    {.name = "fold",
     .type = TD_INT,
     .offset = offsetof(struct td_tabular, fold),
     .initial = "1",
     .min = 1,
     .max = 1000,
     .help = "Which part tests, from 1 to folds"},
    {.name = "fold_seed",
     .type = TD_INT,
     .offset = offsetof(struct td_tabular, fold_seed),
     .initial = "1",
     .max = 1e9,
     .help = "What draws the folds and the validation part; the task's seed does not, so that all "
             "seeds and networks see the same parts"},
    {.name = "validation_share",
     .type = TD_REAL,
     .offset = offsetof(struct td_tabular, validation_share),
     .initial = "0.15",
     .max = 1,
     .flags = TD_OPEN_MAX,
     .help = "Share of the samples that do not test, of each class alike, that validates instead "
             "of training; every class keeps one for training"},
    {.name = "standardize",
     .type = TD_CHOICE,
     .offset = offsetof(struct td_tabular, standardize),
     .initial = "feature",
     .choices = td_standardize_names,
     .help = "Mean 0 and variance 1 by feature, those of categories included, or over all "
             "(global); moments of the training part only"},
    {0}};

extern const struct td_data td_data_tabular;
const struct td_data td_data_tabular = {
    .kind = TD_KIND(
        "tabular",
        "A text table with a class column, as tables are in practice: texts become categories (one "
        "feature of 0 and 1 for each that the training part has; others are all 0), missing values "
        "the median of the training part or a category of their own, columns that are constant in "
        "the training part are left out. Fixed folds, stratified by class, tell what tests; part "
        "of the rest validates. scripts/install-data.sh fetches 18 sets of this kind.",
        "After the protocol of Fernandez-Delgado et al. 2014 that Klambauer et al. 2017, section "
        "4, use",
        table, struct td_tabular),
    .load = load,
    .uses_seed = uses_seed,
};
