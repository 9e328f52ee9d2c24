#!/bin/sh
# The crash tests take a part of a command's acts each day; over the days all of them come up, and none
# is named as all of them.
unset STEP
CRASH_DAY=7
. "$(dirname "$0")/../stopped.sh"

taken() { # STEP POINTS DAYS: the acts that so many days take, in order
    for day in $(seq 100 $((99 + $3))); do
        seq "$(CRASH_DAY=$day; sampled_first "$1" "$2")" "$1" "$2"
    done | sort -n | uniq | tr '\n' ' '
}
all() { seq "$1" | tr '\n' ' '; }
check "5 days take all of 12 acts by every 5th" test "$(taken 5 12 5)" = "$(all 12)"
check "4 do not" test "$(taken 5 12 4)" != "$(all 12)"
check "of fewer acts than the step there is one a day, and all come up" test "$(taken 47 10 10)" = "$(all 10)"
check "STEP=1 takes all" test "$(STEP=1; taken "$(sampled 47)" 400 1)" = "$(all 400)"
check "a sample is not called all" test "$(sampled_acts 47), $(sampled_acts 2), $(sampled_acts 131), $(sampled_acts 11)" = "every 47th act, every 2nd act, every 131st act, every 11th act"
check "all are" test "$(sampled_acts 1)" = "each act"
unnamed() { # a crash test that takes a step has to say so
    ! grep -nE "check .*(killed|full).* (each|every|any)( durable)? act" "$(dirname "$0")"/../crash/*.sh | grep -v 'taken back and killed at each act'
}
check "no crash test writes by hand what it takes" unnamed
tap_end
