/* Misuse, tried from C: each mistake is answered by its own status, nothing is written, streams are released all the same, and
 * the library goes on working. The sanitizers watch. */
#include <errno.h>
#include <pthread.h>

#include "promise.h"
#include "table_in.h"

static const int32_t DAY = 20727; /* 2026-10-01 */

/* A stream that counts its releases, and may fail at a batch. */
struct watched {
    struct ArrowArrayStream inner;
    int fails_at; /* 0: never */
    int asked;
    int no_schema;
    int *released;
};

static int watched_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out) {
    struct watched *w = stream->private_data;
    return w->no_schema ? ENOTSUP : w->inner.get_schema(&w->inner, out);
}

static int watched_next(struct ArrowArrayStream *stream, struct ArrowArray *out) {
    struct watched *w = stream->private_data;
    return ++w->asked == w->fails_at ? EIO : w->inner.get_next(&w->inner, out);
}

static const char *watched_error(struct ArrowArrayStream *stream) {
    (void)stream;
    return "CANARI: a producer may quote the value that it could not read";
}

static void watched_release(struct ArrowArrayStream *stream) {
    struct watched *w = stream->private_data;
    ++*w->released;
    w->inner.release(&w->inner);
    free(w);
    stream->release = NULL;
}

static struct watched *watch(struct ArrowArrayStream *out, int *released) {
    struct watched *w = table_memory(sizeof *w);
    w->released = released;
    out->get_schema = watched_schema;
    out->get_next = watched_next;
    out->get_last_error = watched_error;
    out->release = watched_release;
    out->private_data = w;
    return w;
}

static int releases; /* of streams made by one_foyer() and household_only() */

static struct watched *persons_with(struct ArrowArrayStream *out, struct column extra) {
    static const char *const ids[] = {"p1"}, *const foyers[] = {"f1"}, *const role[] = {"demandeur"};
    struct watched *w = watch(out, &releases);
    const struct column columns[] = {{"person_id", TEXTS, ids}, {"household_id", TEXTS, foyers}, {"role", TEXTS, role}, extra};
    table_in(&w->inner, 1, columns, extra.name == NULL ? 3 : 4);
    return w;
}

static struct watched *persons(struct ArrowArrayStream *out) {
    static const struct column none = {NULL, NULL, NULL};
    return persons_with(out, none);
}

static struct watched *households(struct ArrowArrayStream *out) {
    static const char *const ids[] = {"f1"};
    const struct column columns[] = {{"household_id", TEXTS, ids}};
    struct watched *w = watch(out, &releases);
    table_in(&w->inner, 1, columns, 1);
    return w;
}

/* Evaluates, demands that both streams were released once, and that nothing is written on failure. */
static RecoursStatus evaluate(const RecoursRules *rules, struct ArrowArrayStream *p, struct ArrowArrayStream *h, RecoursError **error) {
    struct ArrowArrayStream answers, before;
    memset(&answers, 0x5a, sizeof answers);
    before = answers;
    releases = 0;
    const RecoursStatus status = recours_rules_evaluate(rules, p, h, false, NULL, &answers, error);
    PROMISE(releases == (p != NULL) + (h != NULL));
    PROMISE(p == NULL || p->release == NULL);
    PROMISE(h == NULL || h->release == NULL);
    if (status == RECOURS_STATUS_OK) {
        answers.release(&answers);
    } else {
        PROMISE(memcmp(&answers, &before, sizeof answers) == 0);
    }
    return status;
}

static void handles(void) {
    RecoursRules *rules = NULL;
    RecoursError *error = NULL;
    struct ArrowArrayStream p, h;
    PROMISE(recours_rules_free(NULL) == RECOURS_STATUS_OK);
    PROMISE(recours_mission_free(NULL) == RECOURS_STATUS_OK);
    PROMISE(recours_rules_new_builtin(DAY, &rules, &error) == RECOURS_STATUS_OK);
    PROMISE(recours_mission_free((RecoursMission *)rules) == RECOURS_STATUS_INVALID_HANDLE); /* of another kind */
    PROMISE(recours_rules_free(rules) == RECOURS_STATUS_OK);
    PROMISE(recours_rules_free(rules) == RECOURS_STATUS_INVALID_HANDLE); /* twice */
    persons(&p);
    households(&h);
    REFUSED(evaluate(rules, &p, &h, &error), RECOURS_STATUS_INVALID_HANDLE, "E-ABI-004", "« rules »"); /* after */
    persons(&p);
    households(&h);
    REFUSED(evaluate((const RecoursRules *)&error, &p, &h, &error), RECOURS_STATUS_INVALID_HANDLE, "E-ABI-004", "« rules »");
}

