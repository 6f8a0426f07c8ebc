package dev.quorate.ensemble.tree;

/**
 * The levels of rules and formats that a build knows. What an entry does follows the level in force where it stands in
 * the log, never the build; so members of neighbouring builds stay equal, and what is older can always be replayed.
 *
 * @param highest the highest level, from 1
 * @param reading what the rules take a transaction for
 */
public record Levels(int highest, Reading reading) {
    /** What this build knows: level 1, at which every transaction is what it says. */
    public static final Levels KNOWN = new Levels(1, (level, txn) -> txn);

    /** Where a level differs from the ones before. */
    public interface Reading {
        /**
         * @param level the one in force, 0 before the founding entry
         * @return what is to be carried out
         */
        Txn at(int level, Txn txn);
    }

    /**
     * At which level a new ensemble begins: the one before the highest, since a founder may still be of the build
     * before.
     */
    public int founding() {
        return Math.max(1, highest - 1);
    }

    Txn read(int level, Txn txn) {
        return reading.at(level, txn);
    }

    /** @throws UnknownLevel when from this command on there are rules that are not known here */
    void check(Command command) {
        switch (command) {
            case Command.Found found -> check(found.level());
            case Command.Final done -> check(done.level());
            default -> {
                // Nothing else sets a level.
            }
        }
    }

    /** @throws UnknownLevel when it is above the highest */
    void check(int level) {
        if (level > highest) {
            throw new UnknownLevel(level, highest);
        }
    }
}
