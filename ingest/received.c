#include "ingest/received.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/buffer.h"
#include "core/file.h"
#include "core/log.h"
#include "core/message.h"
#include "ingest/effort.h"

#define PAGES_MAX 5000
#define MEMORY_MAX (3LL << 30) /* bytes a child may have */
#define WALL_FACTOR 20         /* a computer that does other things, too */
#define NOT_INSTALLED 127

/* ---------------------------------------------------------------- a program, with limits */

struct ran {
    int out, said; /* what it wrote to stdout and stderr: files in memory */
    int code;      /* -1: ended by a signal, or by us */
    double most_s; /* of CPU that it may have */
    double cpu_s;  /* that it took */
    bool endless;  /* it was ended because it took more, or for longer than that can take */
    bool stopped;  /* by the signal that stops us: it goes to all of a terminal's group */
};

static void limit(int what, rlim_t value)
{
    struct rlimit both = {value, value};
    setrlimit(what, &both);
}

/* The signal that says so comes first. */
static void limit_cpu(double seconds)
{
    rlim_t most = (rlim_t)seconds + 1;
    struct rlimit both = {most, most + 5};
    setrlimit(RLIMIT_CPU, &both);
}

static _Noreturn void be_program(char *const *words, const struct ran *ran)
{
    int nothing = open("/dev/null", O_RDONLY);
    if (nothing < 0 || dup2(nothing, 0) < 0 || dup2(ran->out, 1) < 0 || dup2(ran->said, 2) < 0)
        _exit(1);
    limit(RLIMIT_AS, MEMORY_MAX);
    limit(RLIMIT_FSIZE, IMAGE_PIXELS_MAX * 3 + 100);
    limit_cpu(ran->most_s);
    limit(RLIMIT_CORE, 0);
    setenv("LC_ALL", "C.UTF-8", 1);
    execvp(words[0], words);
    _exit(NOT_INSTALLED);
}