static void nulls(const RecoursRules *rules) {
    RecoursError *error = NULL;
    RecoursRules *made = NULL;
    struct ArrowArrayStream p, h, out;
    char *text = NULL;
    const RecoursFile no_text = {"a.yaml", 6, NULL, 0};
    REFUSED(recours_rules_new(NULL, NULL, DAY, &made, &error), RECOURS_STATUS_NULL_POINTER, "E-ABI-001", "« folder »");
    REFUSED(recours_rules_new("rules/fr", NULL, DAY, NULL, &error), RECOURS_STATUS_NULL_POINTER, "E-ABI-001", "« out_rules »");
    REFUSED(recours_rules_new_from_texts(NULL, 1, NULL, DAY, &made, &error), RECOURS_STATUS_NULL_POINTER, "E-ABI-001", "« files »");
    REFUSED(recours_rules_new_from_texts(&no_text, 1, NULL, DAY, &made, &error), RECOURS_STATUS_NULL_POINTER, "E-ABI-001", "« text »");
    REFUSED(recours_rules_new_from_texts(&no_text, SIZE_MAX, NULL, DAY, &made, &error), RECOURS_STATUS_USAGE, "E-ABI-009", "« files »");
    REFUSED(recours_rules_new_builtin(DAY, NULL, &error), RECOURS_STATUS_NULL_POINTER, "E-ABI-001", "« out_rules »");
    REFUSED(recours_rules_needs(NULL, &out, &error), RECOURS_STATUS_NULL_POINTER, "E-ABI-001", "« rules »");
    REFUSED(recours_rules_needs(rules, NULL, &error), RECOURS_STATUS_NULL_POINTER, "E-ABI-001", "« out_table »");
    persons(&p);
    REFUSED(evaluate(rules, &p, NULL, &error), RECOURS_STATUS_NULL_POINTER, "E-ABI-001", "« households »");
    households(&h);
    REFUSED(evaluate(rules, NULL, &h, &error), RECOURS_STATUS_NULL_POINTER, "E-ABI-001", "« persons »");
    persons(&p);
    households(&h);
    REFUSED(recours_rules_evaluate(rules, &p, &h, false, NULL, NULL, &error), RECOURS_STATUS_NULL_POINTER, "E-ABI-001", "« out_answers »");
    REFUSED(recours_rules_explain(rules, NULL, NULL, NULL, NULL, 0, false, NULL, &text, &error), RECOURS_STATUS_NULL_POINTER, "E-ABI-001",
            "« household »");
    REFUSED(recours_rules_explain(rules, NULL, NULL, "f1", NULL, 2, false, NULL, &text, &error), RECOURS_STATUS_NULL_POINTER, "E-ABI-001",
            "« rights »");
    REFUSED(recours_rules_explain(rules, NULL, NULL, "caf\xff", NULL, 0, false, NULL, &text, &error), RECOURS_STATUS_INVALID_UTF8,
            "E-ABI-002", "« household »");
    REFUSED(recours_mission_new(NULL, NULL, &error), RECOURS_STATUS_NULL_POINTER, "E-ABI-001", "« file »");
    REFUSED(recours_mission_plan(NULL, NULL, &error), RECOURS_STATUS_NULL_POINTER, "E-ABI-001", "« mission »");
    REFUSED(recours_mission_detect(NULL, NULL, 0, NULL, NULL, NULL, &error), RECOURS_STATUS_NULL_POINTER, "E-ABI-001", "« mission »");
    REFUSED(recours_mission_explain(NULL, NULL, NULL, NULL, NULL, &error), RECOURS_STATUS_NULL_POINTER, "E-ABI-001", "« mission »");
    REFUSED(recours_mission_outreach(NULL, NULL, NULL, NULL, NULL, NULL, &error), RECOURS_STATUS_NULL_POINTER, "E-ABI-001", "« mission »");
    REFUSED(recours_mission_link(NULL, NULL, 0, NULL, NULL, &error), RECOURS_STATUS_NULL_POINTER, "E-ABI-001", "« mission »");
    REFUSED(recours_mission_open_list(NULL, NULL, NULL, NULL, NULL, NULL, NULL, &error), RECOURS_STATUS_NULL_POINTER, "E-ABI-001",
            "« mission »");
    releases = 0;
    persons(&p);
    const RecoursTable tables[] = {{"personnes", &p}};
    REFUSED(recours_mission_seal(NULL, "caf", tables, 1, NULL, NULL, NULL, &error), RECOURS_STATUS_NULL_POINTER, "E-ABI-001", "« mission »");
    PROMISE(releases == 1 && p.release == NULL);
    REFUSED(recours_passphrase(-1, &error), RECOURS_STATUS_USAGE, "E-ABI-009", "descripteur");
    PROMISE(recours_threads(0, NULL) == RECOURS_STATUS_USAGE);
    PROMISE(recours_rules_needs(NULL, NULL, NULL) == RECOURS_STATUS_NULL_POINTER); /* nobody wants the error */
    recours_text_free(NULL);
    recours_error_free(NULL);
}

