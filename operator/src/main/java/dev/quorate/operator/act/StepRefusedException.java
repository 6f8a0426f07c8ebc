package dev.quorate.operator.act;

import dev.quorate.operator.plan.Problem;

/** The step can't be done now: somebody who has a say refused. It is tried again after a while. */
public final class StepRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Problem problem;

    StepRefusedException(Problem.Reason reason, String message) {
        super(message);
        this.problem = new Problem(reason, message);
    }

    /** Who refused, and why. */
    public Problem problem() {
        return problem;
    }
}
