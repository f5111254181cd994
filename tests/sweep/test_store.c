/* Output directories: what may be opened, what is kept, who is kept out. */
#include "store_samples.h"

#include "sweep/store_tasks.h"

static td_status open_store(const char *dir, const struct sample_plan *p,
                            const struct td_store_options *options, struct td_store **store,
                            struct td_error *err) {
    *err = (struct td_error){0};
    return td_store_open(dir, &p->plan, PRINT, options, store, err);
}

static struct td_store *must_open(const char *dir, const struct sample_plan *p,
                                  const struct td_store_options *options) {
    struct td_store *store = NULL;
    struct td_error err;
    assert_ok(open_store(dir, p, options, &store, &err), &err);
    return store;
}

static void must_close(struct td_store *store) {
    struct td_error err = {0};
    assert_ok(td_store_close(store, &err), &err);
}

static void store_task(struct td_store *store, const struct td_task_spec *task,
                       enum td_task_status status) {
    struct td_record_value value = {"loss", "", "", 0, (double)task->seed};
    struct td_record r = make_record(task->id, task->recipe->name, task->seed, NULL, 0, &value, 1);
    struct td_error err = {0};
    r.status = status;
    r.observed = task->observed;
    assert_ok(td_store_append(store, &r, &err), &err);
}

static void assert_counts(const struct td_store *store, const struct sample_plan *p, size_t done,
                          size_t failed, size_t diverged, size_t left, size_t stale) {
    struct td_store_counts c = td_store_count(store, &p->plan);
    assert_int_equal(c.done, done);
    assert_int_equal(c.failed, failed);
    assert_int_equal(c.diverged, diverged);
    assert_int_equal(c.left, left);
    assert_int_equal(c.stale, stale);
}

/* Opening is refused with this status and words; nothing is left open. */
static void assert_refused(const char *dir, const struct sample_plan *p, const char *print,
                           const struct td_store_options *options, const char *words) {
    struct td_store *store = NULL;
    struct td_error err = {0};
    assert_int_equal(td_store_open(dir, &p->plan, print, options, &store, &err), TD_BAD_INPUT);
    assert_null(store);
    assert_says(&err, words);
}

/* ---- what is kept ---- */

static void test_goes_on_where_it_stopped(void **state) {
    struct sample_plan *p = make_plan("demo/walk", 5, 7);
    const char *dir = in_folder(state, "a/b/c/");
    struct td_store *store = must_open(dir, p, NULL);
    assert_string_equal(td_store_dir(store), in_folder(state, "a/b/c"));
    assert_counts(store, p, 0, 0, 0, 5, 0);
    store_task(store, &p->tasks[0], TD_TASK_DONE);
    store_task(store, &p->tasks[1], TD_TASK_FAILED);
    store_task(store, &p->tasks[2], TD_TASK_DIVERGED);
    assert_counts(store, p, 1, 1, 1, 2, 0);
    assert_true(td_store_has(store, &p->tasks[0]));
    must_close(store);

    store = must_open(in_folder(state, "a/b/c"), p, NULL);
    assert_counts(store, p, 1, 1, 1, 2, 0);
    assert_true(td_store_has(store, &p->tasks[0]));
    assert_true(td_store_has(store, &p->tasks[1]));
    assert_true(td_store_has(store, &p->tasks[2]));
    assert_false(td_store_has(store, &p->tasks[3]));
    must_close(store);

    store =
        must_open(in_folder(state, "a/b/c"), p, &(struct td_store_options){.retry_failed = true});
    assert_false(td_store_has(store, &p->tasks[1]));
    assert_true(td_store_has(store, &p->tasks[2]));
    store_task(store, &p->tasks[1], TD_TASK_DONE);
    must_close(store);

    store = must_open(in_folder(state, "a/b/c"), p, NULL);
    assert_counts(store, p, 2, 0, 1, 2, 0);
    must_close(store);
    free(p);
}

static void test_done_outlasts_failed(void **state) {
    struct sample_plan *p = make_plan("demo/walk", 1, 7);
    struct td_store *store = must_open(in_folder(state, "d"), p, NULL);
    store_task(store, &p->tasks[0], TD_TASK_DONE);
    store_task(store, &p->tasks[0], TD_TASK_FAILED);
    must_close(store);
    store = must_open(in_folder(state, "d"), p, &(struct td_store_options){.retry_failed = true});
    assert_counts(store, p, 1, 0, 0, 0, 0);
    must_close(store);
    free(p);
}

