/* OpenBLAS on one thread, whatever OPENBLAS_NUM_THREADS says: with two, results change. Called by
   td_platform_init and again by everything that is about to use OpenBLAS, so that programs that
   never initialise get the same bits. Costs nothing after the first call. */
#ifndef TD_NUMERIC_THREADS_H
#define TD_NUMERIC_THREADS_H

void td_one_thread(void);

#endif
