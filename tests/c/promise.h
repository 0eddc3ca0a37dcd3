/* A promise of the interface, and the line where it was not kept. */
#ifndef PROMISE_H
#define PROMISE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "recours.h"

#define PROMISE(condition)                                                            \
    do {                                                                              \
        if (!(condition)) {                                                           \
            fprintf(stderr, "%s, line %d: " #condition "\n", __FILE__, __LINE__);     \
            exit(1);                                                                  \
        }                                                                             \
    } while (0)

/* The call fails with this status, this name and this text in its message, and gives an error to free. */
#define REFUSED(call, status, name, text) refused(__LINE__, (call), status, &error, name, text)

static inline void refused(int line, RecoursStatus got, RecoursStatus wanted, RecoursError **error, const char *name, const char *text) {
    if (got != wanted || *error == NULL || recours_error_code(*error) != wanted || strcmp(recours_error_name(*error), name) != 0 ||
        strstr(recours_error_message(*error), text) == NULL) {
        fprintf(stderr, "line %d: status %d, wanted %d %s « %s »; got %s « %s »\n", line, (int)got, (int)wanted, name, text,
                recours_error_name(*error), recours_error_message(*error));
        exit(1);
    }
    if (strstr(recours_error_message(*error), "CANARI") != NULL || strstr(recours_error_advice(*error), "CANARI") != NULL) {
        fprintf(stderr, "line %d: a value is in the message\n", line);
        exit(1);
    }
    recours_error_free(*error);
    *error = NULL;
}

#endif
