/* A whole mission from C: two bodies seal tables that they hold in memory, the linkage unit links, the host detects.
 *
 *   recours demo --petite --persons 500 --out mission     # a mission with its rules and keys, and invented people
 *   cc -std=c11 seal_link_detect.c $(pkg-config --cflags --libs recours) -lm -o mission_in_c
 *   ./mission_in_c mission/mission.toml
 *
 * In life each of the three steps runs on another machine, which has only its own folder. */
#include <stdio.h>

#include "recours.h"
#include "table_in.h"
#include "table_out.h"

enum { PEOPLE = 24 };

static int failed(RecoursError *error) {
    const int status = recours_error_code(error);
    fprintf(stderr, "erreur %s : %s\n", recours_error_name(error), recours_error_message(error));
    if (recours_error_advice(error)[0] != '\0') {
        fprintf(stderr, "  → %s\n", recours_error_advice(error));
    }
    recours_error_free(error);
    return status;
}

/* Told how far a call has come. Return false to stop it; here it only counts. */
static bool tell(void *userdata, const char *step, uint64_t done, uint64_t total) {
    (void)step;
    (void)done;
    (void)total;
    ++*(unsigned long *)userdata;
    return true;
}

/* The same invented people at both bodies, each with the one fact that the mission asks of it. */
static void extract(struct ArrowArrayStream *out, const char *row_prefix, const char *fact, const signed char *facts) {
    static const char *const names[] = {"MARTIN", "BERNARD", "PETIT", "DURAND", "LEROY", "MOREAU"};
    static const char *const firsts[] = {"ANNE", "LUC", "SARAH", "PAUL", "INES", "HUGO", "ROSE"};
    static const int32_t before[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
    char rows[PEOPLE][33], numbers[PEOPLE][16], communes[PEOPLE][6];
    const char *row_id[PEOPLE], *nir[PEOPLE], *birth_name[PEOPLE], *used_name[PEOPLE], *first[PEOPLE], *sex[PEOPLE],
        *commune[PEOPLE], *postcode[PEOPLE];
    int32_t born[PEOPLE];
    for (int i = 0; i < PEOPLE; i++) {
        const int year = 60 + i, month = i % 12; /* born on the first day of a month of 1960 and after */
        /* A national number: sex, year, month, département, commune, order; then its key. */
        const long long number =
            (i % 2 == 0 ? 2 : 1) * 1000000000000LL + year * 10000000000LL + (month + 1) * 100000000LL + 99100001LL + i * 1001LL;
        snprintf(rows[i], sizeof rows[i], "%s%030x", row_prefix, (unsigned)i);
        snprintf(numbers[i], sizeof numbers[i], "%013lld%02lld", number, 97 - number % 97);
        snprintf(communes[i], sizeof communes[i], "99%03d", 100 + i);
        row_id[i] = rows[i];
        nir[i] = numbers[i];
        commune[i] = communes[i];
        birth_name[i] = names[i % 6];
        used_name[i] = NULL;
        first[i] = firsts[i % 7];
        sex[i] = i % 2 == 0 ? "F" : "H";
        postcode[i] = "99100";
        born[i] = i * 365 + (i + 3) / 4 + before[month] + (month > 1 && i % 4 == 0) - 3653; /* days since 1970-01-01 */
    }
    const struct column columns[] = {
        {"row_id", TEXTS, row_id},       {"nir", TEXTS, nir},         {"nom_naissance", TEXTS, birth_name},
        {"nom_usage", TEXTS, used_name}, {"prenoms", TEXTS, first},   {"date_naissance", DAYS, born},
        {"sexe", TEXTS, sex},            {"commune_naissance", TEXTS, commune}, {"code_postal", TEXTS, postcode},
        {fact, BOOLEANS, facts},
    };
    table_in(out, PEOPLE, columns, sizeof columns / sizeof *columns);
}

/* At a body: `table` takes the place of the file of that name in the mission. */
static RecoursStatus seal(const RecoursMission *mission, const char *body, const char *table, struct ArrowArrayStream *rows,
                          const RecoursProgress *progress, RecoursError **error) {
    const RecoursTable tables[] = {{table, rows}};
    char *report = NULL;
    const RecoursStatus status = recours_mission_seal(mission, body, tables, 1, NULL, progress, &report, error);
    if (status == RECOURS_STATUS_OK) {
        fputs(report, stderr);
        recours_text_free(report);
    }
    return status;
}

int main(int argc, char **argv) {
    RecoursError *error = NULL;
    RecoursMission *mission = NULL;
    unsigned long told = 0;
    const RecoursProgress progress = {tell, NULL, &told};
    if (argc < 2) {
        fprintf(stderr, "usage: %s mission.toml\n", argv[0]);
        return RECOURS_STATUS_USAGE;
    }
    if (recours_abi_check(RECOURS_ABI_VERSION, &error) != RECOURS_STATUS_OK ||
        recours_mission_new(argv[1], &mission, &error) != RECOURS_STATUS_OK) {
        return failed(error);
    }

    struct ArrowArrayStream plan, caf, cpam, findings;
    if (recours_mission_plan(mission, &plan, &error) != RECOURS_STATUS_OK) {
        recours_mission_free(mission);
        return failed(error);
    }
    puts("each body brings:");
    const char *const brought[] = {"body", "column", "rights"};
    table_out(&plan, brought, 3);

    /* Everybody receives RSA; one in three has no health cover. */
    signed char paid[PEOPLE], covered[PEOPLE];
    for (int i = 0; i < PEOPLE; i++) {
        paid[i] = 1;
        covered[i] = i % 3 != 0;
    }
    extract(&caf, "ca", "rsa_paye", paid);
    extract(&cpam, "c9", "css_active", covered);
    char *receipt = NULL;
    RecoursStatus status = seal(mission, "caf", "personnes", &caf, &progress, &error);
    if (status == RECOURS_STATUS_OK) {
        status = seal(mission, "cpam", "assures", &cpam, &progress, &error);
    } else {
        cpam.release(&cpam); /* not given to any call, so still ours */
    }
    if (status == RECOURS_STATUS_OK) {
        status = recours_mission_link(mission, NULL, 0, &progress, NULL, &error);
    }
    if (status == RECOURS_STATUS_OK) {
        status = recours_mission_detect(mission, NULL, 0, &progress, &findings, &receipt, &error);
    }
    if (status == RECOURS_STATUS_OK) {
        puts("found:");
        const char *const found[] = {"kind", "right", "rule", "certainty"};
        const int64_t rows = table_out(&findings, found, 4);
        printf("%" PRId64 " findings, a receipt of %s bytes, progress told %s\n", rows, strlen(receipt) > 100 ? "many" : "few",
               told > 0 ? "on the way" : "never");
        recours_text_free(receipt);
        status = recours_mission_outreach(mission, "cpam", NULL, NULL, NULL, NULL, &error);
    }
    recours_mission_free(mission);
    return status == RECOURS_STATUS_OK ? 0 : failed(error);
}
