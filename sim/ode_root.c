#include "sim/ode_root.h"

#include <gsl/gsl_errno.h>
#include <gsl/gsl_roots.h>

td_status td_root(double (*f)(double, void *), void *context, double lo, double hi,
                  double tolerance, double *out, struct td_error *err) {
    enum { ITERATIONS = 300 }; /* bisection alone needs 60, or some more towards 0 */
    const double rounding = 4e-16, wanted = tolerance > rounding ? tolerance : rounding;
    gsl_error_handler_t *handler = gsl_set_error_handler_off();
    gsl_root_fsolver *solver = gsl_root_fsolver_alloc(gsl_root_fsolver_brent);
    gsl_function g = {f, context};
    int code = solver ? gsl_root_fsolver_set(solver, &g, lo, hi) : GSL_ENOMEM;
    for (int i = 0; i < ITERATIONS && code == GSL_SUCCESS; i++) {
        code = gsl_root_fsolver_iterate(solver);
        if (gsl_root_test_interval(gsl_root_fsolver_x_lower(solver),
                                   gsl_root_fsolver_x_upper(solver), 0, wanted) == GSL_SUCCESS)
            break;
    }
    if (solver) {
        *out = gsl_root_fsolver_root(solver);
        gsl_root_fsolver_free(solver);
    }
    gsl_set_error_handler(handler);
    if (code == GSL_SUCCESS)
        return TD_OK;
    return td_fail(err, TD_FAILED, "no root found between %g and %g: %s", lo, hi,
                   gsl_strerror(code));
}
