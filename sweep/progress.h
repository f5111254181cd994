/* Progress of a run: a bar on a terminal, a line every 10 s otherwise, a closing line. Not
   thread-safe: callers share a lock. Times are passed in (td_clock). */
#ifndef TD_SWEEP_PROGRESS_H
#define TD_SWEEP_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "sweep/record.h"

#define TD_PROGRESS_LINE_SECONDS 10.0

struct td_progress_counts {
    size_t done, failed, diverged;
};

struct td_progress {
    FILE *stream;                          /* NULL: silent */
    bool bar;                              /* terminal that can move its cursor */
    bool drawn;                            /* a bar stands on the current line */
    size_t total;                          /* tasks asked for */
    struct td_progress_counts stored, now; /* of them: by earlier runs, by this one */
    double cost_total, cost_done;          /* of this run's tasks */
    double start, last, counted;           /* clock: of the last drawing, the last task */
};

/* `stored` tasks are there already, the others of `total` cost cost_total. */
void td_progress_start(struct td_progress *p, FILE *stream, size_t total,
                       struct td_progress_counts stored, double cost_total, double now);
void td_progress_count(struct td_progress *p, enum td_task_status status, double cost, double now);
/* Draws the bar or prints the line if one is due. */
void td_progress_tick(struct td_progress *p, double now);
/* Prints a line of text ("tdyn: ..."), above the bar if there is one. */
void td_progress_say(struct td_progress *p, const char *text);
/* Closing line. */
void td_progress_end(struct td_progress *p, double now);
/* Tasks that this run has finished, however they ended. */
size_t td_progress_computed(const struct td_progress *p);

/* The line without its ending: "12/40 done, 1 failed, 3.2 tasks/s, 41 s left". */
void td_progress_text(const struct td_progress *p, double now, char *buffer, size_t size);

/* "41 s", "12 min", "3 h 20 min" */
void td_duration_text(double seconds, char *buffer, size_t size);

#endif
