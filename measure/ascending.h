/* Sorting of many numbers: radix sort, several times as fast as comparing them. */
#ifndef TD_MEASURE_ASCENDING_H
#define TD_MEASURE_ASCENDING_H

#include <stddef.h>

/* Sorts v (n), finite values, ascending; -0 comes before 0. `room` (n) is scratch memory. O(n): a
   pass for every 11 bits in which values differ (three for numbers that were float). */
void td_sort_ascending(size_t n, double *v, double *room);

#endif
