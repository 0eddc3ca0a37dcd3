/* A table of a few columns as an Arrow C stream, written by hand: what a program without an Arrow library needs.
 *
 * The values are copied, so that the table outlives the arrays that it was made from. A program that has Arrow already (in C++,
 * R, GLib, nanoarrow…) exports its own streams and needs none of this. */
#ifndef TABLE_IN_H
#define TABLE_IN_H

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "recours.h"

/* What a column holds, by the format letters of Arrow, and how « unknown » is written in the array of values. */
#define TEXTS "u"    /* const char *const *: NULL is unknown */
#define NUMBERS "g"  /* const double *: NAN is unknown */
#define DAYS "tdD"   /* const int32_t *: days since 1970-01-01; INT32_MIN is unknown */
#define BOOLEANS "b" /* const signed char *: 0, 1; -1 is unknown */

struct column {
    const char *name;
    const char *format;
    const void *values;
};

static void *table_memory(size_t size) {
    void *memory = calloc(1, size > 0 ? size : 1);
    if (memory == NULL) {
        fputs("no memory left\n", stderr);
        exit(4);
    }
    return memory;
}

static char *table_copy(const char *text) {
    char *copy = table_memory(strlen(text) + 1);
    return strcpy(copy, text);
}

static void table_release_schema(struct ArrowSchema *schema) {
    for (int64_t i = 0; i < schema->n_children; i++) {
        if (schema->children[i]->release != NULL) {
            schema->children[i]->release(schema->children[i]);
        }
        free(schema->children[i]);
    }
    free(schema->children);
    free((void *)schema->format);
    free((void *)schema->name);
    schema->release = NULL;
}

static void table_release_array(struct ArrowArray *array) {
    for (int64_t i = 0; i < array->n_children; i++) {
        if (array->children[i]->release != NULL) {
            array->children[i]->release(array->children[i]);
        }
        free(array->children[i]);
    }
    for (int64_t i = 0; i < array->n_buffers; i++) {
        free((void *)array->buffers[i]);
    }
    free(array->children);
    free(array->buffers);
    array->release = NULL;
}

static int table_unknown(const struct column *column, int64_t row) {
    switch (column->format[0]) {
        case 'u': return ((const char *const *)column->values)[row] == NULL;
        case 'g': return isnan(((const double *)column->values)[row]);
        case 't': return ((const int32_t *)column->values)[row] == INT32_MIN;
        default: return ((const signed char *)column->values)[row] < 0;
    }
}

static void table_set_bit(uint8_t *bits, int64_t row) {
    bits[row / 8] = (uint8_t)(bits[row / 8] | (1u << (row % 8)));
}

/* The buffers of a column: which rows are known, then values (for texts: offsets, then bytes). */
static void table_fill(struct ArrowArray *array, const struct column *column, int64_t rows) {
    const size_t n = (size_t)rows;
    array->n_buffers = column->format[0] == 'u' ? 3 : 2;
    array->buffers = table_memory((size_t)array->n_buffers * sizeof(void *));
    uint8_t *known = table_memory(n / 8 + 1);
    for (int64_t row = 0; row < rows; row++) {
        if (table_unknown(column, row)) {
            array->null_count++;
        } else {
            table_set_bit(known, row);
        }
    }
    array->buffers[0] = known;
    if (column->format[0] == 'u') {
        const char *const *texts = column->values;
        int32_t *offsets = table_memory((n + 1) * sizeof *offsets);
        for (size_t row = 0; row < n; row++) {
            offsets[row + 1] = offsets[row] + (int32_t)(texts[row] == NULL ? 0 : strlen(texts[row]));
        }
        char *bytes = table_memory((size_t)offsets[n]);
        for (size_t row = 0; row < n; row++) {
            if (texts[row] != NULL) {
                memcpy(bytes + offsets[row], texts[row], strlen(texts[row]));
            }
        }
        array->buffers[1] = offsets;
        array->buffers[2] = bytes;
    } else if (column->format[0] == 'b') {
        uint8_t *bits = table_memory(n / 8 + 1);
        for (int64_t row = 0; row < rows; row++) {
            if (((const signed char *)column->values)[row] == 1) {
                table_set_bit(bits, row);
            }
        }
        array->buffers[1] = bits;
    } else {
        const size_t size = column->format[0] == 'g' ? sizeof(double) : sizeof(int32_t);
        void *values = table_memory(n * size);
        memcpy(values, column->values, n * size);
        array->buffers[1] = values;
    }
}

/* What a stream remembers: its schema, and its one batch until it is asked for. */
struct table_source {
    struct ArrowSchema schema;
    struct ArrowArray batch;
};

static void table_schema(struct ArrowSchema *out, const char *format, const char *name) {
    memset(out, 0, sizeof *out);
    out->format = table_copy(format);
    out->name = table_copy(name);
    out->flags = ARROW_FLAG_NULLABLE;
    out->release = table_release_schema;
}

static int table_get_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out) {
    const struct ArrowSchema *kept = &((struct table_source *)stream->private_data)->schema;
    table_schema(out, kept->format, "");
    out->n_children = kept->n_children;
    out->children = table_memory((size_t)kept->n_children * sizeof *out->children);
    for (int64_t i = 0; i < kept->n_children; i++) {
        out->children[i] = table_memory(sizeof **out->children);
        table_schema(out->children[i], kept->children[i]->format, kept->children[i]->name);
    }
    return 0;
}

static int table_get_next(struct ArrowArrayStream *stream, struct ArrowArray *out) {
    struct table_source *source = stream->private_data;
    *out = source->batch; /* moved: the copy that stays is marked released, and says the end at the next call */
    source->batch.release = NULL;
    return 0;
}

static const char *table_get_last_error(struct ArrowArrayStream *stream) {
    (void)stream;
    return NULL;
}

static void table_release(struct ArrowArrayStream *stream) {
    struct table_source *source = stream->private_data;
    if (source->batch.release != NULL) {
        source->batch.release(&source->batch);
    }
    source->schema.release(&source->schema);
    free(source);
    stream->release = NULL;
}

/* Makes `out` a stream of one batch: `rows` rows of `count` columns. */
static void table_in(struct ArrowArrayStream *out, int64_t rows, const struct column *columns, size_t count) {
    struct table_source *source = table_memory(sizeof *source);
    table_schema(&source->schema, "+s", "");
    source->schema.n_children = (int64_t)count;
    source->schema.children = table_memory(count * sizeof *source->schema.children);
    source->batch.length = rows;
    source->batch.n_buffers = 1;
    source->batch.buffers = table_memory(sizeof(void *));
    source->batch.n_children = (int64_t)count;
    source->batch.children = table_memory(count * sizeof *source->batch.children);
    source->batch.release = table_release_array;
    for (size_t i = 0; i < count; i++) {
        source->schema.children[i] = table_memory(sizeof **source->schema.children);
        table_schema(source->schema.children[i], columns[i].format, columns[i].name);
        struct ArrowArray *array = table_memory(sizeof *array);
        array->length = rows;
        array->release = table_release_array;
        table_fill(array, &columns[i], rows);
        source->batch.children[i] = array;
    }
    out->get_schema = table_get_schema;
    out->get_next = table_get_next;
    out->get_last_error = table_get_last_error;
    out->release = table_release;
    out->private_data = source;
}

#endif
