/* Tables: resolving, decoding, parts of many kinds, and what the messages say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "numeric/param_text.h"

/* ---- a family of parts, a measure list with a shared table, and the table on top ---- */

struct sgd {
    double lr, momentum;
    bool nesterov;
};
static const struct td_param sgd_table[] = {{.name = "lr",
                                             .type = TD_REAL,
                                             .offset = offsetof(struct sgd, lr),
                                             .initial = "1e-2",
                                             .min = 0,
                                             .max = INFINITY,
                                             .flags = TD_OPEN_MIN},
                                            {.name = "momentum",
                                             .type = TD_REAL,
                                             .offset = offsetof(struct sgd, momentum),
                                             .initial = "0",
                                             .min = 0,
                                             .max = 1,
                                             .flags = TD_OPEN_MAX},
                                            {.name = "nesterov",
                                             .type = TD_BOOL,
                                             .offset = offsetof(struct sgd, nesterov),
                                             .initial = "no"},
                                            {0}};
struct adam {
    double lr, beta;
};
static const struct td_param adam_table[] = {{.name = "lr",
                                              .type = TD_REAL,
                                              .offset = offsetof(struct adam, lr),
                                              .initial = "1e-3",
                                              .min = 0,
                                              .max = 10},
                                             {.name = "beta",
                                              .type = TD_REAL,
                                              .offset = offsetof(struct adam, beta),
                                              .initial = "0.9",
                                              .min = 0,
                                              .max = 1,
                                              .unit = "per step",
                                              .flags = TD_OPEN_MIN | TD_OPEN_MAX},
                                             {0}};
static const struct td_kind sgd_kind = TD_KIND("sgd", "", "", sgd_table, struct sgd);
static const struct td_kind adam_kind = TD_KIND("adam", "", "", adam_table, struct adam);
static const struct td_kind plain_kind = TD_KIND_PLAIN("plain", "", "");
static struct td_registry optimizers = {
    .family = "optimizer",
    .kinds = (const struct td_kind *const[]){&sgd_kind, &adam_kind, &plain_kind, NULL}};

/* A part within a part. */
struct net {
    int64_t depth;
    struct td_part optimizer;
};
static const struct td_param net_table[] = {{.name = "depth",
                                             .type = TD_INT,
                                             .offset = offsetof(struct net, depth),
                                             .initial = "3",
                                             .min = 1,
                                             .max = 128,
                                             .unit = "layers"},
                                            {.name = "optimizer",
                                             .type = TD_PART,
                                             .offset = offsetof(struct net, optimizer),
                                             .initial = "sgd",
                                             .registry = &optimizers},
                                            {0}};
static const struct td_kind net_kind = TD_KIND("mlp", "", "", net_table, struct net);
static struct td_registry networks = {.family = "network",
                                      .kinds = (const struct td_kind *const[]){&net_kind, NULL}};

struct common {
    struct td_steps at;
};
static const struct td_param common_table[] = {
    {.name = "at", .type = TD_STEPS, .offset = offsetof(struct common, at), .initial = "end"}, {0}};

enum { MODE_FAST, MODE_SLOW };
static const char *const modes[] = {"fast", "slow", NULL};

