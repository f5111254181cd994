#include "sweep/progress.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static const double bar_seconds = 0.2; /* between two drawings */
enum { BAR_WIDTH = 24, LINE_MAX_CHARS = 256 };

static bool can_draw(FILE *stream) {
    const char *terminal = getenv("TERM");
    return isatty(fileno(stream)) && terminal && strcmp(terminal, "dumb") != 0;
}

void td_progress_start(struct td_progress *p, FILE *stream, size_t total,
                       struct td_progress_counts stored, double cost_total, double now) {
    *p = (struct td_progress){.stream = stream,
                              .bar = stream && can_draw(stream),
                              .total = total,
                              .stored = stored,
                              .cost_total = cost_total,
                              .start = now,
                              .last = now};
}

void td_progress_count(struct td_progress *p, enum td_task_status status, double cost, double now) {
    p->now.done += status == TD_TASK_DONE;
    p->now.failed += status == TD_TASK_FAILED;
    p->now.diverged += status == TD_TASK_DIVERGED;
    p->cost_done += cost;
    p->counted = now;
}

size_t td_progress_computed(const struct td_progress *p) {
    return p->now.done + p->now.failed + p->now.diverged;
}

void td_duration_text(double seconds, char *buffer, size_t size) {
    double minutes = seconds / 60;
    if (seconds < 9.95)
        snprintf(buffer, size, "%.1f s", seconds);
    else if (seconds < 99.5)
        snprintf(buffer, size, "%.0f s", seconds);
    else if (minutes < 99.5)
        snprintf(buffer, size, "%.0f min", minutes);
    else
        snprintf(buffer, size, "%.0f h %.0f min", floor(round(minutes) / 60),
                 fmod(round(minutes), 60));
}

static size_t append(char *buffer, size_t size, size_t at, const char *text) {
    int written = snprintf(buffer + at, size - at, "%s", text);
    return written < 0 || (size_t)written >= size - at ? size - 1 : at + (size_t)written;
}

static size_t append_count(char *buffer, size_t size, size_t at, size_t count, const char *what) {
    char text[64];
    if (!count)
        return at;
    snprintf(text, sizeof text, ", %zu %s", count, what);
    return append(buffer, size, at, text);
}

static size_t append_troubles(const struct td_progress *p, char *buffer, size_t size, size_t at) {
    at = append_count(buffer, size, at, p->stored.failed + p->now.failed, "failed");
    return append_count(buffer, size, at, p->stored.diverged + p->now.diverged, "diverged");
}

/* Judged by cost when a task ends, counting down in between; if that was too little, judged anew.
 */
static double seconds_left(const struct td_progress *p, double now) {
    double cost = p->cost_total > p->cost_done ? p->cost_total - p->cost_done : 0;
    double judged = (p->counted - p->start) * cost / p->cost_done, since = now - p->counted;
    return judged > since ? judged - since : (now - p->start) * cost / p->cost_done;
}

void td_progress_text(const struct td_progress *p, double now, char *buffer, size_t size) {
    double seconds = now - p->start;
    char text[96], time_left[64];
    snprintf(text, sizeof text, "%zu/%zu done", p->stored.done + p->now.done, p->total);
    size_t at = append(buffer, size, 0, text);
    at = append_troubles(p, buffer, size, at);
    size_t computed = td_progress_computed(p);
    if (!computed || seconds <= 0)
        return;
    double rate = (double)computed / seconds;
    if (rate >= 0.1)
        snprintf(text, sizeof text, ", %.3g tasks/s", rate);
    else
        snprintf(text, sizeof text, ", %.3g tasks/h", rate * 3600);
    at = append(buffer, size, at, text);
    if (p->cost_done <= 0)
        return;
    td_duration_text(seconds_left(p, now), time_left, sizeof time_left);
    snprintf(text, sizeof text, ", %s left", time_left);
    append(buffer, size, at, text);
}

static size_t columns(FILE *stream) {
    struct winsize size;
    return ioctl(fileno(stream), TIOCGWINSZ, &size) || size.ws_col < 20 ? 80 : size.ws_col;
}

static void draw_bar(struct td_progress *p, double now) {
    char line[LINE_MAX_CHARS], bar[BAR_WIDTH + 1], text[LINE_MAX_CHARS - 64];
    double share = p->cost_total > 0 ? p->cost_done / p->cost_total : 1;
    share = share > 1 ? 1 : share;
    size_t full = (size_t)(share * BAR_WIDTH);
    memset(bar, '-', BAR_WIDTH);
    memset(bar, '#', full);
    bar[BAR_WIDTH] = '\0';
    td_progress_text(p, now, text, sizeof text);
    snprintf(line, sizeof line, "[%s] %3.0f %%  %s", bar, floor(100 * share), text);
    size_t width = columns(p->stream) - 1;
    fprintf(p->stream, "\r%.*s\033[K", (int)width, line);
    fflush(p->stream);
    p->drawn = true;
}

void td_progress_tick(struct td_progress *p, double now) {
    if (!p->stream || now - p->last < (p->bar ? bar_seconds : TD_PROGRESS_LINE_SECONDS))
        return;
    p->last = now;
    if (p->bar) {
        draw_bar(p, now);
        return;
    }
    char text[LINE_MAX_CHARS];
    td_progress_text(p, now, text, sizeof text);
    fprintf(p->stream, "tdyn: %s\n", text);
    fflush(p->stream);
}

static void clear_bar(struct td_progress *p) {
    if (p->drawn)
        fputs("\r\033[K", p->stream);
    p->drawn = false;
}

void td_progress_say(struct td_progress *p, const char *text) {
    if (!p->stream)
        return;
    clear_bar(p);
    fprintf(p->stream, "tdyn: %s\n", text);
    fflush(p->stream);
}

void td_progress_end(struct td_progress *p, double now) {
    if (!p->stream)
        return;
    char line[LINE_MAX_CHARS], text[96], time[64];
    snprintf(text, sizeof text, "%zu of %zu tasks done", p->stored.done + p->now.done, p->total);
    size_t at = append_troubles(p, line, sizeof line, append(line, sizeof line, 0, text));
    td_duration_text(now - p->start, time, sizeof time);
    snprintf(text, sizeof text, "; %zu computed now in %s", td_progress_computed(p), time);
    append(line, sizeof line, at, text);
    td_progress_say(p, line);
}