static void test_extending_keeps_what_is_shared(void **state) {
    struct sample_plan *small = make_plan("demo/walk", 3, 7), *large = make_plan("demo/walk", 6, 7);
    struct td_store *store = must_open(in_folder(state, "d"), large, NULL);
    for (int i = 0; i < 6; ++i)
        store_task(store, &large->tasks[i], TD_TASK_DONE);
    must_close(store);
    small->plan.config = "recipes: [demo/walk]\nset: [fewer]\n";
    store = must_open(in_folder(state, "d"), small, NULL);
    assert_counts(store, small, 3, 0, 0, 0, 3);
    must_close(store);
    size_t n;
    char *config = (char *)read_bytes(in_folder(state, "d/config.yaml"), &n);
    assert_string_equal(config, small->plan.config);
    free(config);
    struct td_members members;
    struct td_error err = {0};
    assert_ok(td_members_read(in_folder(state, "d"), &members, &err), &err);
    assert_int_equal(members.n, 3);
    assert_int_equal(members.n_experiments, 1);
    assert_string_equal(members.experiments[0].name, "demo/walk");
    assert_int_equal(members.experiments[0].planned, 3);
    assert_non_null(td_members_find(&members, "task-0003"));
    assert_true(td_members_find(&members, "task-0003")->observed == 7);
    assert_null(td_members_find(&members, "task-0004"));
    td_members_free(&members);
    store = must_open(in_folder(state, "d"), large, NULL);
    assert_counts(store, large, 6, 0, 0, 0, 0);
    must_close(store);
    free(small);
    free(large);
}

/* Something else is to be measured: the trajectory is the same task, but must be replayed. */
static void test_other_measurements_are_computed(void **state) {
    struct sample_plan *p = make_plan("demo/walk", 2, 7), *q = make_plan("demo/walk", 2, 8);
    struct td_store *store = must_open(in_folder(state, "d"), p, NULL);
    store_task(store, &p->tasks[0], TD_TASK_DONE);
    must_close(store);
    store = must_open(in_folder(state, "d"), q, NULL);
    assert_false(td_store_has(store, &q->tasks[0]));
    assert_counts(store, q, 0, 0, 0, 2, 0);
    store_task(store, &q->tasks[0], TD_TASK_DONE);
    assert_counts(store, q, 1, 0, 0, 1, 0);
    must_close(store);
    store = must_open(in_folder(state, "d"), p, NULL); /* and back: both are stored */
    assert_true(td_store_has(store, &p->tasks[0]));
    must_close(store);
    free(p);
    free(q);
}

static void test_ranks_write_logs_of_their_own(void **state) {
    struct sample_plan *p = make_plan("demo/walk", 4, 7);
    struct td_store *lead = must_open(in_folder(state, "d"), p, NULL), *other = NULL;
    struct td_error err = {0};
    assert_ok(td_store_join(in_folder(state, "d"), PRINT, 1, NULL, &other, &err), &err);
    store_task(lead, &p->tasks[0], TD_TASK_DONE);
    store_task(other, &p->tasks[1], TD_TASK_DONE);
    assert_ok(td_store_sync(other, &err), &err);
    must_close(other);
    must_close(lead);
    assert_true(file_exists(in_folder(state, "d/log/rank0.log")));
    assert_true(file_exists(in_folder(state, "d/log/rank1.log")));
    lead = must_open(in_folder(state, "d"), p, NULL);
    assert_counts(lead, p, 2, 0, 0, 2, 0);
    must_close(lead);
    assert_int_equal(td_store_join(in_folder(state, "missing"), PRINT, 1, NULL, &other, &err),
                     TD_BAD_INPUT);
    free(p);
}

