/* The walks as a program of their own, and running that program: alone or under mpirun, signalled,
   killed. `sweep_test_run walk DIR TASKS NAME VALUE ...` runs a plan of random walks and exits as
   the run ended. */
#ifndef TD_TESTS_SWEEP_WALK_PROGRAM_H
#define TD_TESTS_SWEEP_WALK_PROGRAM_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "numeric/platform.h"
#include "sweep/interrupt.h"
#include "sweep/mpi.h"
#include "sweep/run.h"
#include "walk.h"

/* ---- what is run ---- */

enum { PAIRS_MAX = 32 };

static inline td_status run_walks(const char *dir, size_t n, const char *const *pairs,
                                  struct td_run_options *options, struct td_run_summary *summary,
                                  struct td_error *err) {
    struct td_arena *arena = td_arena_create();
    struct td_plan plan;
    options->dir = dir;
    td_status status = walk_plan(pairs, n, arena, &plan, err);
    if (!status)
        status = td_run(&plan, options, summary, err);
    td_arena_free(arena);
    return status;
}

/* Options of the run among the pairs ("part", "2/3") are taken out. */
static inline void take_options(const char **pairs, struct td_run_options *options) {
    size_t kept = 0;
    for (size_t i = 0; pairs[i]; i += 2) {
        const char *name = pairs[i], *value = pairs[i + 1];
        if (!strcmp(name, "part"))
            sscanf(value, "%d/%d", &options->part, &options->parts);
        else if (!strcmp(name, "interval"))
            options->checkpoint_interval = strtod(value, NULL);
        else if (!strcmp(name, "fail_fast"))
            options->fail_fast = true;
        else if (!strcmp(name, "retry"))
            options->retry_failed = true;
        else {
            pairs[kept++] = name;
            pairs[kept++] = value;
        }
    }
    pairs[kept] = NULL;
}

static inline int walk_main(int argc, char **argv) {
    const char *pairs[PAIRS_MAX] = {0};
    struct td_error err = {0};
    struct td_run_summary summary;
    struct td_run_options options = {.checkpoint_interval = TD_CHECKPOINT_SECONDS,
                                     .progress = stderr};
    for (int i = 4; i < argc && i < PAIRS_MAX + 3; i++)
        pairs[i - 4] = argv[i];
    take_options(pairs, &options);
    td_interrupt_install();
    td_status status = td_platform_init(false, argv, &err);
    if (!status)
        status = td_mpi_start(&err);
    if (!status)
        status = run_walks(argv[2], strtoull(argv[3], NULL, 10), pairs, &options, &summary, &err);
    if (status && td_mpi_rank() == 0)
        fprintf(stderr, "tdyn: %s\n", err.message);
    td_mpi_stop();
    return (int)status;
}

/* ---- running it ---- */

static char top[32] = "/tmp/tdyn-test-run-XXXXXX";
static char self[PATH_MAX];
static char errors[PATH_MAX]; /* standard error of the last program */
static char *slow_reference;  /* what slow_walks store, uninterrupted */

static inline void path_of(const char *name, char path[PATH_MAX]) {
    snprintf(path, PATH_MAX, "%s/%s", top, name);
}

static inline bool have_mpirun(void) {
    return system("command -v mpirun > /dev/null 2>&1") == 0;
}

/* Starts the walks in `dir` on `ranks` ranks (0: without mpirun) in a session of their own. */
static inline pid_t start(int ranks, const char *dir, const char *tasks, const char *const *pairs) {
    char ranks_text[16], path[PATH_MAX];
    const char *argv[PAIRS_MAX + 16] = {0};
    int n = 0;
    path_of(dir, path);
    snprintf(ranks_text, sizeof ranks_text, "%d", ranks);
    if (ranks)
        for (const char *const *a = (const char *const[]){"mpirun", "--oversubscribe", "--bind-to",
                                                          "none", "-n", ranks_text, NULL};
             *a; a++)
            argv[n++] = *a;
    argv[n++] = self;
    argv[n++] = "walk";
    argv[n++] = path;
    argv[n++] = tasks;
    for (; *pairs; pairs++)
        argv[n++] = *pairs;
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        setsid();
        if (!freopen(errors, "w", stderr) || !freopen("/dev/null", "r", stdin))
            _exit(126);
        execvp(argv[0], (char *const *)argv);
        _exit(127);
    }
    assert_true(child > 0);
    return child;
}

