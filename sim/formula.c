/* From text to program: recursive descent with a bound on everything. Subexpressions without x
   become numbers as soon as they are complete. */
#include "sim/formula.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "numeric/kind.h"
#include "numeric/param_text.h"
#include "sim/formula_ops.h"

const struct td_formula_op_kind td_formula_op_kinds[TD_FORMULA_CODES] = {
#define X(code, name, arguments, sides) {name, arguments, sides},
    TD_FORMULA_OP_LIST(X)
#undef X
};

struct parser {
    const char *text, *at;
    const double *constants; /* NULL: not known */
    struct td_formula *out;
    int nesting, stack;
    struct td_error *err;
};

static td_status refuse(struct parser *p, const char *at, const char *what) {
    return td_fail(p->err, TD_BAD_INPUT, "formula \"%.200s\", column %zu: %s", p->text,
                   (size_t)(at - p->text) + 1, what);
}

static void skip_blanks(struct parser *p) {
    while (*p->at == ' ')
        p->at++;
}

static bool take(struct parser *p, char c) {
    skip_blanks(p);
    if (*p->at != c)
        return false;
    p->at++;
    return true;
}

/* What stands at p->at, for a message. */
static td_status expected(struct parser *p, const char *what) {
    char message[160];
    skip_blanks(p);
    if (*p->at == 0)
        snprintf(message, sizeof message, "%s is expected, but the formula ends", what);
    else if (isprint((unsigned char)*p->at))
        snprintf(message, sizeof message, "%s is expected, not '%c'", what, *p->at);
    else
        snprintf(message, sizeof message, "%s is expected, not byte 0x%02x", what,
                 (unsigned char)*p->at);
    return refuse(p, p->at, message);
}

/* ---- the program ---- */

static bool is_number(const struct td_formula *f, size_t i) {
    return i < f->n && f->op[i].code == TD_FORMULA_number;
}

/* Replaces the op just added and its `arguments` numbers by the number that they make. */
static td_status fold(struct parser *p, const char *at, size_t arguments) {
    struct td_formula part = {.n = arguments + 1};
    size_t first = p->out->n - part.n;
    memcpy(part.op, p->out->op + first, part.n * sizeof *part.op);
    double value = p->constants ? td_formula_value(&part, 0) : 1;
    if (!isfinite(value))
        return refuse(p, at, "this part has no finite value");
    p->out->op[first] = (struct td_formula_op){TD_FORMULA_number, value};
    p->out->n = first + 1;
    return TD_OK;
}

static td_status add(struct parser *p, const char *at, int code, double number) {
    struct td_formula *f = p->out;
    size_t arguments = (size_t)td_formula_op_kinds[code].arguments;
    char message[80];
    snprintf(message, sizeof message, "too long: more than %d steps", TD_FORMULA_OPS);
    if (f->n == TD_FORMULA_OPS)
        return refuse(p, at, message);
    f->op[f->n++] = (struct td_formula_op){code, number};
    p->stack += 1 - (int)arguments;
    snprintf(message, sizeof message, "too deep: more than %d operands wait for each other",
             TD_FORMULA_STACK);
    if (p->stack > TD_FORMULA_STACK)
        return refuse(p, at, message);
    bool constant = arguments > 0;
    for (size_t i = 0; i < arguments; i++)
        constant = constant && f->n >= 2 + i && is_number(f, f->n - 2 - i);
    return constant ? fold(p, at, arguments) : TD_OK;
}

/* ---- the grammar ---- */

static td_status parse_sum(struct parser *p);
static td_status parse_sign(struct parser *p);

static td_status parse_number(struct parser *p) {
    enum { DIGITS_MAX = 60 };
    char digits[DIGITS_MAX + 1];
    const char *start = p->at, *s = p->at;
    double value;
    while (isdigit((unsigned char)*s) || *s == '.')
        s++;
    if ((*s == 'e' || *s == 'E') && isdigit((unsigned char)s[s[1] == '+' || s[1] == '-' ? 2 : 1])) {
        s += 2;
        while (isdigit((unsigned char)*s))
            s++;
    }
    snprintf(digits, sizeof digits, "%.*s", (int)(s - start), start);
    if (s - start > DIGITS_MAX || td_number_parse(digits, &value) != TD_NUMBER_OK)
        return refuse(p, start, "this is not a number that can be represented");
    p->at = s;
    return add(p, start, TD_FORMULA_number, value);
}

static td_status parse_arguments(struct parser *p, const char *name, int code) {
    char what[80];
    int wanted = td_formula_op_kinds[code].arguments;
    snprintf(what, sizeof what, "( after %s", td_formula_op_kinds[code].name);
    if (!take(p, '('))
        return expected(p, what);
    for (int i = 0; i < wanted; i++) {
        td_status status = parse_sum(p);
        if (status)
            return status;
        bool last = i + 1 == wanted;
        snprintf(what, sizeof what, "%s (%s takes %d argument%s)", last ? ")" : ",",
                 td_formula_op_kinds[code].name, wanted, wanted == 1 ? "" : "s");
        if (!take(p, last ? ')' : ','))
            return expected(p, what);
    }
    return add(p, name, code, 0);
}

