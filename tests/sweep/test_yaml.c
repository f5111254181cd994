/* YAML trees: what is read, where it stands, what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "numeric/param_text.h"
#include "sweep/yaml.h"

struct fixture {
    struct td_arena *arena;
    struct td_error err;
    struct td_yaml *root;
    struct td_assign *v;
    size_t n;
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

static td_status parse_bytes(struct fixture *f, const char *text, size_t bytes) {
    return td_yaml_parse("a.yaml", text, bytes, f->arena, &f->root, &f->err);
}

static void parse(struct fixture *f, const char *text) {
    if (parse_bytes(f, text, strlen(text)) != TD_OK)
        fail_msg("%s", f->err.message);
}

static void refuse_bytes(struct fixture *f, const char *text, size_t bytes, const char *message) {
    if (parse_bytes(f, text, bytes) != TD_BAD_INPUT)
        fail_msg("accepted: %.60s", text);
    if (!strstr(f->err.message, message))
        fail_msg("\"%s\" does not say \"%s\"", f->err.message, message);
    assert_null(f->root);
}

static void refuse(struct fixture *f, const char *text, const char *message) {
    refuse_bytes(f, text, strlen(text), message);
}

/* "name=text;name=text" of the flattened root. */
static void expect_flat(struct fixture *f, const char *text, const char *expected) {
    char got[2000] = "";
    parse(f, text);
    if (td_yaml_flatten(f->root, "", f->arena, &f->v, &f->n, &f->err) != TD_OK)
        fail_msg("%s", f->err.message);
    for (size_t i = 0; i < f->n; i++) {
        size_t used = strlen(got);
        snprintf(got + used, sizeof got - used, "%s%s=%s", i ? ";" : "", f->v[i].name,
                 f->v[i].text);
    }
    assert_string_equal(got, expected);
}

static void refuse_flat(struct fixture *f, const char *text, const char *message) {
    parse(f, text);
    assert_int_equal(td_yaml_flatten(f->root, "", f->arena, &f->v, &f->n, &f->err), TD_BAD_INPUT);
    if (!strstr(f->err.message, message))
        fail_msg("\"%s\" does not say \"%s\"", f->err.message, message);
    assert_int_equal(f->n, 0);
}

static void trees_keep_order_and_places(void **state) {
    struct fixture *f = *state;
    parse(f, "b: 1\na:\n  - x\n  - 'y z'\n  - {k: v}\n");
    const struct td_yaml *root = f->root, *list = td_yaml_get(root, "a");
    assert_int_equal(root->type, TD_YAML_MAP);
    assert_int_equal(root->n, 2);
    assert_string_equal(root->keys[0], "b");
    assert_string_equal(root->keys[1], "a");
    assert_int_equal(root->key_where[1].line, 2);
    assert_int_equal(root->key_where[1].column, 1);
    assert_int_equal(list->type, TD_YAML_LIST);
    assert_int_equal(list->n, 3);
    assert_string_equal(list->items[1]->text, "y z");
    assert_true(list->items[1]->quoted);
    assert_false(list->items[0]->quoted);
    assert_int_equal(list->items[1]->where.line, 4);
    assert_int_equal(list->items[1]->where.column, 5);
    assert_string_equal(list->items[1]->where.file, "a.yaml");
    assert_string_equal(td_yaml_get(list->items[2], "k")->text, "v");
    assert_null(td_yaml_get(root, "c"));
    assert_null(td_yaml_get(list, "k"));
    assert_null(td_yaml_get(NULL, "k"));
}

static void scalars_are_texts(void **state) {
    struct fixture *f = *state;
    expect_flat(f, "a: 1e-3\nb: no\nc: ~\nd: \"x\\ty\"\ne:\nf: 1..20\ng: log(1, 2000, 40)\n",
                "a=1e-3;b=no;c=~;d=x\ty;e=;f=1..20;g=log(1, 2000, 40)");
    expect_flat(f, "a: |\n  two\n  lines\nb: >\n  folded\n  text\n",
                "a=two\nlines\n;b=folded text\n");
    expect_flat(f,
                "\xef\xbb\xbf"
                "a: 1\n",
                "a=1"); /* byte-order mark */
    expect_flat(f, "a: 1\r\nb: 2\r\n", "a=1;b=2");
}

static void maps_flatten_to_dotted_names(void **state) {
    struct fixture *f = *state;
    expect_flat(f, "net: {depth: 3, opt: {kind: sgd, lr: 0.1}}\nnet.width: 5\n",
                "net.depth=3;net.opt.kind=sgd;net.opt.lr=0.1;net.width=5");
    expect_flat(f, "{}", "");
    expect_flat(f, "net: {}\n", "");
    assert_int_equal(td_yaml_flatten(f->root, "pre.fix", f->arena, &f->v, &f->n, &f->err), TD_OK);
    parse(f, "a: {b: 1}");
    assert_int_equal(td_yaml_flatten(f->root, "x.y", f->arena, &f->v, &f->n, &f->err), TD_OK);
    assert_string_equal(f->v[0].name, "x.y.a.b");
}

static void lists_flatten_to_texts_or_items(void **state) {
    struct fixture *f = *state;
    expect_flat(f, "a: [1, 2e3, end]\n", "a=[1,2e3,end]");
    expect_flat(f, "a: []\n", "a=[]");
    expect_flat(f, "a: [[1, 2], [3]]\n", "a=[[1,2],[3]]");
    expect_flat(f, "a: ['b,c', ' d', '', \"e\\\"\\\\\", 'log(1,2,3)', it's]\n",
                "a=[\"b,c\",\" d\",\"\",\"e\\\"\\\\\",log(1,2,3),\"it's\"]");
    expect_flat(f, "m: [{kind: loss, at: end}, accuracy, {kind: cka, of: [a, b]}]\n",
                "m=[];m.0.kind=loss;m.0.at=end;m.1=accuracy;m.2.kind=cka;m.2.of=[a,b]");
}