static void streams(const RecoursRules *rules) {
    RecoursError *error = NULL;
    struct ArrowArrayStream p, h;
    persons(&p);
    households(&h);
    PROMISE(evaluate(rules, &p, &h, &error) == RECOURS_STATUS_OK);
    /* Given once more: both are released shells now. */
    releases = 0;
    REFUSED(recours_rules_evaluate(rules, &p, &h, false, NULL, &p, &error), RECOURS_STATUS_STREAM, "E-ABI-006", "déjà libéré");
    PROMISE(releases == 0);
    /* The same stream for both tables: the second is what the first left. */
    persons(&p);
    REFUSED(recours_rules_evaluate(rules, &p, &p, false, NULL, &h, &error), RECOURS_STATUS_STREAM, "E-ABI-006", "« households »");
    PROMISE(releases == 1);
    /* A failure at once, and midway, whose text is not repeated. */
    persons(&p)->no_schema = 1;
    households(&h);
    REFUSED(evaluate(rules, &p, &h, &error), RECOURS_STATUS_STREAM, "E-ABI-007", "« persons » : le flux n'a pas donné son schéma");
    persons(&p)->fails_at = 2;
    households(&h);
    REFUSED(evaluate(rules, &p, &h, &error), RECOURS_STATUS_STREAM, "E-ABI-007", "au lot 2 (errno 5)");
    persons(&p);
    households(&h)->fails_at = 1;
    REFUSED(evaluate(rules, &p, &h, &error), RECOURS_STATUS_STREAM, "E-ABI-007", "« households » : le flux s'est interrompu au lot 1");
    /* A function is missing. */
    persons(&p);
    p.get_next = NULL;
    households(&h);
    REFUSED(evaluate(rules, &p, &h, &error), RECOURS_STATUS_STREAM, "E-ABI-006", "toutes ses fonctions");
    /* No error text: allowed by the specification. */
    persons(&p)->fails_at = 1;
    p.get_last_error = NULL;
    households(&h);
    REFUSED(evaluate(rules, &p, &h, &error), RECOURS_STATUS_STREAM, "E-ABI-007", "au lot 1");
}

/* What the batch of a stream made by table_in() can be made to say wrongly. */
enum fault { NEGATIVE, CHILDREN, BUFFERS, NO_BUFFER, OFFSETS, SHORTER, NOT_UTF8, NULL_ROW, NO_FORMAT, NOT_A_TABLE, FORMAT, FAULTS };