static void test_torn_log_is_mended(void **state) {
    struct sample_plan *p = make_plan("demo/walk", 3, 7);
    struct td_store *store = must_open(in_folder(state, "d"), p, NULL);
    for (int i = 0; i < 3; ++i)
        store_task(store, &p->tasks[i], TD_TASK_DONE);
    must_close(store);
    struct stat info;
    assert_int_equal(stat(in_folder(state, "d/log/rank0.log"), &info), 0);
    assert_int_equal(truncate(in_folder(state, "d/log/rank0.log"), info.st_size - 1), 0);
    store = must_open(in_folder(state, "d"), p, NULL);
    assert_counts(store, p, 2, 0, 0, 1, 0);
    store_task(store, &p->tasks[2], TD_TASK_DONE);
    must_close(store);
    store = must_open(in_folder(state, "d"), p, NULL);
    assert_counts(store, p, 3, 0, 0, 0, 0);
    must_close(store);
    free(p);
}

/* ---- what is refused ---- */

static void test_other_recipes_are_refused(void **state) {
    struct sample_plan *p = make_plan("demo/walk", 2, 7), *q = make_plan("demo/run", 2, 7);
    struct td_store *store = must_open(in_folder(state, "d"), p, NULL);
    store_task(store, &p->tasks[0], TD_TASK_DONE);
    must_close(store);
    assert_refused(in_folder(state, "d"), q, PRINT, NULL, "demo/walk");
    assert_refused(in_folder(state, "d"), q, PRINT, NULL, "demo/run");
    assert_refused(in_folder(state, "d"), q, PRINT, NULL, "--fresh");
    store = must_open(in_folder(state, "d"), p, NULL);
    assert_counts(store, p, 1, 0, 0, 1, 0);
    must_close(store);
    free(p);
    free(q);
}

static void test_other_fingerprint_is_refused(void **state) {
    struct sample_plan *p = make_plan("demo/walk", 2, 7);
    must_close(must_open(in_folder(state, "d"), p, NULL));
    assert_refused(in_folder(state, "d"), p, "tdyn test double avx512", NULL, PRINT);
    assert_refused(in_folder(state, "d"), p, "tdyn test double avx512", NULL, "double avx512");
    free(p);
}

static void test_fresh_moves_aside(void **state) {
    struct sample_plan *p = make_plan("demo/walk", 2, 7), *q = make_plan("demo/run", 2, 7);
    const struct td_store_options fresh = {.fresh = true};
    struct td_store *store = must_open(in_folder(state, "d"), p, &fresh); /* nothing to move */
    store_task(store, &p->tasks[0], TD_TASK_DONE);
    must_close(store);
    assert_false(file_exists(in_folder(state, "d.old-1")));
    store = must_open(in_folder(state, "d"), q, &fresh);
    assert_counts(store, q, 0, 0, 0, 2, 0);
    must_close(store);
    store = must_open(in_folder(state, "d.old-1"), p, NULL);
    assert_counts(store, p, 1, 0, 0, 1, 0);
    must_close(store);
    must_close(must_open(in_folder(state, "d"), q, &fresh));
    assert_true(file_exists(in_folder(state, "d.old-2/members")));
    free(p);
    free(q);
}

static void test_fresh_through_a_link(void **state) {
    struct sample_plan *p = make_plan("demo/walk", 2, 7);
    must_close(must_open(in_folder(state, "real"), p, NULL));
    assert_int_equal(symlink(in_folder(state, "real"), in_folder(state, "link")), 0);
    must_close(must_open(in_folder(state, "link"), p, &(struct td_store_options){.fresh = true}));
    assert_true(file_exists(in_folder(state, "real/members")));
    assert_true(file_exists(in_folder(state, "real.old-1/members")));
    free(p);
}

/* Folders with other people's files are left as they are, --fresh or not. */
static void test_foreign_folders_are_refused(void **state) {
    static const char *const names[] = {"thesis.tex", "config.yaml", "members", "results.sqlite"};
    struct sample_plan *p = make_plan("demo/walk", 2, 7);
    for (size_t i = 0; i < 4; ++i) {
        char dir[2 * PATH_MAX], file[3 * PATH_MAX];
        snprintf(dir, sizeof dir, "%s%zu", in_folder(state, "mine"), i);
        snprintf(file, sizeof file, "%s/%s", dir, names[i]);
        assert_int_equal(mkdir(dir, 0700), 0);
        write_bytes(file, "precious", 8);
        assert_refused(dir, p, PRINT, NULL, "not an output directory");
        assert_refused(dir, p, PRINT, &(struct td_store_options){.fresh = true}, names[i]);
        size_t n;
        char *kept = (char *)read_bytes(file, &n);
        assert_string_equal(kept, "precious");
        free(kept);
        assert_false(any_name(dir, "lock"));
    }
    assert_int_equal(mkdir(in_folder(state, "empty"), 0700), 0);
    must_close(must_open(in_folder(state, "empty"), p, NULL));
    free(p);
}

