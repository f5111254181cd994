/* What `tdyn run` was asked, shared with `tdyn reproduce`. */
#ifndef TD_CLI_RUN_OPTIONS_H
#define TD_CLI_RUN_OPTIONS_H

#include <argp.h>

#include "sweep/plan.h"
#include "sweep/run.h"

enum { TD_RUN_ITEMS = 256 };
enum td_run_key {
    TD_KEY_FRESH = 1000,
    TD_KEY_RETRY,
    TD_KEY_FAIL_FAST,
    TD_KEY_PART,
    TD_KEY_INTERVAL,
    TD_KEY_ENDS,
    TD_KEY_LOGS,
    TD_KEY_PORTABLE
};

struct td_run_request {
    const char *names[TD_RUN_ITEMS];
    size_t n_names;
    struct td_set_option sets[TD_RUN_ITEMS];
    size_t n_sets;
    const char *preset;
    struct td_run_options options;
};

extern const struct argp_option td_run_argp_options[];
/* argp parser over a struct td_run_request. */
error_t td_run_parse(int key, char *arg, struct argp_state *state);

/* Catalog, plan, run; td_mpi_start must have been called. */
td_status td_run_request(struct td_run_request *request, struct td_error *err);

#endif
