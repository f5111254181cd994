/* Claims: experiments/PAPER/claims.yaml, each an SQL query over measured values and a criterion.

   claims:
     - id: N1
       where: section 2
       says: alpha01 and lambda01 solve the fixed-point equations
       paper: 1.67326, 1.05070            # as printed there
       needs: [selu/moment-map]
       presets: [demo, paper]             # default: both
       sql: SELECT ... AS value, ... AS lo, ... AS hi, ... AS n
       criterion: {equal: 0, within: 1e-13} | {between: [a, b]} | {above: x} | {below: x}
                  | {ordered: true} | absent
       note: shown with the claim

   The query returns one row: value, lo, hi, n; lo and hi NULL: exact. `ordered`: the value is the
   smallest gap between neighbours in the claimed order, and must be above 0. The interval inside
   the criterion: reproduced; outside: not reproduced; straddling, or no data: undecided. Without a
   criterion: reported. */
#ifndef TD_CLI_CLAIMS_H
#define TD_CLI_CLAIMS_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>

#include "numeric/memory.h"
#include "numeric/status.h"
#include "sweep/yaml.h"

enum td_verdict { TD_REPRODUCED, TD_NOT_REPRODUCED, TD_UNDECIDED, TD_REPORTED };
extern const char *const td_verdict_names[];

struct td_claim {
    const char *id, *paper_name; /* "N1", "selu" */
    const char *where, *says, *paper, *note;
    const char *sql;
    const char *criterion; /* as text: "equal 0 within 1e-13" */
    bool has_range;
    double lo, hi; /* the criterion as an interval */
    bool open;     /* its ends do not count (above, below, ordered) */
    size_t n_needs, n_presets;
    const char **needs, **presets;
    /* After evaluation: */
    enum td_verdict verdict;
    bool has_value, has_interval;
    double value, value_lo, value_hi;
    long n;
    const char *reason; /* why undecided, or "" */
};
struct td_claims {
    size_t n;
    struct td_claim *v;
};

/* Reads PAPER's claims; a paper without a file has none. Mistakes: file:line:column. */
td_status td_claims_read(const char *data_dir, const char *paper, struct td_arena *arena,
                         struct td_claims *out, struct td_error *err);
/* Evaluates one claim; a missing experiment or a preset that it does not hold for is "undecided".
   A query that fails is TD_FAILED. */
td_status td_claim_evaluate(struct td_claim *claim, sqlite3 *db, const char *preset,
                            struct td_arena *arena, struct td_error *err);
/* All claims of all papers in DIR, evaluated. */
td_status td_claims_of_dir(const char *dir, const char *data_dir, struct td_arena *arena,
                           struct td_claims *out, struct td_error *err);
/* "12 claims: 9 reproduced, 1 not reproduced, 1 undecided, 1 reported" */
void td_claims_summary(const struct td_claims *claims, char *buffer, size_t size);
/* "0.9987 [0.9951, 1.002] n=20" */
void td_claim_value_text(const struct td_claim *claim, char *buffer, size_t size);
/* One line a claim and the summary, as `tdyn check` prints them. */
void td_claims_print(const struct td_claims *claims, FILE *out);
/* JSON to a stream, and to DIR/claims.json. */
td_status td_claims_print_json(const struct td_claims *claims, FILE *out, struct td_error *err);
td_status td_claims_write_json(const struct td_claims *claims, const char *path,
                               struct td_error *err);
/* The preset in DIR/config.yaml, "" if none. */
td_status td_dir_preset(const char *dir, struct td_arena *arena, const char **out,
                        struct td_error *err);

#endif
