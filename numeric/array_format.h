/* Inside of numeric/array_file.c: one reader a format, and what they share. */
#ifndef TD_NUMERIC_ARRAY_FORMAT_H
#define TD_NUMERIC_ARRAY_FORMAT_H

#include <stdbool.h>
#include <stdint.h>

#include "numeric/array_file.h"

/* Bytes read once from front to back: a file or a member of an archive. */
struct td_bytes {
    /* Up to n bytes into out; returns how many, 0 at the end; -1 after filling *err. */
    int64_t (*read)(struct td_bytes *self, void *out, size_t n, struct td_error *err);
    uint64_t left;    /* bytes that should follow: bounds every size that the content claims */
    const char *name; /* for messages */
};

/* Allocates out->v for out->shape (not zeroed), after checking that no axis is empty, that the
   product of `item` bytes an element does not overflow, and that the doubles fit into this
   machine's memory. */
td_status td_array_alloc(struct td_array *out, size_t item, const char *name, struct td_error *err);
/* Number of elements of a shape; false on overflow. */
bool td_shape_count(size_t ndim, const size_t *shape, size_t *out);
/* "(3, 4)", "(5,)", "()" into buffer; returns buffer. */
enum { TD_SHAPE_TEXT = 112 };
const char *td_shape_text(size_t ndim, const size_t *shape, char buffer[TD_SHAPE_TEXT]);
/* Text from a file for a message: cut to the buffer, bytes that are no printable ASCII as '?'. */
const char *td_printable(const char *text, char *buffer, size_t size);

/* NPY from its first byte; the source must end where the array ends. */
td_status td_npy_read(struct td_bytes *source, struct td_array *out, struct td_error *err);
/* `member` NULL: the only one. */
td_status td_npz_read(const char *path, const char *member, struct td_array *out,
                      struct td_error *err);
td_status td_csv_read_array(const char *path, struct td_array *out, struct td_error *err);
td_status td_hdf5_read(const char *path, const char *member, struct td_array *out,
                       struct td_error *err);

#endif
