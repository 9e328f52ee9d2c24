/*
 * A PKCS#11 library that is another one whose token is pulled out after so many signatures. Built
 * by tests/flow/keys.sh; REAL is the path of the library behind it. The environment's TOKEN_PULLED
 * names a file that gets a byte for each signature, whichever process makes it, and TOKEN_LIFE says
 * after how many the token is out. Removing the file plugs it in again.
 *
 * The function list begins with a version of two bytes; then come pointers in the order of the
 * standard.
 */
#include <dlfcn.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#ifndef REAL
#define REAL "" /* who reads the file without building it */
#endif
#define C_GET_SLOT_LIST 4
#define C_SIGN 43
#define FUNCTIONS 68
#define CKR_GENERAL_ERROR 0x05UL
#define CKR_DEVICE_REMOVED 0x32UL

struct function_list {
    unsigned char version[2];
    void (*functions[FUNCTIONS])(void);
};
typedef unsigned long list_slots(unsigned char present, unsigned long *slots, unsigned long *count);
typedef unsigned long sign(unsigned long session, unsigned char *data, unsigned long size,
                           unsigned char *out, unsigned long *out_size);

unsigned long C_GetFunctionList(struct function_list **out);
static struct function_list *real;

static int is_out(void)
{
    const char *path = getenv("TOKEN_PULLED"), *life = getenv("TOKEN_LIFE");
    struct stat about;
    return path && life && stat(path, &about) == 0 && about.st_size >= strtol(life, NULL, 10);
}

static unsigned long slots_or_none(unsigned char present, unsigned long *slots,
                                   unsigned long *count)
{
    if (!is_out())
        return ((list_slots *)real->functions[C_GET_SLOT_LIST])(present, slots, count);
    *count = 0;
    return 0;
}

static unsigned long sign_or_not(unsigned long session, unsigned char *data, unsigned long size,
                                 unsigned char *out, unsigned long *out_size)
{
    if (is_out())
        return CKR_DEVICE_REMOVED;
    unsigned long code = ((sign *)real->functions[C_SIGN])(session, data, size, out, out_size);
    FILE *file = out && code == 0 ? fopen(getenv("TOKEN_PULLED"), "ab") : NULL;
    if (file) {
        fputc('.', file);
        fclose(file);
    }
    return code;
}

unsigned long C_GetFunctionList(struct function_list **out)
{
    static struct function_list list;
    unsigned long (*get)(struct function_list **) = NULL;
    void *library = dlopen(REAL, RTLD_NOW | RTLD_LOCAL);
    void *symbol = library ? dlsym(library, "C_GetFunctionList") : NULL;
    memcpy(&get, &symbol, sizeof get);
    if (!get || get(&real) != 0)
        return CKR_GENERAL_ERROR;
    list = *real;
    list.functions[C_GET_SLOT_LIST] = (void (*)(void))slots_or_none;
    list.functions[C_SIGN] = (void (*)(void))sign_or_not;
    *out = &list;
    return 0;
}
