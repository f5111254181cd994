/* Any text as a value: canonical texts must be fixed points, grids and schedules in bounds. The
   first byte chooses what the rest is read as. */
#include <ctype.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "numeric/param_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const choices[] = {"fast", "slow", NULL};
static const struct td_kind plain = TD_KIND_PLAIN("plain", "", "");
static struct td_registry registry = {.family = "part",
                                      .kinds = (const struct td_kind *const[]){&plain, NULL}};
static const struct td_param params[] = {
    {.name = "int", .type = TD_INT},
    {.name = "real", .type = TD_REAL},
    {.name = "unit", .type = TD_REAL, .min = 0, .max = 1, .flags = TD_OPEN_MAX},
    {.name = "bool", .type = TD_BOOL},
    {.name = "string", .type = TD_STRING},
    {.name = "choice", .type = TD_CHOICE, .choices = choices},
    {.name = "reals", .type = TD_REALS},
    {.name = "ints", .type = TD_INTS},
    {.name = "strings", .type = TD_STRINGS},
    {.name = "steps", .type = TD_STEPS},
    {.name = "part", .type = TD_PART, .registry = &registry},
    {.name = "parts", .type = TD_PARTS, .registry = &registry}};
enum { N_PARAMS = sizeof params / sizeof *params };

/* Grids of a million values are right but slow: numbers stay short where they may be counts. */
static int may_be_large(const char *text) {
    int digits = 0;
    for (; *text; text++) {
        digits = isdigit((unsigned char)*text) ? digits + 1 : 0;
        if (digits > 3 || (digits && (text[1] == 'e' || text[1] == 'E')))
            return 1;
    }
    return 0;
}

static void check_canonical(const struct td_param *param, const char *text,
                            struct td_arena *arena) {
    struct td_error err;
    const char *once, *twice;
    if (td_param_canonical(param, param->name, text, NULL, arena, &once, &err) != TD_OK) {
        if (err.status != TD_BAD_INPUT || !err.message[0])
            abort();
        return;
    }
    if (strlen(once) > TD_TEXT_MAX)
        return; /* a long list: read, but not to be written again */
    if (td_param_canonical(param, param->name, once, NULL, arena, &twice, &err) != TD_OK ||
        strcmp(once, twice))
        abort();
}

static void check_values(const char *text, struct td_arena *arena) {
    struct td_error err;
    size_t n;
    const char *const *values;
    if (td_values_expand(text, NULL, arena, &n, &values, &err) != TD_OK)
        return;
    if (n < 1 || n > TD_VALUES_MAX)
        abort();
    for (size_t i = 0; i < n; i++)
        if (!values[i])
            abort();
}

static void check_steps(const char *text, struct td_arena *arena) {
    struct td_error err;
    struct td_steps steps = {text};
    const int64_t last = 1000, *v;
    size_t n;
    if (td_steps_expand(&steps, last, arena, &n, &v, &err) != TD_OK)
        return;
    for (size_t i = 0; i < n; i++)
        if (v[i] < 0 || v[i] > last || (i && v[i] <= v[i - 1]))
            abort();
}

static void check_number(const char *text) {
    double x;
    char written[32];
    if (td_number_parse(text, &x) != TD_NUMBER_OK)
        return;
    double y = -1;
    if (!isfinite(x) || td_number_parse(td_number_text(x, written), &y) != TD_NUMBER_OK || x != y)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size == 0)
        return 0;
    struct td_arena *arena = td_arena_create();
    char *text = td_arena_alloc(arena, size);
    memcpy(text, data + 1, size - 1);
    size_t choice = data[0] % (N_PARAMS + 3);
    int numeric_list = choice < N_PARAMS && params[choice].type >= TD_REALS;
    if (choice < N_PARAMS && !(numeric_list && may_be_large(text)))
        check_canonical(&params[choice], text, arena);
    else if (choice == N_PARAMS && !may_be_large(text))
        check_values(text, arena);
    else if (choice == N_PARAMS + 1 && !may_be_large(text))
        check_steps(text, arena);
    else
        check_number(text);
    td_arena_free(arena);
    return 0;
}