struct all {
    int64_t whole;
    double x;
    bool on;
    const char *text;
    int mode;
    struct td_reals reals;
    struct td_ints ints;
    struct td_strings strings;
    struct td_steps steps;
    struct td_part net;
    struct td_parts measure;
};
static const struct td_param table[] = {
    {.name = "whole", .type = TD_INT, .offset = offsetof(struct all, whole), .initial = "1e1"},
    {.name = "x",
     .type = TD_REAL,
     .offset = offsetof(struct all, x),
     .initial = "0.5",
     .min = 0,
     .max = 1,
     .flags = TD_OPEN_MAX},
    {.name = "on", .type = TD_BOOL, .offset = offsetof(struct all, on), .initial = "true"},
    {.name = "text", .type = TD_STRING, .offset = offsetof(struct all, text)},
    {.name = "mode",
     .type = TD_CHOICE,
     .offset = offsetof(struct all, mode),
     .initial = "slow",
     .choices = modes},
    {.name = "reals",
     .type = TD_REALS,
     .offset = offsetof(struct all, reals),
     .initial = "[]",
     .min = -1,
     .max = 1},
    {.name = "ints", .type = TD_INTS, .offset = offsetof(struct all, ints), .initial = "[1..3]"},
    {.name = "strings", .type = TD_STRINGS, .offset = offsetof(struct all, strings), .initial = ""},
    {.name = "steps",
     .type = TD_STEPS,
     .offset = offsetof(struct all, steps),
     .initial = "end",
     .flags = TD_LENGTH},
    {.name = "net",
     .type = TD_PART,
     .offset = offsetof(struct all, net),
     .initial = "mlp",
     .registry = &networks},
    {.name = "measure",
     .type = TD_PARTS,
     .offset = offsetof(struct all, measure),
     .initial = "[plain]",
     .flags = TD_OBSERVED,
     .registry = &optimizers,
     .common = common_table,
     .common_size = sizeof(struct common)},
    {0}};

/* ---- the fixture ---- */

enum { MOST = 600 };
struct fixture {
    struct td_arena *arena;
    struct td_error err;
    struct td_settings settings;
    struct all all;
};

static int set_up(void **state) {
    struct fixture *f = calloc(1, sizeof *f);
    f->arena = td_arena_create();
    *state = f;
    return 0;
}

static int tear_down(void **state) {
    struct fixture *f = *state;
    td_arena_free(f->arena);
    free(f);
    return 0;
}

/* Resolves "name=value" texts, each from an option of that text. */
static td_status resolve(struct fixture *f, const char *const *texts) {
    static struct td_assign assigns[MOST];
    size_t n = 0;
    for (; texts[n]; n++) {
        const char *equals = strchr(texts[n], '=');
        assigns[n] = (struct td_assign){
            td_arena_printf(f->arena, "%.*s", (int)(equals - texts[n]), texts[n]),
            equals + 1,
            {.option = texts[n]}};
    }
    return td_resolve(table, assigns, n, f->arena, &f->settings, &f->err);
}

static void decode(struct fixture *f, const char *const *texts) {
    td_status status = resolve(f, texts);
    if (status == TD_OK)
        status = td_decode(table, &f->settings, f->arena, &f->all, sizeof f->all, &f->err);
    if (status != TD_OK)
        fail_msg("%s", f->err.message);
}
#define DECODE(f_, ...) decode(f_, (const char *const[]){__VA_ARGS__, NULL})

static const char *value_of(const struct fixture *f, const char *name) {
    for (size_t i = 0; i < f->settings.n; i++)
        if (!strcmp(f->settings.v[i].name, name))
            return f->settings.v[i].value;
    return "(absent)";
}

static void expect_refused(struct fixture *f, const char *const *texts, const char *message) {
    if (resolve(f, texts) != TD_BAD_INPUT)
        fail_msg("accepted: %s", texts[0]);
    if (!strstr(f->err.message, message))
        fail_msg("\"%s\" does not say \"%s\"", f->err.message, message);
    assert_int_equal(f->settings.n, 0);
}
#define REFUSE(f_, message_, ...)                                                                  \
    expect_refused(f_, (const char *const[]){__VA_ARGS__, NULL}, message_)

/* ---- tests ---- */

