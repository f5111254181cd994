#include "sweep/hand_out.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct entry {
    size_t task;
    double cost;
};

struct td_hand_out {
    struct entry *by_task; /* n entries by task number: to look costs up */
    struct entry *queue;   /* n entries, costliest first; those from `next` on are left */
    size_t n, next;
    int ranks;
    size_t *held; /* by rank */
    size_t held_total;
    double seconds_done, cost_done; /* of finished tasks: what a unit of cost takes */
    bool closed;
};

static int by_task(const void *a, const void *b) {
    const struct entry *x = a, *y = b;
    return (x->task > y->task) - (x->task < y->task);
}

static int costliest_first(const void *a, const void *b) {
    const struct entry *x = a, *y = b;
    if (x->cost != y->cost)
        return x->cost < y->cost ? 1 : -1;
    return by_task(a, b);
}

td_status td_hand_out_create(const size_t *tasks, const double *cost, size_t n, int ranks,
                             struct td_hand_out **out, struct td_error *err) {
    struct td_hand_out *h = calloc(1, sizeof *h);
    if (!h)
        return td_fail_memory(err, sizeof *h);
    h->by_task = calloc(n ? n : 1, sizeof *h->by_task);
    h->queue = calloc(n ? n : 1, sizeof *h->queue);
    h->held = calloc((size_t)ranks, sizeof *h->held);
    if (!h->by_task || !h->queue || !h->held) {
        td_hand_out_free(h);
        return td_fail_memory(err, 2 * n * sizeof *h->queue);
    }
    h->n = n;
    h->ranks = ranks;
    for (size_t i = 0; i < n; i++)
        h->queue[i] = (struct entry){tasks[i], isfinite(cost[i]) && cost[i] > 0 ? cost[i] : 1.0};
    memcpy(h->by_task, h->queue, n * sizeof *h->queue);
    qsort(h->queue, n, sizeof *h->queue, costliest_first);
    qsort(h->by_task, n, sizeof *h->by_task, by_task);
    *out = h;
    return TD_OK;
}

void td_hand_out_free(struct td_hand_out *h) {
    if (!h)
        return;
    free(h->by_task);
    free(h->queue);
    free(h->held);
    free(h);
}

double td_hand_out_cost(const struct td_hand_out *h, size_t task) {
    struct entry key = {.task = task};
    const struct entry *found = bsearch(&key, h->by_task, h->n, sizeof key, by_task);
    return found ? found->cost : 1.0;
}

/* Seconds that a task of this cost is expected to take; before anything is known: long. */
static double expected_seconds(const struct td_hand_out *h, double cost) {
    return h->cost_done > 0 ? cost * h->seconds_done / h->cost_done : HUGE_VAL;
}

size_t td_hand_out_take(struct td_hand_out *h, int rank, size_t max, size_t *out) {
    size_t left = h->n - h->next;
    if (h->closed || !left || !max)
        return 0;
    size_t share = left / (2 * (size_t)h->ranks); /* never so many that others run dry */
    size_t n = 0;
    double seconds = 0;
    do {
        const struct entry *e = &h->queue[h->next++];
        out[n++] = e->task;
        seconds += expected_seconds(h, e->cost);
    } while (n < max && n < share && seconds < TD_CHUNK_SECONDS);
    h->held[rank] += n;
    h->held_total += n;
    return n;
}

void td_hand_out_give_back(struct td_hand_out *h, int rank, const size_t *tasks, size_t n) {
    for (size_t i = n; i-- > 0;)
        h->queue[--h->next] = (struct entry){tasks[i], td_hand_out_cost(h, tasks[i])};
    h->held[rank] -= n;
    h->held_total -= n;
}

void td_hand_out_finish(struct td_hand_out *h, int rank, size_t task, double seconds) {
    h->held[rank]--;
    h->held_total--;
    h->cost_done += td_hand_out_cost(h, task);
    h->seconds_done += seconds;
}

void td_hand_out_close(struct td_hand_out *h) {
    h->closed = true;
}

bool td_hand_out_over(const struct td_hand_out *h) {
    return h->closed || (h->next == h->n && !h->held_total);
}

bool td_hand_out_hoards(const struct td_hand_out *h, int rank) {
    return h->held[rank] > 1;
}