/* What is quoted when written must be read as the same elements. */
static void quoted_elements_come_back(void **state) {
    struct fixture *f = *state;
    static const char *const elements[] = {"a,b", "[",   "]",    "\"",     "'",        "\\",
                                           " ",   "",    "a\"b", "a\\",    "log(",     "lin(1,2,3)",
                                           "a]b", "a b", "\\\"", "log()x", "\xc3\xbc", "1..3"};
    struct td_text text = {0};
    for (size_t i = 0; i < sizeof elements / sizeof *elements; i++) {
        td_text_add(&text, i ? "," : "");
        td_text_add_element(&text, elements[i]);
    }
    const char *cursor = text.s;
    for (size_t i = 0; i < sizeof elements / sizeof *elements; i++) {
        struct td_piece piece;
        assert_non_null(cursor);
        assert_null(td_piece_next(&cursor, &piece));
        assert_string_equal(td_piece_text(&piece, f->arena), elements[i]);
    }
    assert_null(cursor);
    free(text.s);
}

static void malformed_files_name_line_and_column(void **state) {
    struct fixture *f = *state;
    refuse(f, "a: [1, 2\nb: 3\n", "a.yaml:2:");
    refuse(f, "a: 1\n b: 2\n", "a.yaml:2:");
    refuse(f, "a: 'x\n", "a.yaml:");
    refuse(f, "\ta: 1\n", "a.yaml:1:");
    refuse(f, "a: 1\nb: {c: 1, d: {e: 2}\n", "a.yaml:");
    refuse(f, "a: @x\n", "a.yaml:1:4");
    refuse(f, "ok: 1\nbad: \xff\n", "a.yaml:2:6");
    refuse(f, "a: \x01\n", "a.yaml:1:");
}

static void what_yaml_has_beyond_data_is_refused(void **state) {
    struct fixture *f = *state;
    refuse(f, "", "empty");
    refuse(f, "# only a comment\n", "empty");
    refuse(f, "a: &x 1\nb: 2\n", "anchors");
    refuse(f, "a: &x [1]\nb: *x\n", "anchors");
    refuse(f, "a: *x\n", "alias");
    refuse(f, "a: !!python/object:x 1\n", "tags");
    refuse(f, "a: !!map {b: 1}\n", "tags");
    refuse(f, "a: 1\n---\nb: 2\n", "second document");
    refuse(f, "? [a, b]\n: 1\n", "key");
    refuse(f, "'': 1\n", "empty key");
    refuse(f, "a: \"x\\0y\"\n", "zero byte");
    refuse(f, "a: 1\nb: 2\na: 3\n", "a.yaml:3:1: a is given twice, first in line 1");
    refuse_flat(f, "net: {depth: 1}\nnet.depth: 2\n", "a.yaml:2:12: net.depth is given twice");
    refuse_flat(f, "[1, 2]", "a map");
    refuse_flat(f, "a: [{b: 1}, [2]]\n", "a: each item");
    refuse_flat(f, "a: [{b: 1}, {}]\n", "a: each item");
    refuse_flat(f, "a: [[{b: 1}]]\n", "a map within");
}

static void sizes_are_bounded(void **state) {
    struct fixture *f = *state;
    struct td_text text = {0};
    for (int i = 0; i < 70; i++)
        td_text_add(&text, "[");
    refuse(f, text.s, "nested deeper than 64");
    text.n = 0;
    td_text_add(&text, "[");
    for (int i = 0; i < 200001; i++)
        td_text_add(&text, "1,");
    td_text_add(&text, "1]");
    refuse(f, text.s, "200000");
    free(text.s);
    size_t size = (16 << 20) + 1;
    char *large = malloc(size);
    memset(large, 'a', size);
    refuse_bytes(f, large, size, "16 MiB");
    free(large);
    text = (struct td_text){0};
    for (int i = 0; i < 50; i++)
        td_text_add(&text, "{a-rather-long-key-that-repeats: ");
    td_text_add(&text, "1");
    for (int i = 0; i < 50; i++)
        td_text_add(&text, "}");
    refuse_flat(f, text.s, "too long");
    free(text.s);
}

static void files_are_read(void **state) {
    struct fixture *f = *state;
    char path[] = "tdyn-yaml-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, "a: 5\n", 5), 5);
    close(fd);
    assert_int_equal(td_yaml_read(path, f->arena, &f->root, &f->err), TD_OK);
    assert_string_equal(td_yaml_get(f->root, "a")->text, "5");
    unlink(path);
    assert_int_equal(td_yaml_read(path, f->arena, &f->root, &f->err), TD_BAD_INPUT);
    assert_non_null(strstr(f->err.message, "No such file"));
    assert_int_equal(td_yaml_read(".", f->arena, &f->root, &f->err), TD_BAD_INPUT);
    assert_non_null(strstr(f->err.message, "directory"));
}

#define TEST(name_) cmocka_unit_test_setup_teardown(name_, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(trees_keep_order_and_places),
        TEST(scalars_are_texts),
        TEST(maps_flatten_to_dotted_names),
        TEST(lists_flatten_to_texts_or_items),
        TEST(quoted_elements_come_back),
        TEST(malformed_files_name_line_and_column),
        TEST(what_yaml_has_beyond_data_is_refused),
        TEST(sizes_are_bounded),
        TEST(files_are_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