static void defaults_fill_the_struct(void **state) {
    struct fixture *f = *state;
    decode(f, (const char *const[]){NULL});
    const struct all *a = &f->all;
    assert_true(a->whole == 10 && a->x == 0.5 && a->on && a->mode == MODE_SLOW);
    assert_string_equal(a->text, "");
    assert_true(a->reals.n == 0 && a->strings.n == 0 && a->ints.n == 3 && a->ints.v[2] == 3);
    assert_string_equal(a->steps.text, "end");
    assert_ptr_equal(a->net.kind, &net_kind);
    const struct net *net = a->net.params;
    assert_true(net->depth == 3);
    assert_ptr_equal(net->optimizer.kind, &sgd_kind);
    assert_true(((const struct sgd *)net->optimizer.params)->lr == 0.01);
    assert_null(a->net.common);
    assert_int_equal(a->measure.n, 1);
    assert_ptr_equal(a->measure.v[0].kind, &plain_kind);
    assert_null(a->measure.v[0].params);
    assert_string_equal(((const struct common *)a->measure.v[0].common)->at.text, "end");
}

/* Equal whatever the spelling; each field counts. */
static void equal_structs_are_equal(void **state) {
    struct fixture *f = *state;
    static const char *const changes[] = {"whole=11",
                                          "x=0.25",
                                          "on=false",
                                          "text=a",
                                          "mode=fast",
                                          "reals=[0.5]",
                                          "ints=[1,2,4]",
                                          "strings=[a]",
                                          "steps=[0,end]",
                                          "net.depth=4",
                                          "net.optimizer.lr=0.02",
                                          "measure=[]",
                                          "measure=[plain,plain]",
                                          "measure.0.at=3"};
    decode(f, (const char *const[]){NULL});
    struct all first = f->all;
    DECODE(f, "x=5e-1", "net.kind=mlp", "ints=[1,2,3]");
    assert_true(td_params_equal(table, &first, &f->all));
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        DECODE(f, changes[i]);
        if (td_params_equal(table, &first, &f->all))
            fail_msg("%s makes no difference", changes[i]);
        assert_true(td_params_equal(table, &f->all, &f->all));
    }
}

static void settings_are_in_table_order_with_joined_flags(void **state) {
    struct fixture *f = *state;
    static const struct {
        const char *name;
        unsigned flags;
    } expected[] = {{"whole", 0},
                    {"x", TD_OPEN_MAX},
                    {"on", 0},
                    {"text", 0},
                    {"mode", 0},
                    {"reals", 0},
                    {"ints", 0},
                    {"strings", 0},
                    {"steps", TD_LENGTH},
                    {"net.kind", 0},
                    {"net.depth", 0},
                    {"net.optimizer.kind", 0},
                    {"net.optimizer.lr", TD_OPEN_MIN},
                    {"net.optimizer.momentum", TD_OPEN_MAX},
                    {"net.optimizer.nesterov", 0},
                    {"measure.0.kind", TD_OBSERVED},
                    {"measure.0.at", TD_OBSERVED},
                    {"measure.0.lr", TD_OBSERVED},
                    {"measure.0.beta", TD_OBSERVED | TD_OPEN_MIN | TD_OPEN_MAX}};
    DECODE(f, "measure=[adam]");
    assert_int_equal(f->settings.n, sizeof expected / sizeof *expected);
    for (size_t i = 0; i < f->settings.n; i++) {
        assert_string_equal(f->settings.v[i].name, expected[i].name);
        assert_int_equal(f->settings.v[i].flags, expected[i].flags);
    }
    assert_ptr_equal(f->settings.v[9].param, &table[9]);
}

static void later_assignments_win(void **state) {
    struct fixture *f = *state;
    DECODE(f, "whole=1", "x=0.25", "whole=2", "whole=3e0");
    assert_true(f->all.whole == 3 && f->all.x == 0.25);
}

static void every_type_is_read(void **state) {
    struct fixture *f = *state;
    DECODE(f, "whole=-7", "x=9.99e-1", "on=Off", "text=a, b = c", "mode=fast",
           "reals=[-1, lin(0,1,3)]", "ints=5", "strings=[a,'b,c',\"d \\\"e\\\"\"]",
           "steps=[0,1e1,end]");
    const struct all *a = &f->all;
    assert_true(a->whole == -7 && a->x == 0.999 && !a->on && a->mode == MODE_FAST);
    assert_string_equal(a->text, "a, b = c");
    assert_true(a->reals.n == 4 && a->reals.v[0] == -1 && a->reals.v[2] == 0.5);
    assert_true(a->ints.n == 1 && a->ints.v[0] == 5);
    assert_int_equal(a->strings.n, 3);
    assert_string_equal(a->strings.v[1], "b,c");
    assert_string_equal(a->strings.v[2], "d \"e\"");
    assert_string_equal(a->steps.text, "[0,10,end]");
}

