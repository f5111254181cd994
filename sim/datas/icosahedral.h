/* The 12-bit task of Shwartz-Ziv, Tishby 2017: patterns on the vertices of an icosahedron. */
#ifndef TD_SIM_DATAS_ICOSAHEDRAL_H
#define TD_SIM_DATAS_ICOSAHEDRAL_H

#include <stdbool.h>

enum { TD_ICOSAHEDRON_VERTICES = 12, TD_ICOSAHEDRON_PATTERNS = 4096 };

/* What a rule may depend on, for its symmetry. */
struct td_icosahedral_counts {
    int ones;      /* w: ones among the 12 coordinates */
    int edges;     /* e: of the 30 edges, those with both ends one */
    int antipodes; /* a: of the 6 antipodal pairs, those with both ends one */
};
/* Coordinate j (from 0) of a pattern is its bit 11 - j. */
struct td_icosahedral_counts td_icosahedral_count(unsigned pattern);
/* The published label (file var_u.mat), as a rule in w, e, a:
   1 iff w >= 8, or w = 7 and not (e = 8 and a = 2), or w = 6 and (e >= 7 or (e = 6 and a = 0)), or
   w = 5 and e = 7. */
bool td_icosahedral_published(struct td_icosahedral_counts c);

#endif
