/* The fault points of test builds: count, log, fail, kill. */
#include "core/fault.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* In memory that forked children share: the count goes over all processes. */
static atomic_long *counter;
static long kill_at, fail_at;
static int log_fd = -1;

static long number_from(const char *variable)
{
    const char *value = getenv(variable);

    return value == NULL ? 0 : strtol(value, NULL, 10);
}

void fault_start(void)
{
    const char *log_path = getenv("SOHOA_FAULT_LOG");

    if (counter == NULL) {
        counter =
            mmap(NULL, sizeof *counter, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        if (counter == MAP_FAILED) {
            perror("fault_start: mmap");
            abort();
        }
    }
    atomic_store(counter, 0);
    kill_at = number_from("SOHOA_FAULT");
    fail_at = number_from("SOHOA_FAULT_FAIL");
    if (log_fd >= 0)
        close(log_fd);
    log_fd = -1;
    if (log_path != NULL && log_path[0] != '\0') {
        log_fd = open(log_path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
        if (log_fd < 0) {
            fprintf(stderr, "fault_start: %s: %s\n", log_path, strerror(errno));
            abort();
        }
    }
}

static void log_act(long number, const char *label)
{
    char line[128];
    int length = snprintf(line, sizeof line, "%ld %s\n", number, label);

    if (length >= (int)sizeof line)
        length = (int)sizeof line - 1;
    if (length > 0 && write(log_fd, line, (size_t)length) < 0)
        abort(); /* a log with holes would let a crash test pass that saw nothing */
}

bool fault_point(const char *label)
{
    int before = errno;
    long number;

    if (counter == NULL)
        return false;
    number = atomic_fetch_add(counter, 1) + 1;
    if (log_fd >= 0)
        log_act(number, label);
    if (number == kill_at)
        kill(0, SIGKILL);
    errno = number == fail_at ? ENOSPC : before;
    return number == fail_at;
}
