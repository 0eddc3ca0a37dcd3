/* The smallest use of the library: does the one that was loaded serve the header that this program was compiled with?
 *
 *   cc -std=c11 version.c $(pkg-config --cflags --libs recours) -o version && ./version
 */
#include <inttypes.h>
#include <stdio.h>

#include "recours.h"

int main(void) {
    RecoursError *error = NULL;
    if (recours_abi_check(RECOURS_ABI_VERSION, &error) != RECOURS_STATUS_OK) {
        fprintf(stderr, "%s\n", recours_error_message(error));
        recours_error_free(error);
        return 1;
    }
    printf("recours %s, interface %" PRIu32 "\n", recours_version(), recours_abi_version());
    return 0;
}