static void booleans_have_eight_spellings(void **state) {
    struct fixture *f = *state;
    static const char *const yes[] = {"on=true", "on=yes", "on=on", "on=1", "on=True", "on=YES"};
    static const char *const no[] = {"on=false", "on=no", "on=off", "on=0", "on=FALSE", "on=No"};
    for (size_t i = 0; i < 6; i++) {
        DECODE(f, yes[i]);
        assert_true(f->all.on);
        assert_string_equal(value_of(f, "on"), "true");
        DECODE(f, no[i]);
        assert_false(f->all.on);
        assert_string_equal(value_of(f, "on"), "false");
    }
    REFUSE(f, "true or false", "on=2");
    REFUSE(f, "true or false", "on=");
}

static void one_number_has_one_text(void **state) {
    struct fixture *f = *state;
    static const char *const spellings[] = {"x=1e-3", "x=0.001", "x=1.0e-03", "x=.001", "x=+1E-3"};
    for (size_t i = 0; i < sizeof spellings / sizeof *spellings; i++) {
        DECODE(f, spellings[i]);
        assert_string_equal(value_of(f, "x"), "0.001");
    }
    DECODE(f, "x=-0", "whole=-0.0", "reals=[-0,1.0,1e-1]", "ints=[1e3,2.0]");
    assert_string_equal(value_of(f, "x"), "0");
    assert_false(signbit(f->all.x));
    assert_string_equal(value_of(f, "whole"), "0");
    assert_string_equal(value_of(f, "reals"), "[0,1,0.1]");
    assert_string_equal(value_of(f, "ints"), "[1000,2]");
}

static void ranges_are_named(void **state) {
    struct fixture *f = *state;
    REFUSE(f, "x=1: x must be in [0, 1), not \"1\"", "x=1");
    REFUSE(f, "x must be in [0, 1)", "x=-0.1");
    REFUSE(f, "x must be a number in [0, 1), not \"nan\"", "x=nan");
    REFUSE(f, "x must be a number in [0, 1), not \"1e999\" (too large", "x=1e999");
    REFUSE(f, "too small", "x=1e-999");
    REFUSE(f, "a number in [0, 1)", "x=inf");
    REFUSE(f, "a number in [0, 1)", "x=0x1p-1");
    REFUSE(f, "must be in [1, 128] (layers), not \"0\"", "net.depth=0");
    REFUSE(f, "an integer in [1, 128] (layers), not \"2.5\" (not whole)", "net.depth=2.5");
    REFUSE(f, "must be above 0, not \"0\"", "net.optimizer.lr=0");
    REFUSE(f, "a number above 0, not \"a\"", "net.optimizer.lr=a");
    REFUSE(f, "in (0, 1) (per step)", "net.optimizer=adam", "net.optimizer.beta=1");
    REFUSE(f, "must be in [-1, 1], not \"2\"", "reals=[0,2]");
    REFUSE(f, "9223372036854775808", "whole=9223372036854775808");
    REFUSE(f, "one of fast, slow, not \"fats\"; did you mean \"fast\"?", "mode=fats");
    REFUSE(f, "one value is meant here", "whole=[1,2]");
    REFUSE(f, "one value is meant here", "x=0,0.5");
    DECODE(f, "x=0", "net.depth=128", "net.optimizer.lr=1e300", "whole=9223372036854775807");
    assert_true(f->all.whole == INT64_MAX);
}

