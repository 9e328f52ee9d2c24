#include "tools/feeder/feeder.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "core/arena.h"

struct stream {
    struct stream_plan plan;
    int read_fd, write_fd;
    pthread_t thread;
    atomic_bool cancelled;
};

/* In short naps, so that a cancel is seen soon. */
static void sleep_ms(struct stream *stream, int ms)
{
    while (ms > 0 && !stream->cancelled) {
        int nap_ms = ms < 20 ? ms : 20;
        struct timespec nap = {0, nap_ms * 1000000L};
        nanosleep(&nap, NULL);
        ms -= nap_ms;
    }
}

/* False when nobody reads any more. The write end does not block: a full pipe is waited for in
 * naps, so that a cancelled stream ends even when its reader has stopped reading. */
static bool send_all(struct stream *stream, const uint8_t *bytes, size_t size)
{
    while (size > 0 && !stream->cancelled) {
        ssize_t written = write(stream->write_fd, bytes, size);
        if (written < 0 && errno == EAGAIN) {
            sleep_ms(stream, 1);
            continue;
        }
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return false;
        bytes += written;
        size -= (size_t)written;
    }
    return size == 0;
}

static void *send_rows(void *context)
{
    struct stream *stream = context;
    const struct stream_plan *plan = &stream->plan;
    size_t stride = raster_stride(plan->raster, plan->channel);
    uint8_t *row = memory_new(stride);
    int rows = plan->raster->height_px, due_ms = 0;
    for (int y = 0; y < rows && y != plan->stop_row; y++) {
        int then_ms = (int)((int64_t)plan->page_time_ms * (y + 1) / rows);
        sleep_ms(stream, then_ms - due_ms);
        due_ms = then_ms;
        raster_row(plan->raster, plan->channel, y, row);
        if (!send_all(stream, row, stride))
            break;
    }
    free(row);
    close(stream->write_fd); /* the reader finds the end */
    return NULL;
}

struct stream *stream_open(const struct stream_plan *plan)
{
    struct stream *stream = memory_new(sizeof *stream);
    int ends[2];
    sigset_t all, before;
    stream->plan = *plan;
    if (pipe2(ends, O_CLOEXEC) != 0) {
        free(stream);
        return NULL;
    }
    stream->read_fd = ends[0];
    stream->write_fd = ends[1];
    fcntl(stream->write_fd, F_SETFL, O_NONBLOCK);
    /* The program's signals are for the program's own thread, and SIGPIPE for nobody. */
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    int failed = pthread_create(&stream->thread, NULL, send_rows, stream);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (failed) {
        close(ends[0]);
        close(ends[1]);
        free(stream);
        return NULL;
    }
    return stream;
}

int stream_fd(const struct stream *stream)
{
    return stream->read_fd;
}

void stream_cancel(struct stream *stream)
{
    stream->cancelled = true;
}

void stream_close(struct stream *stream)
{
    if (!stream)
        return;
    stream_cancel(stream);
    pthread_join(stream->thread, NULL);
    close(stream->read_fd);
    free(stream);
}
