#include "ingest/scanner.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/message.h"

#define TICK_MS 100
#define GRACE_MS 2000 /* what a child gets to cancel and close its device */

int64_t scanner_clock_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Drivers write to stdout and inherit everything: they get stderr and the socket, nothing else.
 * Above all not the ledger's files nor another process's pipes. */
static int keep_only(int socket)
{
    int null = open("/dev/null", O_RDONLY);
    dup2(null, STDIN_FILENO);
    dup2(STDERR_FILENO, STDOUT_FILENO);
    dup2(socket, 3);
    close_range(4, ~0U, 0);
    fcntl(3, F_SETFD, FD_CLOEXEC);
    return 3;
}

enum status scanner_start(struct scanner_child *child, const struct scanner_job *job,
                          struct error *error)
{
    int ends[2];
    *child = (struct scanner_child){.socket = -1};
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
        return error_set(error, STATUS_RETRY, _("No process for the scanner could be started: %s."),
                         message_errno(errno));
    fflush(NULL); /* else the child would own a copy of what is not yet written */
    child->pid = fork();
    if (child->pid == 0) {
        /* If we are killed, a driver that blocks must not keep the device. */
        prctl(PR_SET_PDEATHSIG, SIGTERM);
        scanner_work(job, keep_only(ends[1]));
        _exit(0); /* no exit handlers: they belong to the parent */
    }
    int fork_errno = errno;
    close(ends[1]);
    child->socket = ends[0];
    if (child->pid > 0)
        return STATUS_OK;
    child->pid = 0;
    scanner_stop(child);
    return error_set(error, STATUS_RETRY, _("No process for the scanner could be started: %s."),
                     message_errno(fork_errno));
}

enum scanner_event scanner_next(struct scanner_child *child, struct scanner_packet *packet,
                                size_t *size)
{
    struct pollfd readable = {child->socket, POLLIN, 0};
    int ready = poll(&readable, 1, TICK_MS);
    if (ready == 0 || (ready < 0 && errno == EINTR))
        return SCANNER_TICK;
    ssize_t got = recv(child->socket, packet, sizeof *packet, 0);
    if (got < 0 && (errno == EINTR || errno == EAGAIN))
        return SCANNER_TICK;
    if (got < (ssize_t)SCANNER_PACKET_HEAD)
        return SCANNER_GONE;
    *size = (size_t)got - SCANNER_PACKET_HEAD;
    child->finished = packet->kind == SCANNER_END || packet->kind == SCANNER_TROUBLE;
    return SCANNER_MESSAGE;
}

void scanner_go(struct scanner_child *child)
{
    send(child->socket, "", 1, MSG_NOSIGNAL); /* if it is dead, scanner_next says so */
}

static bool reap(struct scanner_child *child, int64_t until_ms)
{
    for (;;) {
        pid_t ended = waitpid(child->pid, NULL, WNOHANG);
        if (ended == child->pid || (ended < 0 && errno == ECHILD))
            return true;
        if (scanner_clock_ms() >= until_ms)
            return false;
        poll(NULL, 0, 10);
    }
}

void scanner_stop(struct scanner_child *child)
{
    if (child->socket >= 0)
        close(child->socket);
    child->socket = -1;
    if (child->pid <= 0)
        return;
    bool ended = child->finished && reap(child, scanner_clock_ms() + GRACE_MS);
    if (!ended) {
        kill(child->pid, SIGTERM);
        ended = reap(child, scanner_clock_ms() + GRACE_MS);
    }
    if (!ended) {
        kill(child->pid, SIGKILL);
        reap(child, INT64_MAX);
    }
    child->pid = 0;
}
