#include "measure/knn.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "numeric/memory.h"

enum { LEAF = 12, TREE_DIMENSIONS = 12, STACK = 128 };

/* A box of points; inner nodes have their children at left and left + 1. */
struct node {
    uint32_t first, n, left; /* left 0: a leaf */
};
struct td_knn {
    size_t n, d, n_nodes;
    bool tree;
    double *v;          /* (n, d), in the order of `point` */
    uint32_t *point;    /* (n) number of each point as given */
    struct node *nodes; /* the root first */
    double *box;        /* (nodes, 2, d): least and greatest coordinates */
};

/* ---- building ---- */

static void find_box(const struct td_knn *k, const struct node *node, double *box) {
    for (size_t c = 0; c < k->d; ++c) {
        double least = INFINITY, most = -INFINITY;
        for (size_t i = node->first; i < node->first + node->n; ++i) {
            double x = k->v[i * k->d + c];
            least = x < least ? x : least;
            most = x > most ? x : most;
        }
        box[c] = least;
        box[k->d + c] = most;
    }
}

static size_t widest(const struct td_knn *k, const double *box) {
    size_t best = 0;
    for (size_t c = 1; c < k->d; ++c)
        if (box[k->d + c] - box[c] > box[k->d + best] - box[best])
            best = c;
    return best;
}

static void swap(struct td_knn *k, size_t i, size_t j) {
    uint32_t point = k->point[i];
    k->point[i] = k->point[j];
    k->point[j] = point;
    for (size_t c = 0; c < k->d; ++c) {
        double x = k->v[i * k->d + c];
        k->v[i * k->d + c] = k->v[j * k->d + c];
        k->v[j * k->d + c] = x;
    }
}

/* Hoare's FIND: points from .. middle - 1 are not greater in coordinate c than point `middle`,
   those behind it not less. */
static void split(struct td_knn *k, size_t from, size_t to, size_t middle, size_t c) {
    ptrdiff_t low = (ptrdiff_t)from, high = (ptrdiff_t)to - 1, at = (ptrdiff_t)middle;
    ptrdiff_t d = (ptrdiff_t)k->d;
    const double *v = k->v + c;
    while (low < high) {
        double pivot = v[at * d];
        ptrdiff_t i = low, j = high;
        do {
            while (v[i * d] < pivot)
                ++i;
            while (pivot < v[j * d])
                --j;
            if (i <= j)
                swap(k, (size_t)i++, (size_t)j--);
        } while (i <= j);
        if (j < at)
            low = i;
        if (at < i)
            high = j;
    }
}

static void build(struct td_knn *k) {
    k->nodes[0] = (struct node){.first = 0, .n = (uint32_t)k->n};
    k->n_nodes = 1;
    for (size_t at = 0; at < k->n_nodes; ++at) { /* children are built after their parents */
        struct node *node = &k->nodes[at];
        double *box = k->box + at * 2 * k->d;
        find_box(k, node, box);
        if (node->n <= LEAF)
            continue;
        size_t c = widest(k, box), half = node->n / 2;
        split(k, node->first, node->first + node->n, node->first + half, c);
        node->left = (uint32_t)k->n_nodes;
        k->nodes[k->n_nodes++] = (struct node){.first = node->first, .n = (uint32_t)half};
        k->nodes[k->n_nodes++] =
            (struct node){.first = node->first + (uint32_t)half, .n = node->n - (uint32_t)half};
    }
}

struct td_knn *td_knn_create(size_t n, size_t d, const double *v, enum td_knn_method method,
                             struct td_error *err) {
    struct td_knn *k = td_calloc(1, sizeof *k);
    if (n >= UINT32_MAX / 2) {
        td_fail(err, TD_BAD_INPUT, "%zu rows: neighbours are sought among fewer than %u", n,
                UINT32_MAX / 2);
        td_free(k);
        return NULL;
    }
    size_t n_nodes = n / (LEAF / 2) * 2 + 3; /* leaves hold more than LEAF / 2 */
    bool made = k != NULL;
    if (made) {
        *k = (struct td_knn){.n = n, .d = d};
        k->tree =
            method == TD_KNN_TREE || (method == TD_KNN_AUTO && d <= TREE_DIMENSIONS && n >> d > 0);
        k->v = td_calloc(n * d, sizeof *k->v);
        k->point = td_calloc(n, sizeof *k->point);
        k->nodes = k->tree ? td_calloc(n_nodes, sizeof *k->nodes) : NULL;
        k->box = k->tree ? td_calloc(n_nodes * 2 * d, sizeof *k->box) : NULL;
        made = k->v && k->point && (!k->tree || (k->nodes && k->box));
    }
    if (!made) {
        td_fail_memory(err, n * d * sizeof *v);
        td_knn_free(k);
        return NULL;
    }
    memcpy(k->v, v, n * d * sizeof *v);
    for (size_t i = 0; i < n; ++i)
        k->point[i] = (uint32_t)i;
    if (k->tree)
        build(k);
    return k;
}

