/* The floating-point type that networks train in: float, or double when built with TDYN_DOUBLE.
   Measures and ODEs compute in double whatever `real` is. */
#ifndef TD_NUMERIC_REAL_H
#define TD_NUMERIC_REAL_H

#include <float.h>

#ifdef TDYN_DOUBLE
typedef double real;
#define TD_REAL_NAME "double"
#define TD_REAL_EPS DBL_EPSILON
#define TD_REAL_MAX DBL_MAX
#else
typedef float real;
#define TD_REAL_NAME "float"
#define TD_REAL_EPS FLT_EPSILON
#define TD_REAL_MAX FLT_MAX
#endif

/* Layout version of every descriptor; raised whenever a public struct changes. */
#define TD_ABI 4u

#endif