static void spoil(struct watched *w, enum fault fault) {
    struct table_source *source = w->inner.private_data;
    struct ArrowArray *first = source->batch.children[0];
    switch (fault) {
        case NEGATIVE: source->batch.length = -1; break;
        case CHILDREN: source->batch.n_children = 1; break;
        case BUFFERS: first->n_buffers = 2; break;
        case NO_BUFFER: free((void *)first->buffers[1]); first->buffers[1] = NULL; break;
        case OFFSETS: ((int32_t *)first->buffers[1])[1] = -7; break;
        case SHORTER: first->length = 0; break;
        case NOT_UTF8: ((char *)first->buffers[2])[0] = '\xff'; break;
        case NULL_ROW: source->batch.buffers[0] = table_memory(1); source->batch.null_count = 1; break;
        case NO_FORMAT: free((void *)source->schema.children[0]->format); source->schema.children[0]->format = table_copy(""); break;
        case NOT_A_TABLE: free((void *)source->schema.format); source->schema.format = table_copy("i"); break;
        case FORMAT: free((void *)source->schema.children[0]->format); source->schema.children[0]->format = table_copy("CANARI"); break;
        default: break;
    }
    /* What is no longer reachable from the batch is given back here, so that only the library could leak. */
    if (fault == CHILDREN) {
        for (int64_t i = 1; i < source->schema.n_children; i++) {
            source->batch.children[i]->release(source->batch.children[i]);
            free(source->batch.children[i]);
        }
    } else if (fault == BUFFERS) {
        free((void *)first->buffers[2]);
    }
}

static void shapes(const RecoursRules *rules) {
    RecoursError *error = NULL;
    struct ArrowArrayStream p, h;
    for (enum fault fault = NEGATIVE; fault < FAULTS; fault++) {
        spoil(persons(&p), fault);
        households(&h);
        REFUSED(evaluate(rules, &p, &h, &error), RECOURS_STATUS_STREAM, "E-ABI-008", "« persons »");
    }
}

/* No row at all, and no buffer either, which the specification allows. */
static void empty(const RecoursRules *rules) {
    RecoursError *error = NULL;
    struct ArrowArrayStream p, h;
    struct watched *w = watch(&p, &releases);
    const struct column of_persons[] = {{"person_id", TEXTS, NULL}, {"household_id", TEXTS, NULL}, {"role", TEXTS, NULL}};
    table_in(&w->inner, 0, of_persons, 3);
    struct ArrowArray *first = ((struct table_source *)w->inner.private_data)->batch.children[0];
    free((void *)first->buffers[1]);
    first->buffers[1] = NULL;
    w = watch(&h, &releases);
    table_in(&w->inner, 0, of_persons + 1, 1);
    PROMISE(evaluate(rules, &p, &h, &error) == RECOURS_STATUS_OK);
}

static void tables(const RecoursRules *rules) {
    RecoursError *error = NULL;
    struct ArrowArrayStream p, h;
    /* A column of the wrong type, a code that is not allowed, a missing key. */
    static const double number[] = {12.5};
    persons_with(&p, (struct column){"activite", NUMBERS, number});
    households(&h);
    PROMISE(evaluate(rules, &p, &h, &error) == RECOURS_STATUS_REFUSED);
    PROMISE(strstr(recours_error_message(error), "activite") != NULL && strstr(recours_error_message(error), "12.5") == NULL);
    recours_error_free(error);
    error = NULL;
    static const char *const unknown[] = {"CANARI"};
    persons_with(&p, (struct column){"activite", TEXTS, unknown});
    households(&h);
    PROMISE(evaluate(rules, &p, &h, &error) == RECOURS_STATUS_REFUSED);
    PROMISE(strstr(recours_error_message(error), "activite") != NULL && strstr(recours_error_message(error), "CANARI") == NULL);
    recours_error_free(error);
    error = NULL;
    households(&p);
    households(&h);
    PROMISE(evaluate(rules, &p, &h, &error) == RECOURS_STATUS_REFUSED);
    PROMISE(strstr(recours_error_message(error), "person_id") != NULL);
    recours_error_free(error);
    error = NULL;
    /* The library still works. */
    persons(&p);
    households(&h);
    PROMISE(evaluate(rules, &p, &h, &error) == RECOURS_STATUS_OK && error == NULL);
}