static void unknown_names_suggest_the_full_one(void **state) {
    struct fixture *f = *state;
    REFUSE(f, "unknown parameter wole; did you mean whole?", "wole=1");
    REFUSE(f, "did you mean net.depth?", "depth=1");
    REFUSE(f, "did you mean net.depth?", "net.dept=1");
    REFUSE(f, "did you mean net.optimizer.momentum?", "momentun=1");
    REFUSE(f, "did you mean measure", "mesure.0=adam");
    REFUSE(f, "unknown parameter whole.x", "whole.x=1");
    REFUSE(f, "unknown parameter net.optimizer.zzzzzzz (net.optimizer.kind is sgd)",
           "net.optimizer.zzzzzzz=1");
    REFUSE(f, "unknown parameter ", "=1");
    REFUSE(f, "unknown network \"mpl\": did you mean \"mlp\"?", "net=mpl");
    REFUSE(f, "measure.00", "measure.00=adam");
    REFUSE(f, "unknown parameter measure.x: measure is a list of parts", "measure.x=adam");
    REFUSE(f, "measure is a list of parts, numbered measure.0", "measure.kind=adam");
}

static void a_name_of_another_kind_says_so(void **state) {
    struct fixture *f = *state;
    REFUSE(f, "net.optimizer.beta is a parameter of kind adam, but net.optimizer.kind is sgd",
           "net.optimizer.beta=0.5");
    REFUSE(f, "measure.0.momentum is a parameter of kind sgd, but measure.0.kind is adam",
           "measure.0=adam", "measure.0.momentum=0.5");
}

static void parts_may_be_written_short(void **state) {
    struct fixture *f = *state;
    DECODE(f, "net.optimizer=adam", "net.optimizer.beta=0.5");
    const struct net *net = f->all.net.params;
    assert_ptr_equal(net->optimizer.kind, &adam_kind);
    assert_true(((const struct adam *)net->optimizer.params)->beta == 0.5);
    DECODE(f, "net.optimizer.kind=adam", "net.optimizer=sgd");
    assert_string_equal(value_of(f, "net.optimizer.kind"), "sgd");
    DECODE(f, "measure=[sgd,adam]", "measure.1.at=3");
    assert_int_equal(f->all.measure.n, 2);
    assert_ptr_equal(f->all.measure.v[1].kind, &adam_kind);
    assert_string_equal(((const struct common *)f->all.measure.v[1].common)->at.text, "3");
    DECODE(f, "measure.0=adam", "measure.1=sgd"); /* beside the default [plain] */
    assert_int_equal(f->all.measure.n, 2);
    DECODE(f, "measure=");
    assert_int_equal(f->all.measure.n, 0);
}

/* A kind chosen over another one takes the old kind's parameters with it, not the shared ones. */
static void a_new_kind_drops_what_the_old_one_had(void **state) {
    struct fixture *f = *state;
    DECODE(f, "net.optimizer=sgd", "net.optimizer.momentum=0.5", "net.optimizer.lr=0.25",
           "net.optimizer=adam");
    assert_string_equal(value_of(f, "net.optimizer.lr"), "0.25");
    assert_string_equal(value_of(f, "net.optimizer.momentum"), "(absent)");
    /* written for no kind that was ever chosen, or after the choice: still refused */
    REFUSE(f, "parameter of kind sgd", "net.optimizer.momentum=0.5", "net.optimizer=adam");
    REFUSE(f, "parameter of kind sgd", "net.optimizer=sgd", "net.optimizer=adam",
           "net.optimizer.momentum=0.5");
    REFUSE(f, "unknown parameter net.optimizer.momentun", "net.optimizer=sgd",
           "net.optimizer.momentun=0.5", "net.optimizer=adam");
}

static void a_new_list_replaces_the_old_one(void **state) {
    struct fixture *f = *state;
    DECODE(f, "measure=[sgd,adam]", "measure.1.beta=0.5", "measure=[]", "measure.0.kind=adam");
    assert_int_equal(f->all.measure.n, 1);
    assert_string_equal(value_of(f, "measure.0.beta"), "0.9");
    assert_string_equal(value_of(f, "measure.1.kind"), "(absent)");
}

