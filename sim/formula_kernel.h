/* Included by formula_run.c once for each number type: T, and NAME(f), VEC(f) for names. Every op
   works on blocks: u (and v) values, du (and dv) derivatives, or NULL if they are not wanted; the
   result replaces u and du. Each case of f and f' stands side by side. */

struct NAME(operands) {
    size_t n;
    T *u, *du;
    const T *v, *dv; /* the second operand of two */
    T number;
    T *w, *w2; /* work space of n numbers each */
};
typedef void NAME(op)(struct NAME(operands) o);

#define WITH_SLOPE(slope)                                                                          \
    if (o.du)                                                                                      \
        TD_EACH (i, o.n)                                                                           \
    o.du[i] = slope

/* A factor that has vanished stays 0 however large the other is: exp(-x^2) at x^2 = inf. */
#define DAMPED(a, b) ((a) == 0 || (b) == 0 ? 0 : (a) * (b))

static void NAME(op_number)(struct NAME(operands) o) {
    TD_EACH (i, o.n)
        o.u[i] = o.number;
    WITH_SLOPE(0);
}

static void NAME(op_negate)(struct NAME(operands) o) {
    TD_EACH (i, o.n)
        o.u[i] = -o.u[i];
    WITH_SLOPE(-o.du[i]);
}

static T NAME(integer_power)(T x, int n) {
    T power = 1;
    for (int k = n < 0 ? -n : n; k > 0; k /= 2, x *= x)
        if (k % 2)
            power *= x;
    return n < 0 ? 1 / power : power;
}

static T NAME(any_power)(T x, T exponent) {
    const T most = 64;
    if (exponent >= -most && exponent <= most && exponent == (T)(int)exponent)
        return NAME(integer_power)(x, (int)exponent);
    return (T)pow((double)x, (double)exponent);
}

static void NAME(op_power)(struct NAME(operands) o) {
    const T p = o.number;
    for (size_t i = 0; i < o.n; i++) {
        T u = o.u[i];
        o.u[i] = NAME(any_power)(u, p);
        if (o.du)
            o.du[i] = DAMPED(p * NAME(any_power)(u, p - 1), o.du[i]);
    }
}

static void NAME(op_abs)(struct NAME(operands) o) {
    WITH_SLOPE(o.u[i] > 0 ? o.du[i] : o.u[i] < 0 ? -o.du[i] : 0 > o.du[i] ? o.du[i] : -o.du[i]);
    TD_EACH (i, o.n)
        o.u[i] = 0 > o.u[i] ? -o.u[i] : o.u[i] + 0; /* -0 + 0 = 0 */
}

static void NAME(op_relu)(struct NAME(operands) o) {
    WITH_SLOPE(o.u[i] > 0 || (o.u[i] == 0 && 0 > o.du[i]) ? o.du[i] : 0);
    TD_EACH (i, o.n)
        o.u[i] = 0 > o.u[i] ? 0 : o.u[i];
}

static void NAME(op_step)(struct NAME(operands) o) {
    TD_EACH (i, o.n)
        o.u[i] = o.u[i] > 0 ? 1 : 0 >= o.u[i] ? 0 : o.u[i];
    WITH_SLOPE(0);
}

static void NAME(op_sign)(struct NAME(operands) o) {
    TD_EACH (i, o.n)
        o.u[i] = o.u[i] > 0 ? 1 : 0 > o.u[i] ? -1 : o.u[i];
    WITH_SLOPE(0);
}

static void NAME(op_exp)(struct NAME(operands) o) {
    VEC(exp)(o.n, o.u, o.u);
    WITH_SLOPE(DAMPED(o.u[i], o.du[i]));
}

static void NAME(op_expm1)(struct NAME(operands) o) {
    VEC(expm1)(o.n, o.u, o.u);
    WITH_SLOPE(DAMPED(o.u[i] + 1, o.du[i]));
}

static void NAME(op_ln)(struct NAME(operands) o) {
    WITH_SLOPE(o.du[i] / o.u[i]);
    VEC(log)(o.n, o.u, o.u);
}

static void NAME(op_log1p)(struct NAME(operands) o) {
    WITH_SLOPE(o.du[i] / (1 + o.u[i]));
    VEC(log1p)(o.n, o.u, o.u);
}

