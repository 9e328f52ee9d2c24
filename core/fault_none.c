/* No fault points: what is installed. */
#include "core/fault.h"

void fault_start(void)
{
}

bool fault_point(const char *label)
{
    (void)label;
    return false;
}