static void items_are_numbered_without_gaps(void **state) {
    struct fixture *f = *state;
    REFUSE(f, "measure.3 is given but measure.1 is not", "measure.0=adam", "measure.3=sgd");
    REFUSE(f, "measure.1.beta=0.5: measure.1.kind is missing: which optimizer?",
           "measure.1.beta=0.5");
    REFUSE(f, "at most 256 items", "measure.256=adam");
    REFUSE(f, "at most 256 items", "measure.999999=adam");
    REFUSE(f, "unknown parameter measure.99999999999999999999",
           "measure.99999999999999999999=adam");
    struct td_text many = {0};
    td_text_add(&many, "measure=[");
    for (int i = 0; i < TD_PARTS_MAX; i++)
        td_text_add(&many, i ? ",plain" : "plain");
    struct td_text more = {0};
    td_text_add(&more, many.s);
    td_text_add(&many, "]");
    td_text_add(&more, ",plain]");
    DECODE(f, many.s);
    assert_int_equal(f->all.measure.n, TD_PARTS_MAX);
    REFUSE(f, "more than 256 items", more.s);
    free(many.s);
    free(more.s);
}

static void places_are_named(void **state) {
    struct fixture *f = *state;
    struct td_assign assign = {"wole", "1", {.file = "a.yaml", .line = 3, .column = 7}};
    char place[64];
    assert_int_equal(td_resolve(table, &assign, 1, f->arena, &f->settings, &f->err), TD_BAD_INPUT);
    assert_int_equal(strncmp(f->err.message, "a.yaml:3:7: ", 12), 0);
    assert_string_equal(td_where_text(&assign.where, place, sizeof place), "a.yaml:3:7");
    assert_string_equal(
        td_where_text(&(struct td_where){.option = "--set a=1"}, place, sizeof place), "--set a=1");
    assert_string_equal(td_where_text(&(struct td_where){0}, place, sizeof place),
                        "built-in default");
    assert_string_equal(td_where_text(&assign.where, place, 4), "a.y");
}

static void lists_are_bounded_and_flat(void **state) {
    struct fixture *f = *state;
    REFUSE(f, "a list within a list", "reals=[[1],[0]]");
    REFUSE(f, "closing ]", "reals=[1");
    REFUSE(f, "empty", "reals=[1,,1]");
    REFUSE(f, "empty", "reals=[1,]");
    REFUSE(f, "more than 65536 elements", "ints=[1..1000000]");
    REFUSE(f, "above 0", "reals=[log(0,1,3)]");
    struct td_text text = {0};
    td_text_add(&text, "text=");
    for (int i = 0; i < TD_TEXT_MAX + 1; i++)
        td_text_add(&text, "a");
    REFUSE(f, "at most 65536", text.s);
    free(text.s);
}