static void NAME(op_sin)(struct NAME(operands) o) {
    if (o.du) {
        VEC(cos)(o.n, o.u, o.w);
        WITH_SLOPE(o.w[i] * o.du[i]);
    }
    VEC(sin)(o.n, o.u, o.u);
}

static void NAME(op_cos)(struct NAME(operands) o) {
    if (o.du) {
        VEC(sin)(o.n, o.u, o.w);
        WITH_SLOPE(-o.w[i] * o.du[i]);
    }
    VEC(cos)(o.n, o.u, o.u);
}

static void NAME(op_erf)(struct NAME(operands) o) {
    if (o.du) {
        TD_EACH (i, o.n)
            o.w[i] = -o.u[i] * o.u[i];
        VEC(exp)(o.n, o.w, o.w);
        WITH_SLOPE(DAMPED((T)M_2_SQRTPI * o.w[i], o.du[i]));
    }
    VEC(erf)(o.n, o.u, o.u);
}

/* tanh' = 4 s (1 - s) with s = sigmoid(2 u): keeps its digits where tanh is near 1. */
static void NAME(op_tanh)(struct NAME(operands) o) {
    if (o.du) {
        TD_EACH (i, o.n) {
            o.w[i] = 2 * o.u[i];
            o.w2[i] = -o.w[i];
        }
        VEC(sigmoid)(o.n, o.w, o.w);
        VEC(sigmoid)(o.n, o.w2, o.w2);
        WITH_SLOPE(DAMPED(4 * o.w[i] * o.w2[i], o.du[i]));
    }
    VEC(tanh)(o.n, o.u, o.u);
}

static void NAME(op_sigmoid)(struct NAME(operands) o) {
    TD_EACH (i, o.n)
        o.w[i] = -o.u[i];
    VEC(sigmoid)(o.n, o.u, o.u);
    if (o.du)
        VEC(sigmoid)(o.n, o.w, o.w);
    WITH_SLOPE(DAMPED(o.u[i] * o.w[i], o.du[i]));
}

/* max(0, u) + log1p(e^-|u|) */
static void NAME(op_softplus)(struct NAME(operands) o) {
    if (o.du) {
        VEC(sigmoid)(o.n, o.u, o.w);
        WITH_SLOPE(DAMPED(o.w[i], o.du[i]));
    }
    TD_EACH (i, o.n)
        o.w[i] = 0 > o.u[i] ? o.u[i] : -o.u[i];
    VEC(exp)(o.n, o.w, o.w);
    VEC(log1p)(o.n, o.w, o.w);
    TD_EACH (i, o.n)
        o.u[i] = (0 > o.u[i] ? 0 : o.u[i]) + o.w[i];
}

static void NAME(op_sqrt)(struct NAME(operands) o) {
    for (size_t i = 0; i < o.n; i++)
        o.u[i] = (T)sqrt((double)o.u[i]);
    WITH_SLOPE(o.du[i] / (2 * o.u[i]));
}

static void NAME(op_add)(struct NAME(operands) o) {
    TD_EACH (i, o.n)
        o.u[i] += o.v[i];
    WITH_SLOPE(o.du[i] + o.dv[i]);
}

static void NAME(op_subtract)(struct NAME(operands) o) {
    TD_EACH (i, o.n)
        o.u[i] -= o.v[i];
    WITH_SLOPE(o.du[i] - o.dv[i]);
}

static void NAME(op_multiply)(struct NAME(operands) o) {
    WITH_SLOPE(DAMPED(o.v[i], o.du[i]) + DAMPED(o.u[i], o.dv[i]));
    TD_EACH (i, o.n)
        o.u[i] *= o.v[i];
}

/* An infinite divisor makes a quotient of 0 that stays 0, however fast it grows. */
static void NAME(op_divide)(struct NAME(operands) o) {
    TD_EACH (i, o.n)
        o.u[i] /= o.v[i];
    WITH_SLOPE(o.u[i] == 0 && o.v[i] - o.v[i] != 0 ? 0
                                                   : (o.du[i] - DAMPED(o.u[i], o.dv[i])) / o.v[i]);
}

