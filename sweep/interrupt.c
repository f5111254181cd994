#include "sweep/interrupt.h"

#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "numeric/status.h"

/* Two signals closer than this are one request: timeout(1) signals its child and then the child's
   whole group, mpirun forwards what the terminal has already sent. */
static const int64_t same_request_ns = 100000000;

static _Atomic int stop_signal;         /* 0: go on */
static _Atomic int64_t first_signal_ns; /* when the first real signal came; 0: none yet */

static int64_t now_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void ask_to_stop(int signal_number) {
    int64_t now = now_ns(), first = 0;
    if (!atomic_compare_exchange_strong(&first_signal_ns, &first, now) &&
        now - first > same_request_ns)
        _exit(TD_INTERRUPTED);
    td_interrupt_raise(signal_number);
}

static void end_now(int signal_number) {
    (void)signal_number;
    static const char text[] = "tdyn: no safe point within 4 s of the request to stop: ended; what "
                               "was finished and checkpointed is kept\n";
    _Static_assert(TD_STOP_SECONDS == 4, "the text names the time");
    ssize_t written = write(STDERR_FILENO, text, sizeof text - 1);
    (void)written;
    _exit(TD_INTERRUPTED);
}

void td_interrupt_install(void) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    sigemptyset(&action.sa_mask);
    action.sa_flags =
        SA_RESTART; /* libraries need not know of EINTR: safe points look at the flag */
    action.sa_handler = ask_to_stop;
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGUSR1, &action, NULL);
    struct sigaction hangup;
    if (sigaction(SIGHUP, NULL, &hangup) || hangup.sa_handler != SIG_IGN) /* nohup stays nohup */
        sigaction(SIGHUP, &action, NULL);
    action.sa_handler = end_now;
    sigaction(SIGALRM, &action, NULL);
    action.sa_handler = SIG_IGN;
    sigaction(SIGPIPE, &action, NULL);
    sigaction(SIGXFSZ, &action, NULL);
}

int td_interrupt_pending(void) {
    return atomic_load_explicit(&stop_signal, memory_order_relaxed);
}

void td_interrupt_raise(int signal_number) {
    int none = 0;
    if (atomic_compare_exchange_strong(&stop_signal, &none, signal_number))
        alarm(TD_STOP_SECONDS);
}
