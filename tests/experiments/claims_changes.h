/* For tests of claims over made-up results: a database in which every claim holds, and changes of
   stored values after which one of them no longer does. */
#ifndef TD_TESTS_CLAIMS_CHANGES_H
#define TD_TESTS_CLAIMS_CHANGES_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include <sqlite3.h>

#include "cli/claims.h"
#include "cli/views.h"
#include "numeric/memory.h"
#include "sweep/index.h"

struct change {
    const char *id;  /* the claim */
    const char *sql; /* what is altered */
};

struct fixture {
    sqlite3 *db;
    struct td_arena *arena;
    struct td_claims claims;
};

static inline void execute(sqlite3 *db, const char *sql) {
    char *message = NULL;
    if (sqlite3_exec(db, sql, NULL, NULL, &message) != SQLITE_OK)
        fail_msg("%s", message);
}

/* The claims of `paper` over the tables that the statements `good` make. */
static inline int claims_set_up(void **state, const char *paper, const char *good) {
    static struct fixture f;
    struct td_error err = {0};
    f.arena = td_arena_create();
    if (sqlite3_open(":memory:", &f.db) != SQLITE_OK || td_sql_register(f.db, &err))
        return -1;
    *state = &f;
    if (td_claims_read(TDYN_SOURCE_DIR, paper, f.arena, &f.claims, &err)) {
        print_error("%s\n", err.message);
        return -1;
    }
    if (td_views_create(f.db, TDYN_SOURCE_DIR, paper, f.arena, &err)) {
        print_error("%s\n", err.message);
        return -1;
    }
    execute(f.db, "PRAGMA query_only=OFF");
    execute(f.db, good);
    return 0;
}

static inline int claims_tear_down(void **state) {
    struct fixture *f = *state;
    if (!f)
        return 0;
    sqlite3_close(f->db);
    td_arena_free(f->arena);
    return 0;
}

static inline enum td_verdict judge(struct fixture *f, const char *id) {
    for (size_t i = 0; i < f->claims.n; i++) {
        if (strcmp(f->claims.v[i].id, id) != 0)
            continue;
        struct td_claim claim = f->claims.v[i];
        struct td_error err = {0};
        if (td_claim_evaluate(&claim, f->db, "demo", f->arena, &err))
            fail_msg("%s: %s", id, err.message);
        return claim.verdict;
    }
    fail_msg("no claim %s", id);
    return TD_UNDECIDED;
}

static inline enum td_verdict judge_after(struct fixture *f, const struct change *change) {
    execute(f->db, "SAVEPOINT altered");
    execute(f->db, change->sql);
    enum td_verdict verdict = judge(f, change->id);
    execute(f->db, "ROLLBACK TO altered; RELEASE altered");
    return verdict;
}

/* Each claim is reproduced as things stand, and not after its change. */
static inline void check_flips(struct fixture *f, const struct change *flips, size_t n) {
    for (size_t i = 0; i < n; i++) {
        enum td_verdict before = judge(f, flips[i].id), after = judge_after(f, &flips[i]);
        if (before != TD_REPRODUCED || after == TD_REPRODUCED)
            fail_msg("%s: %s, then %s", flips[i].id, td_verdict_names[before],
                     td_verdict_names[after]);
    }
}

/* A depth, rank or length of which nothing is left (all diverged, say) does not drop out of a
   comparison: without it the claim is undecided. */
static inline void check_parts(struct fixture *f, const struct change *parts, size_t n) {
    for (size_t i = 0; i < n; i++) {
        enum td_verdict verdict = judge_after(f, &parts[i]);
        if (verdict != TD_UNDECIDED)
            fail_msg("%s: %s though a part is missing", parts[i].id, td_verdict_names[verdict]);
    }
}

/* With nothing stored in the tables that the statements `empty` clear, nothing is decided. */
static inline void check_emptied(struct fixture *f, const char *empty, const struct change *flips,
                                 size_t n) {
    execute(f->db, "SAVEPOINT emptied");
    execute(f->db, empty);
    for (size_t i = 0; i < n; i++)
        if (judge(f, flips[i].id) != TD_UNDECIDED)
            fail_msg("%s is decided without values", flips[i].id);
    execute(f->db, "ROLLBACK TO emptied; RELEASE emptied");
}

/* Whether a change of the claim `id` is among them. */
static inline bool is_among(const char *id, const struct change *flips, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (strcmp(flips[i].id, id) == 0)
            return true;
    return false;
}

#define COUNT(array) (sizeof(array) / sizeof *(array))

#endif