static void test_paths_that_cannot_be(void **state) {
    struct sample_plan *p = make_plan("demo/walk", 2, 7);
    write_bytes(in_folder(state, "file"), "x", 1);
    assert_refused(in_folder(state, "file"), p, PRINT, NULL, "file");
    assert_refused(in_folder(state, "file/deeper"), p, PRINT, NULL, "Not a directory");
    assert_refused("", p, PRINT, NULL, "empty");
    assert_refused("/proc/tdyn/out", p, PRINT, NULL, "/proc/tdyn");
    char *longest = calloc(2 * PATH_MAX, 1);
    memset(longest, 'x', 2 * PATH_MAX - 1);
    assert_refused(longest, p, PRINT, NULL, "long");
    free(longest);
    if (geteuid() != 0) { /* root may write everywhere */
        assert_int_equal(mkdir(in_folder(state, "closed"), 0500), 0);
        assert_refused(in_folder(state, "closed"), p, PRINT, NULL, "Permission denied");
    }
    free(p);
}

static void test_parts_out_of_range(void **state) {
    struct sample_plan *p = make_plan("demo/walk", 2, 7);
    const int bad[][2] = {{3, 2}, {0, 2}, {-1, 2}, {1, 0}};
    for (size_t i = 0; i < 4; ++i) {
        struct td_store_options o = {.part = bad[i][0], .parts = bad[i][1]};
        assert_refused(in_folder(state, "d"), p, PRINT, &o, "--part");
    }
    struct td_store_options o = {.part = 1, .parts = 2, .fresh = true};
    assert_refused(in_folder(state, "d"), p, PRINT, &o, "--fresh and --part");
    free(p);
}

/* ---- damage ---- */

static void test_members_damage_is_seen(void **state) {
    struct sample_plan *p = make_plan("demo/walk", 3, 7);
    must_close(must_open(in_folder(state, "d"), p, NULL));
    char path[2 * PATH_MAX];
    strcpy(path, in_folder(state, "d/members"));
    size_t n;
    unsigned char *bytes = read_bytes(path, &n);
    struct td_members members;
    for (size_t i = 0; i < n; ++i) {
        struct td_error err = {0};
        bytes[i] ^= 1;
        write_bytes(path, bytes, n);
        assert_int_equal(td_members_read(in_folder(state, "d"), &members, &err), TD_BAD_INPUT);
        bytes[i] ^= 1;
        write_bytes(path, bytes, i); /* cut */
        assert_int_equal(td_members_read(in_folder(state, "d"), &members, &err), TD_BAD_INPUT);
    }
    must_close(must_open(in_folder(state, "d"), p, NULL)); /* writes it anew */
    size_t again;
    unsigned char *mended = read_bytes(path, &again);
    assert_int_equal(again, n);
    assert_memory_equal(mended, bytes, n);
    free(mended);
    free(bytes);
    free(p);
}

static void test_leftovers_are_removed(void **state) {
    struct sample_plan *p = make_plan("demo/walk", 3, 7);
    must_close(must_open(in_folder(state, "d"), p, NULL));
    write_bytes(in_folder(state, "d/results.sqlite.tmp-999999"), "half", 4);
    must_close(must_open(in_folder(state, "d"), p, NULL));
    assert_false(any_name(in_folder(state, "d"), ".tmp-"));
    free(p);
}

static void test_full_disk_keeps_the_old_request(void **state) {
    struct sample_plan *p = make_plan("demo/walk", 3, 7), *q = make_plan("demo/walk", 500, 7);
    struct td_members members;
    struct td_error err = {0};
    signal(SIGXFSZ, SIG_IGN);
    must_close(must_open(in_folder(state, "d"), p, NULL));
    limit_file_size(1000);
    struct td_store *store = NULL;
    td_status status = open_store(in_folder(state, "d"), q, NULL, &store, &err);
    limit_file_size(RLIM_INFINITY);
    assert_int_equal(status, TD_FAILED);
    assert_says(&err, "File too large");
    assert_ok(td_members_read(in_folder(state, "d"), &members, &err), &err);
    assert_int_equal(members.n, 3);
    td_members_free(&members);
    assert_false(any_name(in_folder(state, "d"), ".tmp-"));
    free(p);
    free(q);
}

