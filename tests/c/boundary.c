/* What the boundary promises, tried from C: NULL is answered, a panic becomes a status, an error is freed once
 * (the sanitizers watch), and the library still works afterwards. Prints one line per promise kept. */
#include <stdio.h>
#include <string.h>

#include "recours.h"

/* Only in builds with debug assertions, therefore not in the header. */
RecoursStatus recours_probe_panic(RecoursError **out_error);

#define PROMISE(condition)                                          \
    do {                                                            \
        if (!(condition)) {                                         \
            fprintf(stderr, "line %d: " #condition "\n", __LINE__); \
            return 1;                                               \
        }                                                           \
        puts(#condition);                                           \
    } while (0)

static RecoursFile file(const char *name, const char *text) {
    RecoursFile f = {name, strlen(name), text, strlen(text)};
    return f;
}

static int rules(void) {
    const int32_t day = 20727; /* 2026-10-01 */
    const RecoursFile good = file("prix.yaml",
                                  "parametres:\n"
                                  "  - nom: prix\n"
                                  "    dit: \"Un prix\"\n"
                                  "    unite: euro\n"
                                  "    valeurs:\n"
                                  "      - { du: 2022-01-01, valeur: 3.5, source: \"Un texte\" }\n");
    RecoursError *error = (RecoursError *)&good; /* must stay as it is when nothing fails */
    PROMISE(recours_rules_check(&good, 1, day, &error) == RECOURS_STATUS_OK);
    PROMISE(error == (RecoursError *)&good);

    const RecoursFile two[] = {good, file("droits/faux.yaml", "droitt: rsa\n")};
    PROMISE(recours_rules_check(two, 2, day, &error) == RECOURS_STATUS_INVALID_RULES);
    PROMISE(recours_error_code(error) == RECOURS_STATUS_INVALID_RULES);
    PROMISE(strstr(recours_error_message(error), "erreur[R-") != NULL);
    PROMISE(strstr(recours_error_message(error), "droits/faux.yaml:1:") != NULL);
    recours_error_free(error);

    PROMISE(recours_rules_check(NULL, 1, day, &error) == RECOURS_STATUS_NULL_POINTER);
    PROMISE(strstr(recours_error_message(error), "`files`") != NULL);
    recours_error_free(error);

    RecoursFile bad = good;
    bad.text = NULL;
    PROMISE(recours_rules_check(&bad, 1, day, NULL) == RECOURS_STATUS_NULL_POINTER);
    bad = file("x.yaml", "caf\xff");
    PROMISE(recours_rules_check(&bad, 1, day, &error) == RECOURS_STATUS_INVALID_UTF8);
    recours_error_free(error);
    return 0;
}

int main(void) {
    PROMISE(recours_error_code(NULL) == RECOURS_STATUS_OK);
    PROMISE(strcmp(recours_error_message(NULL), "") == 0);
    recours_error_free(NULL);

    for (int round = 0; round < 2; round++) {
        RecoursError *error = NULL;
        PROMISE(recours_probe_panic(&error) == RECOURS_STATUS_PANIC);
        PROMISE(error != NULL);
        PROMISE(recours_error_code(error) == RECOURS_STATUS_PANIC);
        PROMISE(strlen(recours_error_message(error)) > 20);
        PROMISE(strstr(recours_error_message(error), "CANARI") == NULL);
        recours_error_free(error);
    }
    PROMISE(recours_probe_panic(NULL) == RECOURS_STATUS_PANIC);
    return rules() || recours_abi_version() != RECOURS_ABI_VERSION;
}