void td_knn_free(struct td_knn *k) {
    if (!k)
        return;
    td_free(k->v);
    td_free(k->point);
    td_free(k->nodes);
    td_free(k->box);
    td_free(k);
}

/* ---- searching ---- */

static double distance_of(size_t d, const double *a, const double *b) {
    double most = 0;
    for (size_t c = 0; c < d; ++c) {
        double x = fabs(a[c] - b[c]);
        most = x > most ? x : most;
    }
    return most;
}

/* Distance of q from the nearest point that the box may hold. */
static double nearest_in_box(const struct td_knn *k, const double *box, const double *q) {
    double most = 0;
    for (size_t c = 0; c < k->d; ++c) {
        double below = box[c] - q[c], above = q[c] - box[k->d + c];
        double x = below > above ? below : above;
        most = x > most ? x : most;
    }
    return most;
}

static double farthest_in_box(const struct td_knn *k, const double *box, const double *q) {
    double most = 0;
    for (size_t c = 0; c < k->d; ++c) {
        double below = fabs(q[c] - box[c]), above = fabs(box[k->d + c] - q[c]);
        double x = below > above ? below : above;
        most = x > most ? x : most;
    }
    return most;
}

/* The k nearest so far, ascending; room for k. Without `index`, equal distances are as good. */
struct found {
    size_t k, n, self;
    double *distance;
    size_t *index;
};

/* No point at this distance can belong to them any more. */
static inline bool hopeless(const struct found *f, double distance) {
    if (f->n < f->k)
        return false;
    double last = f->distance[f->k - 1];
    return f->index ? distance > last : distance >= last;
}

static inline bool before(const struct found *f, double distance, size_t index, size_t at) {
    return distance < f->distance[at] ||
           (f->index && distance == f->distance[at] && index < f->index[at]);
}

static void offer(struct found *f, double distance, size_t index) {
    if (index == f->self || hopeless(f, distance) ||
        (f->n == f->k && !before(f, distance, index, f->k - 1)))
        return;
    size_t at = f->n < f->k ? f->n++ : f->k - 1;
    for (; at > 0 && before(f, distance, index, at - 1); --at) {
        f->distance[at] = f->distance[at - 1];
        if (f->index)
            f->index[at] = f->index[at - 1];
    }
    f->distance[at] = distance;
    if (f->index)
        f->index[at] = index;
}

static void offer_all(const struct td_knn *k, size_t first, size_t n, const double *q,
                      struct found *f) {
    for (size_t i = first; i < first + n; ++i)
        offer(f, distance_of(k->d, k->v + i * k->d, q), k->point[i]);
}

static void search(const struct td_knn *k, const double *q, struct found *f) {
    struct {
        uint32_t node;
        double distance;
    } stack[STACK]; /* halving: at most 32 levels, one node left behind at each */
    size_t depth = 0;
    stack[depth].node = 0;
    stack[depth++].distance = 0;
    while (depth) {
        --depth;
        const struct node *node = &k->nodes[stack[depth].node];
        if (hopeless(f, stack[depth].distance))
            continue;
        if (!node->left) {
            offer_all(k, node->first, node->n, q, f);
            continue;
        }
        double left = nearest_in_box(k, k->box + node->left * 2 * k->d, q);
        double right = nearest_in_box(k, k->box + (node->left + 1) * 2 * k->d, q);
        bool right_first = right < left;
        stack[depth].node = node->left + !right_first; /* the farther one waits */
        stack[depth++].distance = right_first ? left : right;
        stack[depth].node = node->left + right_first;
        stack[depth++].distance = right_first ? right : left;
    }
}

void td_knn_nearest(const struct td_knn *knn, const double *q, size_t self, size_t k,
                    double *distance, size_t *index) {
    struct found f = {.k = k, .self = self, .distance = distance, .index = index};
    if (knn->tree)
        search(knn, q, &f);
    else
        offer_all(knn, 0, knn->n, q, &f);
}

static inline bool inside(double distance, double radius, bool closed) {
    return closed ? distance <= radius : distance < radius;
}

static size_t count_all(const struct td_knn *k, size_t first, size_t n, const double *q,
                        double radius, bool closed) {
    size_t count = 0;
    for (size_t i = first; i < first + n; ++i)
        count += inside(distance_of(k->d, k->v + i * k->d, q), radius, closed);
    return count;
}

size_t td_knn_count(const struct td_knn *k, const double *q, double radius, bool closed) {
    uint32_t stack[STACK];
    size_t depth = 0, count = 0;
    if (!k->tree)
        return count_all(k, 0, k->n, q, radius, closed);
    stack[depth++] = 0;
    while (depth) {
        uint32_t at = stack[--depth];
        const struct node *node = &k->nodes[at];
        const double *box = k->box + at * 2 * k->d;
        if (!inside(nearest_in_box(k, box, q), radius, closed))
            continue;
        if (inside(farthest_in_box(k, box, q), radius, closed)) {
            count += node->n;
        } else if (!node->left) {
            count += count_all(k, node->first, node->n, q, radius, closed);
        } else {
            stack[depth++] = node->left;
            stack[depth++] = node->left + 1;
        }
    }
    return count;
}