/* ---- who is kept out ---- */

static void test_second_writer_is_kept_out(void **state) {
    struct sample_plan *p = make_plan("demo/walk", 3, 7);
    char holder[64], host[256] = "";
    struct td_store *store = must_open(in_folder(state, "d"), p, NULL);
    snprintf(holder, sizeof holder, "in use by process %ld", (long)getpid());
    gethostname(host, sizeof host - 1);
    assert_int_equal(symlink("d", in_folder(state, "link")), 0);
    assert_refused(in_folder(state, "d"), p, PRINT, NULL, holder);
    assert_refused(in_folder(state, "link"), p, PRINT, NULL, holder);
    assert_refused(in_folder(state, "d/../d/."), p, PRINT, NULL, host);
    assert_refused(in_folder(state, "d"), p, PRINT, &(struct td_store_options){.fresh = true},
                   holder);
    assert_refused(in_folder(state, "d"), p, PRINT,
                   &(struct td_store_options){.part = 1, .parts = 2}, holder);
    must_close(store);
    must_close(must_open(in_folder(state, "d"), p, NULL));
    free(p);
}

static void test_parts_share(void **state) {
    struct sample_plan *p = make_plan("demo/walk", 4, 7), *q = make_plan("demo/walk", 3, 7);
    const struct td_store_options one = {.part = 1, .parts = 2}, two = {.part = 2, .parts = 2};
    struct td_store *a = must_open(in_folder(state, "d"), p, &one);
    struct td_store *b = must_open(in_folder(state, "d"), p, &two);
    store_task(a, &p->tasks[0], TD_TASK_DONE);
    store_task(b, &p->tasks[1], TD_TASK_DONE);
    assert_refused(in_folder(state, "d"), p, PRINT, NULL, "in use by process");
    assert_refused(in_folder(state, "d"), p, PRINT, &one, "in use by process");
    must_close(a);
    /* The other part still runs the old request. */
    assert_refused(in_folder(state, "d"), q, PRINT, &one, "another request");
    must_close(b);
    a = must_open(in_folder(state, "d"), q, &one);
    assert_counts(a, q, 2, 0, 0, 1, 0);
    must_close(a);
    assert_true(file_exists(in_folder(state, "d/log/rank0-part1of2.log")));
    assert_true(file_exists(in_folder(state, "d/log/rank0-part2of2.log")));
    free(p);
    free(q);
}

/* In a child: opens, stores its tasks, holds on for a moment. Exit code: td_status. */
static pid_t start_writer(const char *dir, const struct sample_plan *p,
                          const struct td_store_options *options, int pause_us) {
    pid_t child = fork();
    if (child)
        return child;
    struct td_store *store = NULL;
    struct td_error err;
    td_status status = open_store(dir, p, options, &store, &err);
    for (size_t i = 0; !status && i < p->plan.n; ++i)
        if (!options->parts || (int)i % options->parts == options->part - 1)
            store_task(store, &p->tasks[i], TD_TASK_DONE);
    usleep((useconds_t)pause_us);
    td_store_close(store, NULL);
    if (status && !strstr(err.message, "in use by"))
        status = TD_FAILED;
    _exit(status);
}

/* S02: the same command many times at once on a fresh directory. */
static void test_eight_at_once(void **state) {
    enum { COPIES = 8 };
    struct sample_plan *p = make_plan("demo/walk", 20, 7);
    char dir[2 * PATH_MAX];
    strcpy(dir, in_folder(state, "new/d"));
    pid_t children[COPIES];
    int winners = 0;
    for (int i = 0; i < COPIES; ++i)
        children[i] = start_writer(dir, p, &(struct td_store_options){0}, 1000000);
    for (int i = 0; i < COPIES; ++i) {
        int status;
        waitpid(children[i], &status, 0);
        assert_true(WIFEXITED(status));
        assert_true(WEXITSTATUS(status) == TD_OK || WEXITSTATUS(status) == TD_BAD_INPUT);
        winners += WEXITSTATUS(status) == TD_OK;
    }
    assert_int_equal(winners, 1);
    struct td_store *store = must_open(dir, p, NULL);
    assert_counts(store, p, 20, 0, 0, 0, 0);
    must_close(store);
    free(p);
}

