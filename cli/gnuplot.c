#include "cli/gnuplot.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "numeric/platform.h"
#include "sweep/interrupt.h"

#define GNUPLOT_SECONDS 120.0 /* a figure takes about 1 s; beyond this something hangs */

extern char **environ;

/* Reads the child's messages until it closes them, kills it when asked to stop or out of time. */
static td_status listen_to(pid_t child, int fd, char *text, size_t size, struct td_error *err) {
    size_t used = 0;
    double start = td_clock();
    for (;;) {
        struct pollfd p = {.fd = fd, .events = POLLIN};
        int ready = poll(&p, 1, 100);
        if (td_interrupt_pending() || td_clock() - start > GNUPLOT_SECONDS) {
            kill(child, SIGKILL);
            if (td_interrupt_pending())
                return td_fail(err, TD_INTERRUPTED, "interrupted; run again for the rest");
            return td_fail(err, TD_FAILED, "gnuplot did not finish within %.0f s", GNUPLOT_SECONDS);
        }
        if (ready <= 0)
            continue;
        char chunk[512];
        ssize_t n = read(fd, chunk, sizeof chunk);
        if (n == 0 || (n < 0 && errno != EINTR))
            break;
        for (ssize_t i = 0; i < n && used + 1 < size; ++i)
            text[used++] = chunk[i];
    }
    text[used] = '\0';
    return TD_OK;
}

/* Runs argv with standard error captured in `text`; *code is its exit status. */
static td_status spawn(char *const *argv, char *text, size_t size, int *code,
                       struct td_error *err) {
    int fds[2];
    if (pipe2(fds, O_CLOEXEC) != 0)
        return td_fail(err, TD_FAILED, "cannot make a pipe: %s", strerror(errno));
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, fds[1], 2);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    pid_t child;
    int failed = posix_spawnp(&child, argv[0], &actions, NULL, argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    close(fds[1]);
    if (failed) {
        close(fds[0]);
        return td_fail(err, TD_FAILED,
                       failed == ENOENT ? "gnuplot is not installed: install the Debian package "
                                          "gnuplot-nox (the figure's data are written)"
                                        : "cannot start gnuplot: %s",
                       strerror(failed));
    }
    td_status status = listen_to(child, fds[0], text, size, err);
    close(fds[0]);
    int wait_status = 0;
    while (waitpid(child, &wait_status, 0) < 0 && errno == EINTR)
        ;
    *code = WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : 128;
    return status;
}

static bool has_content(const char *path) {
    struct stat st;
    return stat(path, &st) == 0 && st.st_size > 0;
}

/* One run of `script` for one format. */
static td_status run_script(const struct td_gnuplot *job, const char *script, const char *partial,
                            const char *format, char *text, size_t size, int *code,
                            struct td_error *err) {
    char style[PATH_MAX];
    snprintf(style, sizeof style, "%s/plots/style.gp", job->data_dir);
    const char *argv[] = {"gnuplot", "-c",  script,    job->data,  partial,
                          format,    style, job->note, job->title, NULL};
    return spawn((char *const *)argv, text, size, code, err);
}

static td_status draw(const struct td_gnuplot *job, const char *format, struct td_error *err) {
    char empty[PATH_MAX], partial[PATH_MAX], made[PATH_MAX], last[PATH_MAX], text[2000] = "";
    snprintf(empty, sizeof empty, "%s/plots/empty.gp", job->data_dir);
    snprintf(partial, sizeof partial, "%s.partial", job->base);
    snprintf(made, sizeof made, "%.4000s.%s", partial, format);
    snprintf(last, sizeof last, "%.4000s.%s", job->base, format);
    int code = 0;
    bool nothing = job->empty;
    td_status status = TD_OK;
    if (!nothing) {
        status = run_script(job, job->script, partial, format, text, sizeof text, &code, err);
        /* Rows, but none that this figure shows (other depths, other activations). */
        nothing = !status && code != 0 && strstr(text, "Can't plot with an empty") != NULL;
    }
    if (!status && nothing)
        status = run_script(job, empty, partial, format, text, sizeof text, &code, err);
    if (!status && strstr(text, "unknown or ambiguous terminal"))
        status =
            td_fail(err, TD_FAILED,
                    "this gnuplot cannot write %s: install the Debian package gnuplot-nox", format);
    else if (!status && (code != 0 || !has_content(made)))
        status = td_fail(err, TD_FAILED, "%s: gnuplot failed: %s", job->script, text);
    if (!status && rename(made, last) != 0)
        status = td_fail(err, TD_FAILED, "cannot write %s: %s", last, strerror(errno));
    if (status)
        unlink(made);
    return status;
}

struct drawing {
    const struct td_gnuplot *job;
    const char *format;
    td_status status;
    struct td_error err;
    pthread_t thread;
    bool apart; /* in a thread of its own */
};

static void *draw_format(void *context) {
    struct drawing *d = context;
    d->status = draw(d->job, d->format, &d->err);
    return NULL;
}

/* All formats at once: gnuplot is the work, and there is more than one core. */
td_status td_gnuplot_run(const struct td_gnuplot *job, struct td_error *err) {
    struct drawing drawings[] = {
        {.format = "svg"}, {.format = "png"}, {.format = "pdf"}, {.format = "gif"}};
    const size_t n = job->animated ? 4 : 3;
    for (size_t i = 0; i < n; ++i) {
        drawings[i].job = job;
        drawings[i].apart =
            pthread_create(&drawings[i].thread, NULL, draw_format, &drawings[i]) == 0;
        if (!drawings[i].apart)
            draw_format(&drawings[i]);
    }
    td_status worst = TD_OK;
    for (size_t i = 0; i < n; ++i) {
        if (drawings[i].apart)
            pthread_join(drawings[i].thread, NULL);
        if (drawings[i].status && worst != TD_INTERRUPTED) {
            worst = drawings[i].status;
            *err = drawings[i].err;
        }
    }
    return worst;
}
