#include "numeric/gemm.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include <cblas.h>
#ifdef TDYN_HAVE_XSMM
#include <libxsmm.h>
#endif

#include "numeric/gemm_kernels.h"
#include "numeric/threads.h"

#ifdef TDYN_DOUBLE
#define GEMM cblas_dgemm
#else
#define GEMM cblas_sgemm
#endif

static void run_openblas(const struct td_gemm *p, const real *a, const real *b, real *c) {
    GEMM(CblasRowMajor, p->ta ? CblasTrans : CblasNoTrans, p->tb ? CblasTrans : CblasNoTrans,
         (int)p->m, (int)p->n, (int)p->k, 1, a, (int)p->lda, b, (int)p->ldb, p->beta, c,
         (int)p->ldc);
}

/* k = 0: the product is zero. */
static void run_empty(const struct td_gemm *p, const real *a, const real *b, real *c) {
    (void)a, (void)b;
    for (size_t i = 0; p->beta == 0 && i < p->m; i++)
        memset(c + i * p->ldc, 0, p->n * sizeof *c);
}

#ifdef TDYN_HAVE_XSMM
#ifdef TDYN_DOUBLE
typedef libxsmm_dmmfunction xsmm_kernel;
#define XSMM_DISPATCH libxsmm_dmmdispatch
#else
typedef libxsmm_smmfunction xsmm_kernel;
#define XSMM_DISPATCH libxsmm_smmdispatch
#endif

/* LIBXSMM is column-major: the row-major product is its B^T A^T. */
static void run_xsmm(const struct td_gemm *p, const real *a, const real *b, real *c) {
    ((xsmm_kernel)p->jit)(b, a, c);
}

/* B^T of up to this many elements is copied to the stack: 32 or 64 KB. */
enum { TRANSPOSE_MAX = 8192 };

static void run_xsmm_transposed(const struct td_gemm *p, const real *a, const real *b, real *c) {
    _Alignas(64) real t[TRANSPOSE_MAX];
    td_gemm_transpose(p->n, p->k, b, p->ldb, t);
    ((xsmm_kernel)p->jit)(t, a, c);
}

/* Where LIBXSMM beats OpenBLAS: it does not copy its operands, which pays until they leave the
   first cache. Measured on Zen 3 over 4288 shapes from 2 to 512 (within 10 % of the better library
   for 94 % of them); with AVX-512 its advantage reaches further (Zen 4: k = 784). */
static bool xsmm_pays(const struct td_gemm *p) {
    enum { YMM_LANES = 32 / sizeof(real), TINY = 2000, LARGE = 1 << 24 };
    double volume = (double)p->m * (double)p->n * (double)p->k;
    if (volume <= TINY)
        return true;
    if (volume > LARGE)
        return false;
    if (p->n < YMM_LANES)
        return p->k <= 16;
    if (p->m <= 8)
        return true;
    size_t longest = p->n % YMM_LANES == 0 ? 256 : 100;
    if (p->ta)
        longest = longest / 2;
    if (libxsmm_get_target_archid() >= LIBXSMM_X86_AVX512)
        longest *= 4;
    return p->k <= longest;
}

/* LIBXSMM 1.17 multiplies A B and A^T B. */
static bool plan_xsmm(struct td_gemm *p, bool transpose) {
    libxsmm_blasint lda = (libxsmm_blasint)p->lda, ldc = (libxsmm_blasint)p->ldc;
    libxsmm_blasint ldb = (libxsmm_blasint)(transpose ? p->n : p->ldb);
    int flags = p->ta ? LIBXSMM_GEMM_FLAG_TRANS_B : LIBXSMM_GEMM_FLAG_NONE;
    int prefetch = LIBXSMM_PREFETCH_NONE;
    real one = 1, beta = p->beta;
    xsmm_kernel kernel =
        XSMM_DISPATCH((libxsmm_blasint)p->n, (libxsmm_blasint)p->m, (libxsmm_blasint)p->k, &ldb,
                      &lda, &ldc, &one, &beta, &flags, &prefetch);
    if (!kernel)
        return false;
    p->jit = (void (*)(void))kernel;
    p->run = transpose ? run_xsmm_transposed : run_xsmm;
    return true;
}

static bool transpose_pays(const struct td_gemm *p) {
    return p->n * p->k <= TRANSPOSE_MAX && (p->n >= 8 || p->k < 8);
}
#else
static bool xsmm_pays(const struct td_gemm *p) {
    (void)p;
    return false;
}

static bool transpose_pays(const struct td_gemm *p) {
    (void)p;
    return false;
}

static bool plan_xsmm(struct td_gemm *p, bool transpose) {
    (void)p, (void)transpose;
    return false;
}
#endif