static void texts_are_one_line_of_utf8(void **state) {
    struct fixture *f = *state;
    static const char *const bad[] = {
        "text=a\nb",         "text=\x01",         "text=\x7f",
        "text=\xff",         "text=\xc3",         "text=\xc0\x80",
        "text=\xe0\x80\x80", "text=\xed\xa0\x80", "text=\xf4\x90\x80\x80",
        "strings=[a,\xff]"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        REFUSE(f, "UTF-8", bad[i]);
    DECODE(f, "text=\xc3\xbc \xe2\x82\xac \xf0\x9f\x99\x82");
}

/* Resolved settings resolve to themselves, and decode to the same struct: the canonical text is a
   fixed point. */
static void canonical_texts_are_fixed_points(void **state) {
    struct fixture *f = *state;
    DECODE(f, "x=1e-7", "reals=[1e-5,-1,lin(0,1,7)]", "strings=[' a',\"\",b]", "steps=log(1,1e3,4)",
           "net.optimizer=adam", "measure=[adam,plain,sgd]", "measure.2.momentum=1e-9");
    struct td_settings first = f->settings;
    static struct td_assign assigns[MOST];
    for (size_t i = 0; i < first.n; i++)
        assigns[i] = (struct td_assign){.name = first.v[i].name, .text = first.v[i].value};
    assert_int_equal(td_resolve(table, assigns, first.n, f->arena, &f->settings, &f->err), TD_OK);
    assert_int_equal(f->settings.n, first.n);
    for (size_t i = 0; i < first.n; i++) {
        assert_string_equal(f->settings.v[i].name, first.v[i].name);
        assert_string_equal(f->settings.v[i].value, first.v[i].value);
    }
    assert_int_equal(f->all.strings.n, 3);
    assert_string_equal(f->all.strings.v[0], " a");
    assert_string_equal(f->all.strings.v[1], "");
    assert_true(f->all.reals.v[2 + 1] == 1.0 / 6);
}

static void decoding_checks_what_it_reads(void **state) {
    struct fixture *f = *state;
    DECODE(f, "whole=4");
    struct all out;
    struct td_settings shorter = {f->settings.n - 1, f->settings.v};
    assert_int_equal(td_decode(table, &shorter, f->arena, &out, sizeof out, &f->err), TD_BAD_INPUT);
    assert_non_null(strstr(f->err.message, "missing"));
    struct td_settings none = {0, NULL};
    assert_int_equal(td_decode(table, &none, f->arena, &out, sizeof out, &f->err), TD_BAD_INPUT);
    assert_int_equal(td_decode(table, &f->settings, f->arena, &out, 8, &f->err), TD_FAILED);
    assert_non_null(strstr(f->err.message, "outside"));
    f->settings.v[1].value = "7"; /* x: out of range */
    assert_int_equal(td_decode(table, &f->settings, f->arena, &out, sizeof out, &f->err),
                     TD_BAD_INPUT);
}

static void decoding_takes_any_order(void **state) {
    struct fixture *f = *state;
    DECODE(f, "whole=4", "measure=[adam,sgd]", "measure.1.momentum=0.25");
    struct td_setting *reversed = td_arena_alloc(f->arena, f->settings.n * sizeof *reversed);
    for (size_t i = 0; i < f->settings.n; i++)
        reversed[i] = f->settings.v[f->settings.n - 1 - i];
    struct td_settings settings = {f->settings.n, reversed};
    struct all out;
    assert_int_equal(td_decode(table, &settings, f->arena, &out, sizeof out, &f->err), TD_OK);
    assert_true(out.whole == 4 && out.measure.n == 2);
    assert_true(((const struct sgd *)out.measure.v[1].params)->momentum == 0.25);
}

static void programs_fill_structs_from_pairs(void **state) {
    struct fixture *f = *state;
    struct adam adam;
    assert_int_equal(td_params_from_text(adam_table, (const char *const[]){"lr", "0.25", NULL},
                                         f->arena, &adam, sizeof adam, &f->err),
                     TD_OK);
    assert_true(adam.lr == 0.25 && adam.beta == 0.9);
    assert_int_equal(td_params_from_text(adam_table, (const char *const[]){NULL}, f->arena, &adam,
                                         sizeof adam, &f->err),
                     TD_OK);
    assert_int_equal(td_params_from_text(adam_table, (const char *const[]){"rl", "1", NULL},
                                         f->arena, &adam, sizeof adam, &f->err),
                     TD_BAD_INPUT);
    assert_int_equal(td_params_from_text(NULL, NULL, f->arena, &adam, sizeof adam, &f->err), TD_OK);
}

static void required_parameters_must_be_given(void **state) {
    struct fixture *f = *state;
    struct need {
        int64_t n;
    } need;
    static const struct td_param need_table[] = {
        {.name = "n", .type = TD_INT, .min = 1, .max = INFINITY}, {0}};
    assert_int_equal(td_params_from_text(need_table, NULL, f->arena, &need, sizeof need, &f->err),
                     TD_BAD_INPUT);
    assert_string_equal(f->err.message, "n must be given: an integer of at least 1");
    assert_int_equal(td_params_from_text(need_table, (const char *const[]){"n", "5", NULL},
                                         f->arena, &need, sizeof need, &f->err),
                     TD_OK);
    assert_true(need.n == 5);
}

/* A part whose default is itself would nest for ever. */
static struct td_registry endless = {.family = "part"};
static const struct td_param endless_table[] = {
    {.name = "inner", .type = TD_PART, .initial = "self", .registry = &endless}, {0}};
static const struct td_kind self_kind = TD_KIND("self", "", "", endless_table, struct td_part);

static void nesting_is_bounded(void **state) {
    struct fixture *f = *state;
    struct td_part part;
    endless.kinds = (const struct td_kind *const[]){&self_kind, NULL};
    assert_int_equal(
        td_params_from_text(endless_table, NULL, f->arena, &part, sizeof part, &f->err),
        TD_BAD_INPUT);
    assert_non_null(strstr(f->err.message, "deeper"));
    assert_null(td_param_find(endless_table,
                              "inner.inner.inner.inner.inner.inner.inner.inner.inner.inner.inner."
                              "inner.inner.inner.inner.inner.inner.inner.inner.x",
                              NULL));
}

static void names_are_found_under_any_kind(void **state) {
    (void)state;
    unsigned flags;
    assert_ptr_equal(td_param_find(table, "net.depth", &flags), &net_table[0]);
    assert_ptr_equal(td_param_find(table, "net.optimizer.beta", &flags), &adam_table[1]);
    assert_ptr_equal(td_param_find(table, "net.kind", &flags), &table[9]);
    assert_ptr_equal(td_param_find(table, "measure", &flags), &table[10]);
    assert_int_equal(flags, TD_OBSERVED);
    assert_ptr_equal(td_param_find(table, "measure.3.at", &flags), &common_table[0]);
    assert_int_equal(flags, TD_OBSERVED);
    assert_ptr_equal(td_param_find(table, "measure.3", &flags), &table[10]);
    assert_null(td_param_find(table, "measure.x.at", &flags));
    assert_null(td_param_find(table, "whole.x", NULL));
    assert_null(td_param_find(table, "", NULL));
    assert_null(td_param_find(NULL, "whole", NULL));
}

static void long_names_are_refused(void **state) {
    struct fixture *f = *state;
    struct td_text text = {0};
    td_text_add(&text, "net");
    for (int i = 0; i < 400; i++)
        td_text_add(&text, ".depth");
    td_text_add(&text, "=1");
    REFUSE(f, "unknown parameter", text.s);
    free(text.s);
}

#define TEST(name_) cmocka_unit_test_setup_teardown(name_, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(defaults_fill_the_struct),
        TEST(equal_structs_are_equal),
        TEST(settings_are_in_table_order_with_joined_flags),
        TEST(later_assignments_win),
        TEST(every_type_is_read),
        TEST(booleans_have_eight_spellings),
        TEST(one_number_has_one_text),
        TEST(ranges_are_named),
        TEST(unknown_names_suggest_the_full_one),
        TEST(a_name_of_another_kind_says_so),
        TEST(parts_may_be_written_short),
        TEST(a_new_kind_drops_what_the_old_one_had),
        TEST(a_new_list_replaces_the_old_one),
        TEST(items_are_numbered_without_gaps),
        TEST(places_are_named),
        TEST(lists_are_bounded_and_flat),
        TEST(texts_are_one_line_of_utf8),
        TEST(canonical_texts_are_fixed_points),
        TEST(decoding_checks_what_it_reads),
        TEST(decoding_takes_any_order),
        TEST(programs_fill_structs_from_pairs),
        TEST(required_parameters_must_be_given),
        TEST(nesting_is_bounded),
        TEST(names_are_found_under_any_kind),
        TEST(long_names_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
