package dev.quorate.ensemble.tree;

/** The ensemble follows rules that this build does not know: the member must stop. */
public final class UnknownLevel extends IllegalStateException {
    private static final long serialVersionUID = 1;

    UnknownLevel(int level, int known) {
        super("the ensemble has level " + level + " and this build knows levels up to " + known
                + ": install the version that the other members run");
    }
}