static bool stop(void *userdata, const char *step, uint64_t done, uint64_t total) {
    PROMISE(step != NULL && (total == 0 || done <= total));
    ++*(int *)userdata;
    return false;
}

static void note(void *userdata, const char *text) {
    snprintf(userdata, 200, "%s", text);
}

static void stopped(const RecoursRules *rules) {
    RecoursError *error = NULL;
    struct ArrowArrayStream p, h, answers;
    int told = 0;
    const RecoursProgress progress = {stop, NULL, &told};
    persons(&p);
    households(&h);
    REFUSED(recours_rules_evaluate(rules, &p, &h, false, &progress, &answers, &error), RECOURS_STATUS_INTERRUPTED, "E-ARRET-001", "");
    PROMISE(told > 0 && p.release == NULL && h.release == NULL);
    char last[200] = "";
    const RecoursProgress noted = {NULL, note, last};
    persons(&p);
    households(&h);
    PROMISE(recours_rules_evaluate(rules, &p, &h, true, &noted, &answers, &error) == RECOURS_STATUS_OK);
    answers.release(&answers);
    PROMISE(strstr(last, "note") != NULL);
    const RecoursProgress nobody = {NULL, NULL, NULL};
    persons(&p);
    households(&h);
    PROMISE(recours_rules_evaluate(rules, &p, &h, false, &nobody, &answers, &error) == RECOURS_STATUS_OK);
    answers.release(&answers);
}

/* Threads share rules; the main one frees them while they may be at work. */
static void *work(void *shared) {
    const RecoursRules *rules = shared;
    long ok = 0;
    for (int round = 0; round < 20; round++) {
        static const char *const ids[] = {"p1"}, *const foyers[] = {"f1"}, *const role[] = {"demandeur"};
        const struct column of_p[] = {{"person_id", TEXTS, ids}, {"household_id", TEXTS, foyers}, {"role", TEXTS, role}};
        const struct column of_h[] = {{"household_id", TEXTS, foyers}};
        struct ArrowArrayStream p, h, answers;
        table_in(&p, 1, of_p, 3);
        table_in(&h, 1, of_h, 1);
        const RecoursStatus status = recours_rules_evaluate(rules, &p, &h, false, NULL, &answers, NULL);
        if (status == RECOURS_STATUS_OK) {
            answers.release(&answers);
            ok++;
        } else if (status != RECOURS_STATUS_INVALID_HANDLE) {
            return (void *)-1L;
        }
    }
    return (void *)ok;
}

static void threads(void) {
    RecoursRules *rules = NULL;
    pthread_t workers[2];
    for (int free_early = 0; free_early < 2; free_early++) {
        PROMISE(recours_rules_new_builtin(DAY, &rules, NULL) == RECOURS_STATUS_OK);
        for (int i = 0; i < 2; i++) {
            PROMISE(pthread_create(&workers[i], NULL, work, rules) == 0);
        }
        if (free_early) {
            PROMISE(recours_rules_free(rules) == RECOURS_STATUS_OK);
        }
        for (int i = 0; i < 2; i++) {
            void *ok = NULL;
            PROMISE(pthread_join(workers[i], &ok) == 0);
            PROMISE(free_early ? (long)ok >= 0 : (long)ok == 20);
        }
        PROMISE(recours_rules_free(rules) == (free_early ? RECOURS_STATUS_INVALID_HANDLE : RECOURS_STATUS_OK));
    }
}

int main(void) {
    RecoursError *error = NULL;
    RecoursRules *rules = NULL;
    REFUSED(recours_abi_check(RECOURS_ABI_VERSION + 1, &error), RECOURS_STATUS_ABI_MISMATCH, "E-ABI-005", "interface");
    PROMISE(recours_rules_new_builtin(DAY, &rules, &error) == RECOURS_STATUS_OK);
    handles();
    nulls(rules);
    streams(rules);
    shapes(rules);
    empty(rules);
    tables(rules);
    stopped(rules);
    threads();
    PROMISE(recours_rules_free(rules) == RECOURS_STATUS_OK);
    puts("every mistake was answered");
    return 0;
}