static td_status unknown_name(struct parser *p, const char *start, const char *name) {
    const char *names[TD_FORMULA_CODES + 5] = {"x", "a", "b", "c", "pi"}, *near;
    char message[160], hint[48] = "";
    size_t n = 5;
    for (int code = 0; code < TD_FORMULA_CODES; code++)
        if (td_formula_op_kinds[code].name[0])
            names[n++] = td_formula_op_kinds[code].name;
    if ((near = td_nearest(name, names, n)))
        snprintf(hint, sizeof hint, "; did you mean \"%s\"?", near);
    snprintf(message, sizeof message, "\"%.30s\" is neither x, a, b, c, pi nor a function%s", name,
             hint);
    return refuse(p, start, message);
}

static td_status parse_name(struct parser *p) {
    const char *start = p->at;
    char name[32];
    while (isalnum((unsigned char)*p->at) || *p->at == '_')
        p->at++;
    snprintf(name, sizeof name, "%.*s", (int)(p->at - start), start);
    if (!strcmp(name, "x"))
        return add(p, start, TD_FORMULA_x, 0);
    if (!strcmp(name, "pi"))
        return add(p, start, TD_FORMULA_number, M_PI);
    if (name[0] >= 'a' && name[0] < 'a' + TD_FORMULA_CONSTANTS && !name[1])
        return add(p, start, TD_FORMULA_number, p->constants ? p->constants[name[0] - 'a'] : 1);
    for (int code = 0; code < TD_FORMULA_CODES; code++)
        if (!strcmp(name, td_formula_op_kinds[code].name))
            return parse_arguments(p, start, code);
    return unknown_name(p, start, name);
}

static td_status parse_atom(struct parser *p) {
    skip_blanks(p);
    if (isdigit((unsigned char)*p->at) || *p->at == '.')
        return parse_number(p);
    if (isalpha((unsigned char)*p->at))
        return parse_name(p);
    if (!take(p, '('))
        return expected(p, "a number, x, a function or (");
    td_status status = parse_sum(p);
    return status || take(p, ')') ? status : expected(p, ")");
}

static td_status parse_power(struct parser *p) {
    td_status status = parse_atom(p);
    skip_blanks(p);
    bool stars = p->at[0] == '*' && p->at[1] == '*';
    if (status || (*p->at != '^' && !stars))
        return status;
    p->at += stars ? 2 : 1;
    const char *start = p->at;
    size_t before = p->out->n;
    status = parse_sign(p);
    if (status)
        return status;
    if (p->out->n != before + 1 || !is_number(p->out, before))
        return refuse(p, start, "the exponent must not depend on x (write exp(... * ln(...)))");
    double exponent = p->out->op[--p->out->n].number;
    p->stack--;
    return add(p, start, TD_FORMULA_power, exponent);
}

static td_status parse_sign(struct parser *p) {
    char message[80];
    if (++p->nesting > TD_FORMULA_NESTING) {
        snprintf(message, sizeof message, "nested deeper than %d", TD_FORMULA_NESTING);
        return refuse(p, p->at, message);
    }
    skip_blanks(p);
    const char *start = p->at;
    bool minus = take(p, '-');
    td_status status = minus || take(p, '+') ? parse_sign(p) : parse_power(p);
    if (!status && minus)
        status = add(p, start, TD_FORMULA_negate, 0);
    p->nesting--;
    return status;
}

static td_status parse_product(struct parser *p) {
    td_status status = parse_sign(p);
    while (!status) {
        skip_blanks(p);
        const char *start = p->at;
        int code = take(p, '*')   ? TD_FORMULA_multiply
                   : take(p, '/') ? TD_FORMULA_divide
                                  : TD_FORMULA_CODES;
        if (code == TD_FORMULA_CODES)
            return TD_OK;
        status = parse_sign(p);
        if (!status)
            status = add(p, start, code, 0);
    }
    return status;
}

static td_status parse_sum(struct parser *p) {
    td_status status = parse_product(p);
    while (!status) {
        skip_blanks(p);
        const char *start = p->at;
        int code = take(p, '+')   ? TD_FORMULA_add
                   : take(p, '-') ? TD_FORMULA_subtract
                                  : TD_FORMULA_CODES;
        if (code == TD_FORMULA_CODES)
            return TD_OK;
        status = parse_product(p);
        if (!status)
            status = add(p, start, code, 0);
    }
    return status;
}

td_status td_formula_compile(const char *text, const double constants[TD_FORMULA_CONSTANTS],
                             struct td_formula *out, struct td_error *err) {
    struct parser p = {.text = text, .at = text, .constants = constants, .out = out, .err = err};
    memset(out, 0, sizeof *out);
    if (strlen(text) > TD_FORMULA_TEXT)
        return td_fail(err, TD_BAD_INPUT, "a formula of %zu bytes; at most %d are allowed",
                       strlen(text), TD_FORMULA_TEXT);
    td_status status = parse_sum(&p);
    if (status)
        return status;
    skip_blanks(&p);
    if (*p.at)
        return expected(&p, "an operator or the end");
    for (size_t i = 0; i < out->n; i++)
        if (out->op[i].code == TD_FORMULA_x)
            return TD_OK;
    return td_fail(err, TD_BAD_INPUT, "formula \"%.200s\": x does not occur", text);
}