static inline int finish(pid_t child) {
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

static inline int run(int ranks, const char *dir, const char *tasks, const char *const *pairs) {
    return finish(start(ranks, dir, tasks, pairs));
}

static inline void wait_seconds(double seconds) {
    nanosleep(&(struct timespec){(time_t)seconds, (long)((seconds - floor(seconds)) * 1e9)}, NULL);
}

/* Sends a signal to every process of the session that `child` leads, or only to its ranks. */
static inline void signal_session(pid_t child, int signal_number, bool only_ranks) {
    char command[200];
    snprintf(command, sizeof command,
             "ps -o pid=,comm= -s %d | while read pid name; do case \"$name\" in mpirun|orterun) "
             "%s;; esac; kill -%d $pid 2> /dev/null; done",
             (int)child, only_ranks ? "continue" : "", signal_number);
    if (system(command))
        fprintf(stderr, "nothing was there to be signalled\n");
}

static inline bool said(const char *text) {
    char line[4096];
    bool found = false;
    FILE *in = fopen(errors, "r");
    while (in && fgets(line, sizeof line, in))
        found = found || strstr(line, text);
    if (in)
        fclose(in);
    return found;
}

static char *stored(const char *dir, size_t *records) {
    char path[PATH_MAX];
    struct td_error err;
    path_of(dir, path);
    char *text = walk_stored(path, records, &err);
    if (!text)
        fprintf(stderr, "%s\n", err.message);
    assert_non_null(text);
    return text;
}

/* Number of checkpoint files; *newest: when the last one was written. */
static inline size_t count_checkpoints(const char *dir, struct timespec *newest) {
    char path[PATH_MAX];
    size_t n = 0;
    *newest = (struct timespec){0};
    path_of(dir, path);
    strncat(path, "/checkpoints", sizeof path - strlen(path) - 1);
    DIR *folder = opendir(path);
    struct dirent *entry;
    while (folder && (entry = readdir(folder))) {
        struct stat info;
        if (entry->d_name[0] == '.' || fstatat(dirfd(folder), entry->d_name, &info, 0))
            continue;
        n++;
        if (info.st_mtim.tv_sec > newest->tv_sec ||
            (info.st_mtim.tv_sec == newest->tv_sec && info.st_mtim.tv_nsec > newest->tv_nsec))
            *newest = info.st_mtim;
    }
    if (folder)
        closedir(folder);
    return n;
}

static inline size_t checkpoints(const char *dir) {
    struct timespec newest;
    return count_checkpoints(dir, &newest);
}

/* Starts as `start` does and waits until a task has written a checkpoint, then for `seconds` more.
 */
static inline pid_t start_and_wait(int ranks, const char *dir, const char *tasks,
                                   const char *const *pairs, double seconds) {
    struct timespec before, now;
    count_checkpoints(dir, &before);
    pid_t child = start(ranks, dir, tasks, pairs);
    double deadline = td_clock() + 30;
    bool begun = false, ended = false;
    while (!begun && !ended && td_clock() < deadline) {
        wait_seconds(0.005);
        begun = count_checkpoints(dir, &now) > 0 &&
                (now.tv_sec != before.tv_sec || now.tv_nsec != before.tv_nsec);
        siginfo_t info = {0};
        ended = waitid(P_PID, (id_t)child, &info, WEXITED | WNOHANG | WNOWAIT) || info.si_pid;
    }
    wait_seconds(seconds);
    return child;
}

static inline void check_same(const char *dir, const char *reference, size_t tasks) {
    size_t records;
    char *text = stored(dir, &records);
    assert_int_equal(records, tasks); /* none computed twice */
    assert_string_equal(text, reference);
    assert_int_equal(checkpoints(dir), 0);
    free(text);
}

/* 6 walks of about 0.17 s each. */
static const char *const slow_walks[] = {"steps", "30",       "pause", "0.005", "box",
                                         "12",    "interval", "0.05",  NULL};
static const char slow_tasks[] = "6";

static inline void make_slow_reference(void) {
    if (!slow_reference) {
        assert_int_equal(run(0, "slow", slow_tasks, slow_walks), 0);
        slow_reference = stored("slow", NULL);
    }
}

/* Signals on the way, the later the further it has got: exit 75 within 5 s, and in the end what an
   uninterrupted run gives. ranks 0: without mpirun. only_ranks: mpirun itself is not signalled. */
static inline void check_interrupted(int ranks, int signal_number, bool only_ranks,
                                     const char *dir) {
    make_slow_reference();
    bool interrupted = false;
    for (int attempt = 0; attempt < 2; attempt++) {
        pid_t child = start_and_wait(ranks, dir, slow_tasks, slow_walks, 0.03 + 0.05 * attempt);
        double asked = td_clock();
        if (only_ranks || !ranks)
            signal_session(child, signal_number, only_ranks);
        else
            kill(child, signal_number);
        int code = finish(child);
        assert_true(td_clock() - asked < 5);
        interrupted = interrupted || code == TD_INTERRUPTED;
        assert_true(code == TD_INTERRUPTED || code == 0);
    }
    assert_true(interrupted);
    assert_int_equal(run(ranks, dir, slow_tasks, slow_walks), 0);
    check_same(dir, slow_reference, 6);
}

static inline int make_top(void **state) {
    (void)state;
    setenv("OMPI_ALLOW_RUN_AS_ROOT", "1", 1);
    setenv("OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1", 1);
    setenv("OMPI_MCA_btl_vader_single_copy_mechanism", "none", 1);
    setenv("ASAN_OPTIONS", "detect_leaks=0", 0); /* of what is run: MPI itself leaks */
    if (!mkdtemp(top))
        return 1;
    setenv("TMPDIR", top, 1); /* what killed ranks leave goes with it */
    setenv("OMPI_MCA_btl_vader_backing_directory", top, 1);
    snprintf(errors, sizeof errors, "%s/errors", top);
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
    return n > 0 ? 0 : 1;
}

static inline int remove_top(void **state) {
    (void)state;
    free(slow_reference);
    char command[PATH_MAX];
    snprintf(command, sizeof command, "rm -rf %s", top);
    return system(command);
}

#endif
