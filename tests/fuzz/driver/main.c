/* Runs a fuzz test on its seeds and on changed seeds, the same ones every time; prints TAP.
 * With file names: on those files, to repeat a finding. */
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "tests/fuzz/driver/fuzz.h"

#define FINDING "/tmp/sohoa-fuzz-finding"
#define LONGEST ((size_t)1 << 16)

static uint64_t state = 0x9E3779B97F4A7C15U;
static uint8_t input[2 * LONGEST];
static size_t input_size;

/* xorshift64*, below limit */
static size_t chance(size_t limit)
{
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return (size_t)((state * 0x2545F4914F6CDD1DU) >> 33) % limit;
}

static const struct fuzz_seed *any_seed(void)
{
    size_t count = 0;

    while (fuzz_seeds[count].bytes != NULL)
        count++;
    fuzz_check(count > 0, "the test has seeds");
    return &fuzz_seeds[chance(count)];
}

static void copy_seed(const struct fuzz_seed *seed)
{
    input_size = seed->size < LONGEST ? seed->size : LONGEST;
    memcpy(input, seed->bytes, input_size);
}

static void insert(size_t at, const uint8_t *bytes, size_t size)
{
    if (input_size + size > LONGEST)
        return;
    memmove(input + at + size, input + at, input_size - at);
    memcpy(input + at, bytes, size);
    input_size += size;
}

static void change_once(void)
{
    static const uint8_t telling[] = {0, 1, 0x20, 0x7F, 0x80, 0xC0, 0xED, 0xF4, 0xFE, 0xFF, '\n'};
    const struct fuzz_seed *seed = any_seed();
    size_t at = chance(input_size + 1), rest = input_size - at;
    uint8_t byte = telling[chance(sizeof telling)];

    switch (chance(7)) {
    case 0: /* one bit */
        if (rest > 0)
            input[at] ^= (uint8_t)(1U << chance(8));
        break;
    case 1:
        if (rest > 0)
            input[at] = byte;
        break;
    case 2:
        insert(at, &byte, 1);
        break;
    case 3: /* a piece falls out */
        if (rest > 0) {
            size_t size = 1 + chance(rest < 16 ? rest : 16);
            memmove(input + at, input + at + size, rest - size);
            input_size -= size;
        }
        break;
    case 4: /* cut short */
        if (chance(4) == 0)
            input_size = at;
        break;
    case 5: /* a piece of a seed comes in */
        if (seed->size > 0) {
            size_t from = chance(seed->size), size = 1 + chance(seed->size - from);
            insert(at, (const uint8_t *)seed->bytes + from, size < LONGEST ? size : LONGEST);
        }
        break;
    default: /* a piece again */
        if (rest > 0) {
            uint8_t piece[64];
            size_t size = 1 + chance(rest < sizeof piece ? rest : sizeof piece);
            memcpy(piece, input + at, size);
            insert(chance(input_size + 1), piece, size);
        }
    }
}

/* The input goes to a buffer of just its size, where a sanitizer sees one byte too many. */
static void try_input(void)
{
    uint8_t *exact = malloc(input_size > 0 ? input_size : 1);

    memcpy(exact, input, input_size);
    LLVMFuzzerTestOneInput(exact, input_size);
    free(exact);
}

/* Leaves the input that did it behind, to be repeated and kept as a seed. */
static void keep_finding(int number)
{
    static const char words[] = "not ok 1 - survives; the input is " FINDING "\n";
    int fd = open(FINDING, O_WRONLY | O_CREAT | O_TRUNC, 0600);

    if (fd >= 0 && write(fd, input, input_size) < 0)
        _exit(1);
    if (write(STDOUT_FILENO, words, sizeof words - 1) < 0)
        _exit(1);
    signal(number, SIG_DFL);
    raise(number);
}

int main(int argc, char **argv)
{
    static const int signals[] = {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL};

    for (size_t i = 0; argc == 1 && i < sizeof signals / sizeof *signals; i++)
        signal(signals[i], keep_finding);
    for (int i = 1; i < argc; i++) {
        FILE *file = fopen(argv[i], "r");
        if (file == NULL) {
            perror(argv[i]);
            return 1;
        }
        input_size = fread(input, 1, LONGEST, file);
        fclose(file);
        try_input();
    }
    if (argc > 1)
        return 0;
    for (const struct fuzz_seed *seed = fuzz_seeds; seed->bytes != NULL; seed++) {
        copy_seed(seed);
        try_input();
    }
    for (unsigned round = 0; round < fuzz_rounds; round++) {
        copy_seed(any_seed());
        for (size_t changes = 1 + chance(8); changes > 0; changes--)
            change_once();
        try_input();
    }
    printf("ok 1 - survives its seeds and %u changed ones\n1..1\n", fuzz_rounds);
    return 0;
}
