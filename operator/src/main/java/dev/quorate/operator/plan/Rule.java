package dev.quorate.operator.plan;

import dev.quorate.operator.desired.Desired;
import java.util.Optional;

/**
 * A named reason to do something.
 *
 * @param test the step that it asks for, empty where it has nothing to say
 */
record Rule(String name, Test test) {
    /** From what is seen and what shall be to a step. */
    @FunctionalInterface
    interface Test {
        Optional<? extends Step> step(Observed seen, Desired desired, Membership membership);
    }
}
