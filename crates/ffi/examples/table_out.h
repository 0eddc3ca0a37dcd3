/* Reads what a call gave: the columns of a stream, printed as text. Only the types that the examples meet. */
#ifndef TABLE_OUT_H
#define TABLE_OUT_H

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "recours.h"

static void cell_out(const struct ArrowSchema *type, const struct ArrowArray *array, int64_t row) {
    const int64_t i = row + array->offset;
    const uint8_t *known = array->buffers[0];
    if (known != NULL && !(known[i / 8] >> (i % 8) & 1)) {
        fputs("?", stdout);
    } else if (strcmp(type->format, "u") == 0) {
        const int32_t *offsets = array->buffers[1];
        fwrite((const char *)array->buffers[2] + offsets[i], 1, (size_t)(offsets[i + 1] - offsets[i]), stdout);
    } else if (strcmp(type->format, "g") == 0) {
        printf("%.2f", ((const double *)array->buffers[1])[i]);
    } else if (strcmp(type->format, "tdD") == 0) {
        printf("%" PRId32, ((const int32_t *)array->buffers[1])[i]);
    } else if (strncmp(type->format, "w:", 2) == 0) {
        int64_t width = strtol(type->format + 2, NULL, 10);
        for (const uint8_t *b = (const uint8_t *)array->buffers[1] + i * width, *end = b + width; b < end; b++) {
            printf("%02x", *b);
        }
    } else if (strcmp(type->format, "+l") == 0) {
        const int32_t *offsets = array->buffers[1];
        for (int32_t item = offsets[i]; item < offsets[i + 1]; item++) {
            fputs(item > offsets[i] ? "," : "", stdout);
            cell_out(type->children[0], array->children[0], item);
        }
    } else {
        printf("<%s>", type->format);
    }
}

/* Prints some columns of all rows, separated by spaces, and releases the stream. The number of rows; -1 if it failed. */
static int64_t table_out(struct ArrowArrayStream *stream, const char *const *names, size_t count) {
    struct ArrowSchema schema;
    struct ArrowArray batch;
    int64_t rows = 0;
    int failed = stream->get_schema(stream, &schema);
    if (!failed) {
        for (;;) {
            failed = stream->get_next(stream, &batch);
            if (failed || batch.release == NULL) {
                break;
            }
            rows += batch.length;
            for (int64_t row = 0; row < batch.length; row++) {
                for (size_t n = 0; n < count; n++) {
                    for (int64_t c = 0; c < schema.n_children; c++) {
                        if (strcmp(schema.children[c]->name, names[n]) == 0) {
                            fputs(n > 0 ? " " : "", stdout);
                            cell_out(schema.children[c], batch.children[c], row + batch.offset);
                        }
                    }
                }
                putchar('\n');
            }
            batch.release(&batch);
        }
        schema.release(&schema);
    }
    stream->release(stream);
    return failed ? -1 : rows;
}

#endif