/* A B^T: dot products for narrow results over long sums, else LIBXSMM on a copy of B^T while that
   is small (measured on Zen 3 over 1715 shapes from 2 to 256, as above for 92 % of them). */
static void choose_transposed(struct td_gemm *p) {
    size_t narrow = p->m < p->n ? p->m : p->n;
    bool dot = p->k >= td_gemm_dot_min_k;
    if (dot && (p->m <= 2 || (narrow <= 12 && p->k >= 64)))
        p->run = td_gemm_dot;
    else if (transpose_pays(p) && plan_xsmm(p, true))
        return;
    else if (dot && narrow <= 32)
        p->run = td_gemm_dot;
}

static void choose_kernel(struct td_gemm *p) {
    p->run = run_openblas;
    if (p->k == 0)
        p->run = run_empty;
    else if (p->tb && !p->ta)
        choose_transposed(p);
    else if (!p->tb && xsmm_pays(p))
        plan_xsmm(p, false);
}

static td_status check_sizes(const struct td_gemm *p, struct td_error *err) {
    if (p->m == 0 || p->n == 0 || p->m > INT_MAX || p->n > INT_MAX || p->k > INT_MAX)
        return td_fail(
            err, TD_BAD_INPUT,
            "matrix product (%zu,%zu) x (%zu,%zu): sizes must be 1 to %d (the summed one "
            "may be 0)",
            p->m, p->k, p->k, p->n, INT_MAX);
    size_t columns_a = p->ta ? p->m : p->k, columns_b = p->tb ? p->k : p->n;
    if (p->lda < columns_a || p->ldb < columns_b || p->ldc < p->n || p->lda > INT_MAX ||
        p->ldb > INT_MAX || p->ldc > INT_MAX)
        return td_fail(err, TD_BAD_INPUT,
                       "matrix product: row strides %zu, %zu, %zu are less than the rows' lengths "
                       "%zu, %zu, %zu or above %d",
                       p->lda, p->ldb, p->ldc, columns_a, columns_b, p->n, INT_MAX);
    if (p->beta != 0 && p->beta != 1)
        return td_fail(err, TD_BAD_INPUT, "matrix product: beta is %g; 0 or 1 is allowed",
                       (double)p->beta);
    return TD_OK;
}

td_status td_gemm_plan_strided(struct td_gemm *plan, bool ta, bool tb, size_t m, size_t n, size_t k,
                               size_t lda, size_t ldb, size_t ldc, real beta,
                               struct td_error *err) {
    *plan = (struct td_gemm){.m = m,
                             .n = n,
                             .k = k,
                             .lda = lda,
                             .ldb = ldb,
                             .ldc = ldc,
                             .ta = ta,
                             .tb = tb,
                             .beta = beta};
    td_status status = check_sizes(plan, err);
    if (status != TD_OK)
        return status;
    td_one_thread();
    choose_kernel(plan);
    return TD_OK;
}

td_status td_gemm_plan(struct td_gemm *plan, bool ta, bool tb, size_t m, size_t n, size_t k,
                       real beta, struct td_error *err) {
    size_t lda = ta ? m : k, ldb = tb ? k : n;
    return td_gemm_plan_strided(plan, ta, tb, m, n, k, lda ? lda : 1, ldb ? ldb : 1, n, beta, err);
}

void td_dgemm(bool ta, bool tb, size_t m, size_t n, size_t k, const double *a, const double *b,
              double beta, double *c) {
    if (m == 0 || n == 0)
        return;
    td_one_thread();
    size_t lda = ta ? m : k, ldb = tb ? k : n;
    cblas_dgemm(CblasRowMajor, ta ? CblasTrans : CblasNoTrans, tb ? CblasTrans : CblasNoTrans,
                (int)m, (int)n, (int)k, 1, a, (int)(lda ? lda : 1), b, (int)(ldb ? ldb : 1), beta,
                c, (int)n);
}

/* "0.3.21" out of "OpenBLAS 0.3.21 NO_LAPACKE DYNAMIC_ARCH ...". */
static int openblas_version(const char **start) {
    *start = openblas_get_config();
    *start += strcspn(*start, " ");
    *start += strspn(*start, " ");
    return (int)strcspn(*start, " ");
}

const char *td_gemm_kernels(void) {
    static char text[128];
    if (!text[0]) {
        const char *version;
        int length = openblas_version(&version);
        int used = snprintf(text, sizeof text, "openblas-%.*s-%s", length, version,
                            openblas_get_corename());
#ifdef TDYN_HAVE_XSMM
        if (used > 0 && (size_t)used < sizeof text)
            snprintf(text + used, sizeof text - (size_t)used, "+libxsmm-%s-%s",
                     LIBXSMM_CONFIG_VERSION, libxsmm_get_target_arch());
#else
        (void)used;
#endif
    }
    return text;
}