/* Left of a tie the larger value belongs to the smaller slope. NaN passes through u + v. */
static void NAME(op_max)(struct NAME(operands) o) {
    WITH_SLOPE(o.u[i] > o.v[i]   ? o.du[i]
               : o.v[i] > o.u[i] ? o.dv[i]
                                 : (o.dv[i] > o.du[i] ? o.du[i] : o.dv[i]));
    TD_EACH (i, o.n)
        o.u[i] = o.u[i] > o.v[i] ? o.u[i] : o.v[i] >= o.u[i] ? o.v[i] : o.u[i] + o.v[i];
}

static void NAME(op_min)(struct NAME(operands) o) {
    WITH_SLOPE(o.v[i] > o.u[i]   ? o.du[i]
               : o.u[i] > o.v[i] ? o.dv[i]
                                 : (o.du[i] > o.dv[i] ? o.du[i] : o.dv[i]));
    TD_EACH (i, o.n)
        o.u[i] = o.v[i] > o.u[i] ? o.u[i] : o.u[i] >= o.v[i] ? o.v[i] : o.u[i] + o.v[i];
}

/* The stack of a program over one block. */
struct NAME(stack) {
    T v[TD_FORMULA_STACK][TD_BLOCK], d[TD_FORMULA_STACK][TD_BLOCK], work[2][TD_BLOCK];
};

static void NAME(push_x)(struct NAME(operands) o, const T *x) {
    memcpy(o.u, x, o.n * sizeof *x);
    WITH_SLOPE(1);
}

static NAME(op) *const NAME(ops)[TD_FORMULA_CODES] = {
    [TD_FORMULA_number] = NAME(op_number),
    [TD_FORMULA_negate] = NAME(op_negate),
    [TD_FORMULA_power] = NAME(op_power),
    [TD_FORMULA_abs] = NAME(op_abs),
    [TD_FORMULA_cos] = NAME(op_cos),
    [TD_FORMULA_erf] = NAME(op_erf),
    [TD_FORMULA_exp] = NAME(op_exp),
    [TD_FORMULA_expm1] = NAME(op_expm1),
    [TD_FORMULA_ln] = NAME(op_ln),
    [TD_FORMULA_log] = NAME(op_ln),
    [TD_FORMULA_log1p] = NAME(op_log1p),
    [TD_FORMULA_relu] = NAME(op_relu),
    [TD_FORMULA_sigmoid] = NAME(op_sigmoid),
    [TD_FORMULA_sign] = NAME(op_sign),
    [TD_FORMULA_sin] = NAME(op_sin),
    [TD_FORMULA_softplus] = NAME(op_softplus),
    [TD_FORMULA_sqrt] = NAME(op_sqrt),
    [TD_FORMULA_step] = NAME(op_step),
    [TD_FORMULA_tanh] = NAME(op_tanh),
    [TD_FORMULA_add] = NAME(op_add),
    [TD_FORMULA_subtract] = NAME(op_subtract),
    [TD_FORMULA_multiply] = NAME(op_multiply),
    [TD_FORMULA_divide] = NAME(op_divide),
    [TD_FORMULA_max] = NAME(op_max),
    [TD_FORMULA_min] = NAME(op_min),
};

/* The first `steps` ops over a block of n <= TD_BLOCK; returns how many values are on the stack. */
static size_t NAME(run)(const struct td_formula *f, size_t steps, size_t n, const T *x, bool slopes,
                        struct NAME(stack) * s) {
    size_t top = 0;
    for (size_t k = 0; k < steps; k++) {
        const struct td_formula_op *op = &f->op[k];
        int arguments = td_formula_op_kinds[op->code].arguments;
        top = arguments == 0 ? top + 1 : arguments == 2 ? top - 1 : top;
        struct NAME(operands) o = {.n = n, .u = s->v[top - 1], .number = (T)op->number};
        o.du = slopes ? s->d[top - 1] : NULL;
        o.w = s->work[0];
        o.w2 = s->work[1];
        if (arguments == 2) {
            o.v = s->v[top];
            o.dv = s->d[top];
        }
        if (op->code == TD_FORMULA_x)
            NAME(push_x)(o, x);
        else
            NAME(ops)[op->code](o);
    }
    return top;
}

#undef WITH_SLOPE
#undef DAMPED