static void test_eight_parts_at_once(void **state) {
    enum { PARTS = 8 };
    struct sample_plan *p = make_plan("demo/walk", 20, 7);
    char dir[2 * PATH_MAX];
    strcpy(dir, in_folder(state, "new/d"));
    pid_t children[PARTS];
    for (int i = 0; i < PARTS; ++i)
        children[i] =
            start_writer(dir, p, &(struct td_store_options){.part = i + 1, .parts = PARTS}, 100000);
    for (int i = 0; i < PARTS; ++i) {
        int status;
        waitpid(children[i], &status, 0);
        assert_true(WIFEXITED(status));
        assert_int_equal(WEXITSTATUS(status), TD_OK);
    }
    struct td_store *store = must_open(dir, p, NULL);
    assert_counts(store, p, 20, 0, 0, 0, 0);
    must_close(store);
    free(p);
}

/* kill -9 at random moments: the next run opens at once and what was appended is there. */
static void test_killed_writers(void **state) {
    struct sample_plan *p = make_plan("demo/walk", SAMPLE_TASKS_MAX, 7);
    char dir[2 * PATH_MAX];
    strcpy(dir, in_folder(state, "d"));
    size_t before = 0;
    for (int round = 0; round < 10; ++round) {
        pid_t child = start_writer(dir, p, &(struct td_store_options){0}, 1000000);
        usleep(500 + 3000 * (useconds_t)round);
        kill(child, SIGKILL);
        waitpid(child, NULL, 0);
        struct td_store *store = must_open(dir, p, NULL);
        struct td_store_counts c = td_store_count(store, &p->plan);
        assert_int_equal(c.done + c.left, SAMPLE_TASKS_MAX);
        assert_true(c.done >= before);
        before = c.done;
        must_close(store);
    }
    free(p);
}

static void test_stored_tasks_table(void **state) {
    (void)state;
    struct td_stored_tasks tasks = {0};
    char id[TD_ID_CHARS + 1];
    bool added;
    assert_null(td_stored_tasks_find(&tasks, "none", 0));
    for (unsigned i = 0; i < 3000; ++i) {
        snprintf(id, sizeof id, "%u", i / 3);
        assert_true(td_stored_tasks_put(&tasks, id, i % 3, TD_TASK_FAILED, &added));
        assert_true(added);
    }
    assert_true(td_stored_tasks_put(&tasks, "7", 2, TD_TASK_DIVERGED, &added));
    assert_false(added);
    assert_int_equal(tasks.n, 3000);
    assert_int_equal(td_stored_tasks_find(&tasks, "7", 2)->status, TD_TASK_DIVERGED);
    assert_int_equal(td_stored_tasks_find(&tasks, "7", 1)->status, TD_TASK_FAILED);
    assert_null(td_stored_tasks_find(&tasks, "7", 3));
    assert_null(td_stored_tasks_find(&tasks, "1000", 0));
    td_stored_tasks_free(&tasks);
}

int main(void) {
#define TEST(f) cmocka_unit_test_setup_teardown(f, make_folder, remove_folder)
    const struct CMUnitTest tests[] = {
        TEST(test_goes_on_where_it_stopped),
        TEST(test_done_outlasts_failed),
        TEST(test_extending_keeps_what_is_shared),
        TEST(test_other_measurements_are_computed),
        TEST(test_ranks_write_logs_of_their_own),
        TEST(test_torn_log_is_mended),
        TEST(test_other_recipes_are_refused),
        TEST(test_other_fingerprint_is_refused),
        TEST(test_fresh_moves_aside),
        TEST(test_fresh_through_a_link),
        TEST(test_foreign_folders_are_refused),
        TEST(test_paths_that_cannot_be),
        TEST(test_parts_out_of_range),
        TEST(test_members_damage_is_seen),
        TEST(test_leftovers_are_removed),
        TEST(test_full_disk_keeps_the_old_request),
        TEST(test_second_writer_is_kept_out),
        TEST(test_parts_share),
        TEST(test_eight_at_once),
        TEST(test_eight_parts_at_once),
        TEST(test_killed_writers),
        cmocka_unit_test(test_stored_tasks_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
