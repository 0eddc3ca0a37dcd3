/* The smallest use of the library: is the one that was loaded the one that this program was compiled for?
 *
 *   cc -std=c11 -I crates/ffi/include crates/ffi/examples/version.c -L target/release -lrecours_ffi -o version
 */
#include <inttypes.h>
#include <stdio.h>

#include "recours.h"

int main(void) {
    if (recours_abi_version() != RECOURS_ABI_VERSION) {
        fprintf(stderr, "recours : interface %" PRIu32 " chargée, %d attendue\n", recours_abi_version(),
                RECOURS_ABI_VERSION);
        return 1;
    }
    printf("recours %s, interface %" PRIu32 "\n", recours_version(), recours_abi_version());
    return 0;
}