/* Sleeps between looks: a signal of ours must not cut a wait short, and a clock ends it. */
static int wait_for(pid_t pid, struct ran *ran)
{
    struct timespec start, now, nap = {0, 2000000};
    struct rusage used;
    int result = 0;
    clock_gettime(CLOCK_MONOTONIC, &start);
    for (;;) {
        pid_t ended = wait4(pid, &result, WNOHANG, &used);
        if (ended == pid) {
            ran->cpu_s = (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
                         (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
            int by = WIFSIGNALED(result) ? WTERMSIG(result) : 0;
            ran->endless |= by == SIGXCPU;
            ran->stopped = by == SIGINT || by == SIGTERM || by == SIGHUP;
            return WIFEXITED(result) ? WEXITSTATUS(result) : -1;
        }
        if (ended < 0 && errno != EINTR)
            return -1;
        clock_gettime(CLOCK_MONOTONIC, &now);
        if ((double)(now.tv_sec - start.tv_sec) > WALL_FACTOR * ran->most_s)
            ran->endless = kill(pid, SIGKILL) == 0;
        nanosleep(&nap, NULL);
    }
}

static void ran_clear(struct ran *ran)
{
    if (ran->out >= 0)
        close(ran->out);
    if (ran->said >= 0)
        close(ran->said);
}

static enum status run(char *const *words, double most_s, struct ran *ran, struct error *error)
{
    *ran = (struct ran){.out = memfd_create("out", MFD_CLOEXEC),
                        .said = memfd_create("said", MFD_CLOEXEC),
                        .code = -1,
                        .most_s = most_s};
    pid_t pid = ran->out >= 0 && ran->said >= 0 ? fork() : -1;
    if (pid == 0)
        be_program(words, ran);
    if (pid > 0)
        ran->code = wait_for(pid, ran);
    if (pid > 0 && ran->stopped) {
        ran_clear(ran);
        return error_set(error, STATUS_END, _("interrupted"));
    }
    if (pid > 0 && ran->code != NOT_INSTALLED)
        return STATUS_OK;
    enum status status =
        pid > 0 ? error_set(error, STATUS_FATAL,
                            _("PDF files need the program %s: install the packages qpdf and "
                              "poppler-utils."),
                            words[0])
                : error_set(error, STATUS_RETRY, _("%s cannot be started: %s."), words[0],
                            message_errno(errno));
    ran_clear(ran);
    return status;
}

/* The first line that it said, for sentences: without the path, which may name a citizen. */
static void first_words(const struct ran *ran, const char *path, char out[160])
{
    char line[160] = "", *from = line;
    ssize_t size = pread(ran->said, line, sizeof line - 1, 0);
    line[size > 0 ? size : 0] = '\0';
    line[strcspn(line, "\n")] = '\0';
    char *named = strstr(line, path);
    if (named && named[strlen(path)] == ':')
        from = named + strlen(path) + 1;
    while (isspace((unsigned char)*from))
        from++;
    size_t length = 0;
    for (; *from && length < 159; from++)
        if (isprint((unsigned char)*from))
            out[length++] = *from;
    out[length] = '\0';
}

/* qpdf ends with 3 when it remarks on a file that it read. A /Size that is too big is what writers
 * of updates often leave; nobody reads by it, and the file is as whole as it was. */
static bool is_read(const struct ran *ran)
{
    static const char end[] = "qpdf: operation succeeded with warnings";
    static const char count[] = ": reported number of objects (";
    char said[2048] = "", *rest = said;
    ssize_t size = pread(ran->said, said, sizeof said - 1, 0);
    if (ran->code == 0)
        return true;
    if (ran->code != 3 || size <= 0 || size == sizeof said - 1)
        return false;
    for (char *line = strsep(&rest, "\n"); line; line = strsep(&rest, "\n")) {
        char *remark = strstr(line, count);
        int used = 0, reported, highest;
        if (remark)
            sscanf(remark + strlen(count), "%d) is not one plus the highest object number (%d)%n",
                   &reported, &highest, &used);
        if (*line && strcmp(line, end) != 0 && (used == 0 || remark[strlen(count) + (size_t)used]))
            return false;
    }
    return true;
}

enum status received_too_dear(double cpu_s, struct error *error)
{
    return error_set(error, STATUS_REJECT,
                     _("the PDF takes far more work than one of its size needs (stopped after %.0f "
                       "seconds): it is damaged, or was made to keep computers busy; ask who sent "
                       "it for one that was printed to PDF anew"),
                     cpu_s);
}

static enum status damaged(const struct ran *ran, const char *path, struct error *error)
{
    char words[160];
    if (ran->endless)
        return received_too_dear(ran->cpu_s, error);
    first_words(ran, path, words);
    return error_set(error, STATUS_REJECT,
                     _("the PDF is damaged (%s); ask who sent it for a sound one"),
                     *words ? words : _("it cannot be read"));
}

/* ---------------------------------------------------------------- looking */

bool received_is_pdf(const char *path)
{
    char head[1024];
    FILE *file = fopen(path, "rbe");
    size_t size = file ? fread(head, 1, sizeof head, file) : 0;
    if (file)
        fclose(file);
    return memmem(head, size, "%PDF-", 5) != NULL;
}

static enum status check_encryption(char *path, double most_s, struct error *error)
{
    char program[] = "qpdf", how[] = "--is-encrypted";
    char *words[] = {program, how, path, NULL};
    struct ran ran;
    enum status status = run(words, most_s, &ran, error);
    if (status != STATUS_OK)
        return status;
    if (ran.code == 0)
        status = error_set(error, STATUS_REJECT,
                           _("the PDF is encrypted; ask who sent it for one without a password"));
    ran_clear(&ran);
    return status;
}

static enum status count_pages(char *path, double most_s, int *pages, struct error *error)
{
    char program[] = "qpdf", how[] = "--show-npages", text[32] = "";
    char *words[] = {program, how, path, NULL};
    struct ran ran;
    enum status status = run(words, most_s, &ran, error);
    if (status != STATUS_OK)
        return status;
    ssize_t size = pread(ran.out, text, sizeof text - 1, 0);
    *pages = size > 0 ? (int)strtol(text, NULL, 10) : 0;
    if (!is_read(&ran))
        status = damaged(&ran, path, error);
    else if (*pages < 1 || *pages > PAGES_MAX)
        status =
            error_set(error, STATUS_REJECT,
                      _("the PDF has %d pages; 1 to %d can be taken at a time"), *pages, PAGES_MAX);
    else if (ran.code != 0)
        log_write(LOG_WARNING, "a PDF says that it has more objects than it has; taken as it is");
    ran_clear(&ran);
    return status;
}

/* What a PDF may not hold, however it is reached (/OpenAction, /AA, an annotation, a button).
 * qpdf writes names as "/Name" and strings as "u:..." or "b:...", with quotes inside escaped: what
 * stands between quotes here is a name of the PDF, however that wrote it. */
static const struct {
    const char *name, *why;
} forbidden_names[] = {
    {"\"/JavaScript\"", N_("the PDF carries JavaScript, which could change what it shows; ask who "
                           "sent it for one without")},
    {"\"/JS\"", N_("the PDF carries JavaScript, which could change what it shows; ask who sent it "
                   "for one without")},
    {"\"/XFA\"", N_("the PDF is an XFA form, whose pages are made by the reader's program; ask who "
                    "sent it for one that was printed to PDF")},
    {"\"/Launch\"", N_("the PDF can start programs (Launch); ask who sent it for one without")},
    {"\"/SubmitForm\"", N_("the PDF can send what is typed into it to others (SubmitForm); ask who "
                           "sent it for one that was printed to PDF")},
    {"\"/ImportData\"", N_("the PDF can take other values into its form (ImportData); ask who sent "
                           "it for one that was printed to PDF")},
    {"\"/Collection\"",
     N_("the PDF is a portfolio: its papers are files within it, and its page is "
        "but a cover; take them out and import each by itself")},
    {"\"/RichMedia\"", N_("the PDF carries films or Flash (RichMedia); ask who sent it for one "
                          "without")},
};

/* Kinds of files that a double click runs. */
static const char *const programs[] = {
    "exe",  "com", "scr", "pif",  "bat",  "cmd",     "ps1",    "psm1", "vbs",  "vbe",
    "js",   "jse", "ws",  "wsf",  "wsc",  "wsh",     "hta",    "msi",  "msp",  "mst",
    "cpl",  "dll", "lnk", "jar",  "reg",  "inf",     "scf",    "url",  "sh",   "app",
    "dmg",  "iso", "img", "vhd",  "chm",  "docm",    "xlsm",   "pptm", "dotm", "xltm",
    "xlam", "xll", "apk", "appx", "msix", "desktop", "command"};

/* A name as JSON has it. Windows drops dots and blanks at the end. */
static bool is_program(const char *at, size_t size)
{
    char name[16] = "";
    while (size > 0 && strchr(". ", at[size - 1]))
        size--;
    const char *dot = memrchr(at, '.', size);
    size_t length = dot ? size - (size_t)(dot + 1 - at) : 0;
    if (length == 0 || length >= sizeof name)
        return false;
    memcpy(name, dot + 1, length);
    for (size_t i = 0; i < sizeof programs / sizeof *programs; i++)
        if (strcasecmp(name, programs[i]) == 0)
            return true;
    return false;
}

/* The end of a string that qpdf writes in hex: one that is no text. */
static bool is_program_hex(const char *at, size_t size)
{
    char text[64];
    size_t length = 0, skip = size > 2 * sizeof text ? size - 2 * sizeof text : 0;
    for (size_t i = skip; i + 1 < size; i += 2) {
        const char two[] = {at[i], at[i + 1], '\0'};
        text[length++] = (char)strtol(two, NULL, 16);
    }
    return is_program(text, length);
}

/* A file specification's /F or /UF that names a program. */
static bool attaches_program(const char *json, size_t size)
{
    static const char *const keys[] = {"\"/F\": \"", "\"/UF\": \""};
    const char *end = json + size;
    if (!memmem(json, size, "\"/EF\"", 5))
        return false;
    for (size_t i = 0; i < 2; i++)
        for (const char *at = json;
             (at = memmem(at, (size_t)(end - at), keys[i], strlen(keys[i])));) {
            at += strlen(keys[i]);
            const char *quote = at;
            while ((quote = memchr(quote, '"', (size_t)(end - quote))) && quote[-1] == '\\')
                quote++;
            if (!quote)
                break;
            size_t length = (size_t)(quote - at);
            if (length > 2 && (strncmp(at, "b:", 2) == 0 ? is_program_hex(at + 2, length - 2)
                                                         : is_program(at, length)))
                return true;
            at = quote;
        }
    return false;
}

static const char *forbidden(const char *json, size_t size)
{
    for (size_t i = 0; i < sizeof forbidden_names / sizeof *forbidden_names; i++)
        if (memmem(json, size, forbidden_names[i].name, strlen(forbidden_names[i].name)))
            return message(forbidden_names[i].why);
    return attaches_program(json, size)
               ? _("a program is attached to the PDF; ask who sent it for one without")
               : NULL;
}

static enum status check_objects(char *path, double most_s, struct error *error)
{
    char program[] = "qpdf", form[] = "--json=2", key[] = "--json-key=qpdf";
    char *words[] = {program, form, key, path, NULL};
    struct ran ran;
    enum status status = run(words, most_s, &ran, error);
    if (status != STATUS_OK)
        return status;
    off_t size = lseek(ran.out, 0, SEEK_END);
    void *json =
        size > 0 ? mmap(NULL, (size_t)size, PROT_READ, MAP_PRIVATE, ran.out, 0) : MAP_FAILED;
    const char *why = json == MAP_FAILED ? NULL : forbidden(json, (size_t)size);
    if (!is_read(&ran) || json == MAP_FAILED)
        status = damaged(&ran, path, error);
    else if (why)
        status = error_set(error, STATUS_REJECT, "%s", why);
    if (json != MAP_FAILED)
        munmap(json, (size_t)size);
    ran_clear(&ran);
    return status;
}

enum status received_look(const char *path, int *pages, struct error *error)
{
    char *whole = realpath(path, NULL); /* a name that begins with '-' would be an option */
    if (!whole)
        return error_set(error, STATUS_REJECT, _("the file cannot be read: %s"),
                         message_errno(errno));
    double most_s = effort_call_s(file_size(whole));
    enum status status = check_encryption(whole, most_s, error);
    if (status == STATUS_OK)
        status = count_pages(whole, most_s, pages, error);
    if (status == STATUS_OK)
        status = check_objects(whole, most_s, error);
    free(whole);
    return status;
}

/* ---------------------------------------------------------------- rendering */

/* "P6", width, height, 255 and a blank, then RGB: all that pdftoppm writes. */
static bool take_ppm(const char *bytes, size_t size, int dpi, struct image *out)
{
    int width = 0, height = 0, most = 0, head = 0;
    char start[64] = "";
    memcpy(start, bytes, size < sizeof start - 1 ? size : sizeof start - 1);
    if (sscanf(start, "P6 %d %d %d%n", &width, &height, &most, &head) != 3 || most != 255 ||
        width < IMAGE_SIDE_MIN || height < IMAGE_SIDE_MIN || width > IMAGE_SIDE_MAX ||
        height > IMAGE_SIDE_MAX || (size_t)head + 1 + (size_t)width * 3 * (size_t)height != size)
        return false;
    image_init(out, width, height, 3, 8);
    out->dpi_x = out->dpi_y = dpi;
    for (int y = 0; y < height; y++)
        memcpy(out->data + (size_t)y * out->stride,
               bytes + head + 1 + (size_t)y * (size_t)width * 3, (size_t)width * 3);
    return true;
}

/* Poppler goes on after faults and shows what it can; that is not what was sent. */
static bool complained(const struct ran *ran)
{
    char said[4096] = "";
    ssize_t size = pread(ran->said, said, sizeof said - 1, 0);
    said[size > 0 ? size : 0] = '\0';
    return strstr(said, "Error") != NULL;
}

enum status received_render(const char *path, int page, int resolution_dpi, double most_s,
                            struct image *out, double *cpu_s, struct error *error)
{
    char program[] = "pdftoppm", resolution[] = "-r", first[] = "-f", last[] = "-l",
         box[] = "-cropbox", number[16], dpi[16];
    char *whole = realpath(path, NULL);
    char *words[] = {program, resolution, dpi, first, number, last, number, box, whole, NULL};
    struct ran ran;
    snprintf(number, sizeof number, "%d", page + 1);
    snprintf(dpi, sizeof dpi, "%d", resolution_dpi);
    if (!whole)
        return error_set(error, STATUS_REJECT, _("the file cannot be read: %s"),
                         message_errno(errno));
    enum status status = run(words, most_s, &ran, error);
    if (status == STATUS_OK) {
        *cpu_s += ran.cpu_s;
        off_t size = lseek(ran.out, 0, SEEK_END);
        void *bytes =
            size > 0 ? mmap(NULL, (size_t)size, PROT_READ, MAP_PRIVATE, ran.out, 0) : MAP_FAILED;
        if (ran.code != 0 || bytes == MAP_FAILED || complained(&ran) ||
            !take_ppm(bytes, (size_t)size, resolution_dpi, out))
            status = damaged(&ran, whole, error);
        if (bytes != MAP_FAILED)
            munmap(bytes, (size_t)size);
        ran_clear(&ran);
    }
    free(whole);
    return status;
}
